"""A scan watched in a real browser while a worker reads a real server, and the pages around it looked at."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from emailsync.models import Scan, StoredEmail
from emailsync.scan_runner import run_scans
from emailsync.tests.factories import make_mail, make_mailbox, make_request, make_scan
from flux.testing.browser import violations
from flux.testing.dovecot import PASSWORD, Dovecot
from flux.tests.test_browser import PHONE, WIDE, member, visit
from parsers.seeds import all_seeds
from parsers.services import store_seeds

__all__ = ["member", "visit"]

MAILS = 2000
ACTIVITY, RESCANS, BOXES = "/email/activity/", "/email/rescans/", "/accounts/settings/mailboxes/"


@contextmanager
def worker(lane: str, *, until: Callable[[], bool]) -> Iterator[None]:
    """A worker at a lane of scans, beside the server, that is asked to stop once `until` holds."""

    def work() -> None:
        try:
            run_scans(lane=lane, seconds=300, should_stop=until)
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    yield
    thread.join()


def has_stored(member: User, count: int) -> bool:
    return bool(StoredEmail.objects.of(member).count() >= count)


def connect_by_clicking(page: Any, server: Dovecot, user: str) -> None:
    """Fill in and send the form of a new mailbox."""
    typed = {"username": user, "password": PASSWORD, "host": server.host, "port": str(server.port)}
    for name, value in typed.items():
        page.fill(f"main [name={name}]", value)
    page.select_option("main [name=security]", "plain")
    page.get_by_role("button", name="Add mailbox").click()


def test_a_scan_is_watched_from_waiting_to_done_without_a_reload(
    member: User, visit: Any, dovecot: Dovecot, settings: Any
) -> None:
    """The worker is stopped and replaced twice on the way: left alone, it is through before the page looks twice."""
    settings.FLUX_ALLOW_PRIVATE_MAIL_HOSTS = True
    user = dovecot.add_user()
    dovecot.deliver(user, (make_mail() for _ in range(MAILS)))
    one = visit(member)
    page = one.open(f"{BOXES}add/")
    connect_by_clicking(page, dovecot, user)
    page.get_by_role("link", name="Activity").click()
    page.evaluate("window.same = true")
    row = page.locator("tr[id^=scan-]")
    row.get_by_text("Waiting").wait_for()
    come_to = [0]
    for part in (MAILS // 3, 2 * MAILS // 3):
        with worker("ingest", until=partial(has_stored, member, part)):
            row.get_by_text("Running", exact=True).wait_for()
        # Where the worker left it: on its way the page may have seen less.
        come_to.append(Scan.objects.get().looked_at)
        row.locator(f"progress[max='{MAILS}'][value='{come_to[-1]}']").wait_for()
    assert 0 < come_to[1] < come_to[2] < MAILS
    with worker("ingest", until=lambda: False):
        row.get_by_text("Done", exact=True).wait_for()
    assert f"{MAILS:,} new" in row.inner_text()
    assert page.evaluate("window.same"), "the page was never loaded anew"
    assert page.locator("[hx-trigger]:visible").count() == 0, "nothing is asked for any more"
    page.get_by_role("link", name="Under way 0").wait_for()
    assert StoredEmail.objects.of(member).count() == MAILS
    assert one.complaints == []


def test_a_scan_that_waits_is_withdrawn_and_brought_back_by_clicking(member: User, visit: Any) -> None:
    make_scan(make_mailbox(member, name="Shop mail", state="ok"), state="queued", started_at=None)
    page = visit(member).open(ACTIVITY)
    page.get_by_role("button", name="Withdraw the scan of Shop mail").click()
    page.get_by_text("The scan of Shop mail is withdrawn.").wait_for()
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("The scan waits again.").wait_for()
    assert Scan.objects.get().state == "queued"


def test_what_has_the_focus_keeps_it_while_rows_are_renewed(member: User, visit: Any) -> None:
    scan = make_scan(make_mailbox(member, state="ok"), state="queued", started_at=None)
    page = visit(member).open(ACTIVITY)
    page.locator(f"#withdraw-{scan.pk}").focus()
    with page.expect_response("**/activity/now/**"):
        pass
    make_scan(scan.mailbox, state="done")
    Scan.objects.filter(pk=scan.pk).update(kind="first")
    page.get_by_role("cell").get_by_text("First scan").wait_for()
    assert page.evaluate("document.activeElement.id") == f"withdraw-{scan.pk}"


def test_a_retailer_is_found_and_asked_for_with_and_without_scripts(member: User, visit: Any) -> None:
    store_seeds(all_seeds())
    make_mailbox(member, state="ok")
    for scripts, shop in ((True, "Amazon"), (False, "eBay")):
        page = visit(member, java_script_enabled=scripts).open(RESCANS)
        label = page.locator(f"#subjects option[value^='{shop}']").first.get_attribute("value")
        page.get_by_label("Retailer or carrier").fill(label)
        page.get_by_label("Why").fill("My order of 3 June is missing.")
        page.get_by_role("button", name="Ask for 90 days").click()
        page.get_by_role("heading", name=label).wait_for()


def full_pages(member: User) -> None:
    """Scans and requests in every state, some with long names and many errors."""
    long = "The mailbox of the shop that has a name longer than any telephone is wide"
    box, other = make_mailbox(member, name=long, state="ok"), make_mailbox(member, name="Paused", enabled=False)
    errors = [{"folder": f"F{n}", "code": "gone", "text": f"{long}: folder {n} is gone."} for n in range(9)]
    ended = {"started_at": timezone.now() - timedelta(minutes=4), "finished_at": timezone.now()}
    make_scan(box, state="queued", started_at=None)
    make_scan(other, state="queued", started_at=None, kind="recovery")
    make_scan(box, folders=4, folders_done=1, expected=2000, seen=812)
    make_scan(box, state="done", kind="first", seen=48_120, stored=48_000, known=9, too_big=2, outside=109, **ended)
    make_scan(box, state="done", kind="catch_up", errors=errors, **ended)
    make_scan(box, state="failed", kind="idle", errors=errors[:1], **ended)
    make_scan(box, state="withdrawn", started_at=None, finished_at=timezone.now())
    for number in range(60):
        make_scan(box, state="done", kind="recovery", seen=number, **ended)
    decided = {"decided_at": timezone.now(), "decided_by": member}
    for number, state in enumerate(("asked", "approved", "refused", "withdrawn")):
        said = {} if state in ("asked", "withdrawn") else {**decided, "decision_note": f"{long}. " * 3}
        wish = make_request(box, about=f"shop-{number}", about_name=long, reason="x" * 200, state=state, **said)
        if state == "approved":
            make_scan(box, kind="rescan", request=wish, expected=90, seen=40)
            make_scan(box, kind="rescan", request=wish, state="failed", errors=errors, **ended)


@pytest.mark.parametrize("window", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pages_are_sound_empty_and_full_in_both_themes_and_sizes(
    member: User, visit: Any, window: Any, theme: Any
) -> None:
    pages = [ACTIVITY, RESCANS, f"{ACTIVITY}?view=errors", f"{ACTIVITY}?state=queued", BOXES, "/email/", "/orders/"]
    one = visit(member, viewport=window, color_scheme=theme)
    for fill in (lambda: None, lambda: make_mailbox(member, name="First"), lambda: full_pages(member)):
        fill()
        for path in pages:
            page = one.open(path)
            assert one.complaints == [], path
            assert page.evaluate("document.documentElement.scrollWidth") <= window["width"], f"{path} is too wide"
            assert violations(page) == [], path

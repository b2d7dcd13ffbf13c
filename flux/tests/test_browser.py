"""The pages in a real browser: no fault in the console, nothing wider than the screen, nothing that axe refuses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from accounts.notices import tell
from common import dates
from emailsync.models import Folder, Scan, StoredEmail
from emailsync.pipeline import drain
from emailsync.tests.factories import make_mail, make_mailbox, make_scan, store_mail
from emailsync.tests.shop_mails import order_mail, shipped_mail
from flux.testing.browser import violations
from flux.testing.purchases import buy, send
from orders.models import Order

WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def member(transactional_db: None) -> User:
    member = User.objects.create_user("mara", first_name="Mara", is_staff=True, currency="AUD", locale="en-AU")
    member.set_password("marram grass 71")
    member.save()
    return member


class Visit:
    """One signed-in browser window and whatever its console complains of."""

    def __init__(self, browser: Any, base: str, member: User | None, **window: Any) -> None:
        self.context = browser.new_context(**window)
        self.base = base
        if member:
            client = Client()
            client.force_login(member)
            name = settings.SESSION_COOKIE_NAME
            self.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": base}])
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, path: str) -> Any:
        self.page.goto(self.base + path)
        return self.page


@pytest.fixture
def visit(chromium: Any, live_server: Any) -> Iterator[Any]:
    visits: list[Visit] = []

    def start(member: User | None = None, **window: Any) -> Visit:
        visits.append(Visit(chromium, live_server.url, member, **({"viewport": WIDE} | window)))
        return visits[-1]

    yield start
    for one in visits:
        one.context.close()


def purchases(member: User) -> tuple[Order, int]:
    """A dozen orders with parcels in every state that a mail can tell; returns one order and the id of a parcel."""
    states = ("in_transit", "delivered", "exception", "out_for_delivery", "ready_for_pickup", "label_created")
    for index in range(12):
        order = buy(member, lines=[("A thing with a name that is longer than a phone is wide", 1, "10.00")] * 2)
        parcel = send(member, order, status=states[index % 6], eta_to=dates.today() + timedelta(days=index - 3))
    return order, parcel.pk


@pytest.mark.parametrize("window", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_is_sound_in_both_themes_and_sizes(member: User, visit: Any, window: Any, theme: Any) -> None:
    order, parcel = purchases(member)
    buy(member, shop="Harbour Books")
    stray = send(member, None, merchant="Harbour Books")
    pages = [
        "/", "/orders/", f"/orders/{order.pk}/", "/orders/?q=nothing+like+it", "/tracking/?view=all",
        f"/tracking/{parcel}/", f"/tracking/{stray.pk}/", "/find/?q=thing",
        "/tracking/repair/", f"/tracking/{stray.pk}/order/",
        "/accounts/settings/", "/accounts/settings/password/", "/design/", "/accounts/notifications/",
    ]  # fmt: skip
    tell(member_id=member.pk, key="k", title="Shop mail is not read", text="It was refused.", url="/email/")
    one = visit(member, viewport=window, color_scheme=theme)
    for path in pages:
        page = one.open(path)
        assert one.complaints == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= window["width"], f"{path} is too wide"
        assert violations(page) == [], path


def test_the_empty_pages_and_the_way_in_are_sound(member: User, visit: Any) -> None:
    one = visit(member, viewport=PHONE)
    for path in ("/", "/orders/", "/tracking/", "/find/", "/accounts/notifications/"):
        assert violations(one.open(path)) == [], path
    stranger = visit()
    assert violations(stranger.open("/accounts/login/")) == []
    assert stranger.complaints == one.complaints == []


def mailbox_and_mails(member: User) -> list[str]:
    """A mailbox that fails, one that is being scanned, mails in several states; the addresses of all their pages."""
    refused = make_mailbox(member, state="wrong_credentials", last_error="login", last_error_text="It was refused.")
    Folder.objects.create(mailbox=refused, raw_name="INBOX", name="INBOX", watched=True)
    make_scan(make_mailbox(member, state="ok"), folders=4, folders_done=1, seen=90)
    read = store_mail(member, order_mail())
    store_mail(member, shipped_mail())
    held = store_mail(member, order_mail("B777001"), authserv_id="mx.example.net")
    deep = store_mail(member, b"".join(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" for _ in range(99)))
    drain()
    boxes = "/accounts/settings/mailboxes/"
    return [
        "/email/", "/email/?view=held", "/email/?q=nothing+like+it", "/email/import/", f"/email/{read.sha256}/",
        f"/email/{read.sha256}/?as=text", f"/email/{held.sha256}/", f"/email/{deep.sha256}/?as=text", boxes,
        f"{boxes}import/", f"{boxes}add/", f"{boxes}add/?preset=outlook", f"{boxes}{refused.pk}/",
        f"{boxes}{refused.pk}/folders/",
    ]  # fmt: skip


@pytest.mark.parametrize("window", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_of_mail_is_sound_in_both_themes_and_sizes(
    member: User, visit: Any, window: Any, theme: Any
) -> None:
    pages = mailbox_and_mails(member)
    one = visit(member, viewport=window, color_scheme=theme)
    for path in pages:
        page = one.open(path)
        assert one.complaints == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= window["width"], f"{path} is too wide"
        assert violations(page) == [], path


def test_a_value_leads_to_its_words_in_view_with_and_without_scripts(member: User, visit: Any) -> None:
    filler = "<p>Small print.</p>" * 120
    mail = store_mail(member, order_mail().replace(b"<p>Total:", filler.encode() + b"<p>Total:"))
    drain()
    order = Order.objects.of(member).get()
    for scripts in (True, False):
        page = visit(member, java_script_enabled=scripts).open(f"/orders/{order.pk}/")
        page.locator(".totals dd.sum a.source").click()
        mark = page.locator("mark.is-now")
        mark.wait_for()
        assert mark.inner_text() == "£20.00"
        box = mark.bounding_box()
        assert 0 <= box["y"] <= WIDE["height"], f"scrolled into view, scripts {scripts}"
    page = visit(member).open(f"/email/{mail.sha256}/")
    page.get_by_role("link", name="A100123").first.click()
    page.locator("mark.is-now").get_by_text("A100123").wait_for()


def test_nothing_of_a_message_runs_or_reaches_out(member: User, visit: Any) -> None:
    trap = b"""<h1>Thank you for your order</h1><script>document.title = "taken"</script>
<img src="http://127.0.0.1:9/p.gif" onerror="parent.document.title='taken'"><a href="http://127.0.0.1:9/">go</a>"""
    mail = store_mail(member, order_mail().replace(b"<h1>Thank you for your order</h1>", trap))
    one = visit(member)
    asked: list[str] = []
    one.page.on("request", lambda request: asked.append(request.url))
    page = one.open(f"/email/{mail.sha256}/")
    frame = page.frame_locator("iframe")
    frame.get_by_text("Thank you for your order").wait_for()
    frame.get_by_text("go").click()
    assert "taken" not in page.title()
    assert one.complaints == []
    assert all(url.startswith((one.base, "data:")) for url in asked)
    assert page.frames[1].url == f"{one.base}/email/{mail.sha256}/message/"


def test_the_progress_of_a_scan_stops_asking_when_the_scan_ends(member: User, visit: Any) -> None:
    scan = make_scan(make_mailbox(member, state="ok"), folders=4, folders_done=1)
    page = visit(member).open("/accounts/settings/mailboxes/")
    page.get_by_text("1 of 4 folders done").wait_for()
    Scan.objects.filter(pk=scan.pk).update(state="done")
    page.get_by_text("Working").wait_for()
    assert page.locator("[hx-trigger]:visible").count() == 0


def test_a_held_mail_is_accepted_and_taken_back(member: User, visit: Any) -> None:
    mail = store_mail(member, order_mail("B777001"), authserv_id="mx.example.net")
    drain()
    page = visit(member).open(f"/email/{mail.sha256}/")
    page.get_by_role("button", name="Accept").click()
    page.get_by_role("status").get_by_text("Accepted 1 e-mail.").wait_for()
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("1 e-mail held again.").wait_for()
    drain()
    assert StoredEmail.objects.get(pk=mail.pk).state == "held"


def test_rows_are_walked_ticked_and_archived_by_keyboard_and_brought_back(member: User, visit: Any) -> None:
    purchases(member)
    page = visit(member).open("/orders/")
    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    assert page.locator(".js-bulk output").inner_text() == "2 selected"
    page.get_by_role("button", name="Archive").click()
    page.get_by_role("status").get_by_text("Archived 2 orders.").wait_for()
    assert Order.objects.exclude(archived_at=None).count() == 2
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Restored 2 orders.").wait_for()
    assert not Order.objects.exclude(archived_at=None).exists()


def test_typing_into_the_search_narrows_the_rows_and_the_address(member: User, visit: Any) -> None:
    purchases(member)
    buy(member, number="Q7731", lines=[("Samba OG", 1, "189.95")])
    page = visit(member).open("/orders/")
    page.keyboard.press("/")
    page.keyboard.type("7731")
    page.wait_for_url("**q=7731**")
    page.get_by_text("Samba OG").wait_for()
    assert page.locator("tbody tr").count() == 1
    assert page.locator("#count").inner_text() == "1"
    assert page.evaluate("document.activeElement.name") == "q", "focus stays where one types"


def test_a_value_is_edited_in_place_and_its_fault_is_said_there(member: User, visit: Any) -> None:
    order = buy(member)
    page = visit(member).open(f"/orders/{order.pk}/")
    page.get_by_label("Edit total").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Control+A")
    page.keyboard.type("a lot")
    page.keyboard.press("Enter")
    page.get_by_text("Not an amount.").wait_for()
    page.locator("details[open] input[name=value]").fill("99.95")
    page.keyboard.press("Enter")
    page.get_by_text("You set this").first.wait_for()
    order.refresh_from_db()
    assert str(order.total) == "99.95"


def test_everything_works_without_scripts(member: User, visit: Any) -> None:
    purchases(member)
    page = visit(member, java_script_enabled=False).open("/orders/")
    page.locator(".js-search").fill("phone is wide")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=phone**")
    page.get_by_text("Status", exact=True).first.click()
    page.get_by_role("link", name="Delivered", exact=True).click()
    page.wait_for_url("**status=delivered**")
    assert page.locator("tbody tr").count() == 2


@pytest.mark.parametrize("window", [WIDE, PHONE], ids=["wide", "phone"])
def test_an_unrecognised_mail_is_shown_redacted_and_handed_over(member: User, visit: Any, window: Any) -> None:
    mail = store_mail(member, make_mail(subject="News of a bird", body="Hi Mara,\r\nIt is 12 cm tall. Ref A100123."))
    drain()
    one = visit(member, viewport=window)
    page = one.open("/email/?view=unmatched")
    assert violations(page) == []
    page.locator("summary", has_text="What is it?").click()
    page.get_by_role("button", name="This is an order").locator("visible=true").click()
    after = page.frame_locator("iframe[title='The redacted message']")
    after.get_by_text("Hi [name],").wait_for()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= window["width"]
    page.get_by_label("Further words to blank").fill("12 cm")
    page.get_by_role("button", name="Blank these words").click()
    after.get_by_text("It is [blanked] tall.").wait_for()
    page.get_by_label("I have looked at the redacted copy").check()
    page.get_by_role("button", name="Hand it over").click()
    page.get_by_text("Handed over 1 e-mail.").wait_for()
    assert b"12 cm" not in mail.submission.raw_bytes
    assert violations(one.open(f"/email/{mail.sha256}/preview/")) == []
    assert one.complaints == []

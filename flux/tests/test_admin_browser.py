"""The admin in a real browser: its scripts run under its policy, it fits a phone, acts are done by clicking."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from emailsync.models import Mailbox, StoredEmail
from flux.testing.browser import violations
from flux.testing.everything import fill
from orders.models import Order
from parsers.models import ParserDefinitionVersion, State
from tracking.models import Shipment

WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
# The theme's own frame: it has no main landmark and gives some of its ornaments names.
_OF_THE_THEME = {"landmark-one-main", "landmark-unique", "region", "aria-prohibited-attr"}


@pytest.fixture
def start(transactional_db: None, chromium: Any, live_server: Any) -> Iterator[Any]:
    """Opens windows of a super admin; gives the page and what its console complains of."""
    boss = User.objects.create_superuser("boss")
    fill("ada")
    contexts = []

    def window(**options: Any) -> tuple[Any, list[str]]:
        client = Client()
        client.force_login(boss)
        context = chromium.new_context(base_url=live_server.url, **options)
        contexts.append(context)
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        page, complaints = context.new_page(), list[str]()
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page, complaints

    yield window
    for context in contexts:
        context.close()


def pages() -> list[str]:
    mail, order, parcel = StoredEmail.objects.get(), Order.objects.get(), Shipment.objects.get()
    version = ParserDefinitionVersion.objects.get(state=State.CANDIDATE)
    return [
        "/admin/",
        "/admin/emailsync/storedemail/",
        f"/admin/emailsync/storedemail/{mail.pk}/change/",
        f"/admin/orders/order/{order.pk}/change/",
        f"/admin/tracking/shipment/{parcel.pk}/change/",
        f"/admin/parsers/parserdefinitionversion/{version.pk}/change/",
        f"/admin/parsers/parserdefinitionversion/{version.pk}/activate/",
        "/admin/accounts/user/add/",
    ]


@pytest.mark.parametrize(("size", "theme"), [(WIDE, "light"), (WIDE, "dark"), (PHONE, "light")])
def test_lists_rows_and_the_first_page_are_sound(start: Any, size: Any, theme: str) -> None:
    page, complaints = start(viewport=size, color_scheme=theme)
    for path in pages():
        page.goto(path)
        assert complaints == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], f"{path} is too wide"
        assert [found for found in violations(page) if found[0] not in _OF_THE_THEME] == [], path


def test_a_list_is_filtered_by_a_member_found_by_typing(start: Any) -> None:
    fill("bo")
    page, complaints = start(viewport=WIDE)
    page.goto("/admin/emailsync/storedemail/")
    page.get_by_text("Filters").first.click()
    page.locator(".select2-selection").first.click()
    page.locator(".select2-search__field").last.fill("bo")
    page.get_by_role("option", name="bo", exact=True).click()
    page.get_by_role("button", name="Apply Filters").click()
    page.wait_for_url("**member__id__exact=**")
    assert page.locator("#result_list tbody tr").count() == 1
    assert complaints == []


def test_a_ticked_mailbox_is_paused_by_clicking(start: Any) -> None:
    page, complaints = start(viewport=WIDE)
    page.goto("/admin/emailsync/mailbox/")
    page.locator("#result_list input.action-select").first.check()
    page.locator("select[name=action]").select_option(label="Pause")
    page.get_by_role("button", name="Run").click()
    page.get_by_text("1 mailboxes paused.").wait_for()
    assert not Mailbox.objects.get().enabled
    assert complaints == []

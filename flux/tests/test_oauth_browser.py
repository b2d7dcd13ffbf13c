"""Connecting a mailbox at its provider in a real browser, under the pages' own policy."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from emailsync.models import Mailbox
from emailsync.tests.factories import make_mailbox
from flux.testing.browser import violations
from flux.testing.oauth import AuthorisationServer
from flux.tests.test_browser import PHONE, WIDE, member, visit

__all__ = ["member", "visit"]
BOXES = "/accounts/settings/mailboxes/"
GOOGLE = {"host": "imap.gmail.com", "username": "mara@gmail.com", "sign_in": "google", "name": "Gmail"}


def test_a_member_connects_a_mailbox_by_clicking(member: User, visit: Any, provider: AuthorisationServer) -> None:
    one = visit(member)
    page = one.open(f"{BOXES}add/?preset=gmail")
    page.get_by_role("link", name="Connect with Google").click()
    page.get_by_role("link", name="Continue").click()
    page.get_by_text("mara@gmail.com is connected with Google.").wait_for()
    assert Mailbox.objects.of(member).get().sign_in == "google"
    assert [said for said in one.complaints if "favicon" not in said and "404" not in said] == []


@pytest.mark.parametrize("window", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pages_are_sound_in_both_themes_and_sizes(
    member: User, visit: Any, provider: AuthorisationServer, window: Any, theme: Any
) -> None:
    known = make_mailbox(member, **GOOGLE)
    typed = make_mailbox(member, host="imap.gmail.com", username="other@gmail.com", name="Typed")
    make_mailbox(
        member, **(GOOGLE | {"username": "gone@gmail.com", "name": "Taken back"}), state="wrong_credentials",
        last_error="reconnect", last_error_text="Google no longer lets Flux read this mailbox.",
    )  # fmt: skip
    pages = [BOXES, *(f"{BOXES}{place}" for place in ("add/?preset=gmail", "add/?preset=outlook"))]
    one = visit(member, viewport=window, color_scheme=theme)
    for path in (*pages, *(f"{BOXES}{mailbox.pk}/" for mailbox in (known, typed))):
        page = one.open(path)
        assert one.complaints == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= window["width"], f"{path} is too wide"
        assert violations(page) == [], path

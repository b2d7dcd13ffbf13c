"""Asking for ninety days, deciding it in the admin, and seeing what became of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import lxml.html
import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Notice, User
from emailsync.models import Mailbox, RescanRequest, Scan
from emailsync.rescans import approve_rescan
from emailsync.tests.factories import make_mailbox, make_member, make_request, make_scan
from parsers.seeds import all_seeds
from parsers.services import store_seeds

PAGE = reverse("emailsync:rescans")
SHOP = "Kmart Australia"
ASKED = {"about": SHOP, "mailbox": "", "reason": "My order of 3 June is missing."}


@pytest.fixture
def member(db: None, client: Client) -> User:
    store_seeds(all_seeds())
    member = make_member("mara")
    client.force_login(member)
    return member


@pytest.fixture
def mailbox(member: User) -> Mailbox:
    return make_mailbox(member, name="Shop mail", state="ok")


@pytest.fixture
def boss(db: None) -> Client:
    """The window of a super admin."""
    window = Client()
    window.force_login(User.objects.create_superuser("boss", first_name="Ines"))
    return window


def body(client: Client, url: str = PAGE) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def requests_shown(client: Client) -> list[str]:
    return [
        " ".join(one.text_content().split()) for one in lxml.html.fromstring(body(client)).cssselect(".rescans > li")
    ]


def deciding(act: str, wish: RescanRequest) -> str:
    return reverse(f"admin:emailsync_rescanrequest_{act}", args=[wish.pk])


def test_ninety_days_are_asked_for_by_name_and_wait_for_a_decision(mailbox: Mailbox, client: Client) -> None:
    assert f'<option value="{SHOP}">' in body(client)
    answer = client.post(PAGE, ASKED | {"about": SHOP.upper()}, follow=True)
    assert "You asked for 90 days of" in answer.content.decode()
    (row,) = requests_shown(client)
    for said in ("Waiting for approval", "for all mailboxes", "My order of 3 June is missing.", "Withdraw"):
        assert said in row
    assert not Scan.objects.exists()


def test_one_mailbox_may_be_named(mailbox: Mailbox, client: Client) -> None:
    client.post(PAGE, ASKED | {"mailbox": mailbox.pk})
    assert RescanRequest.objects.get().mailbox == mailbox
    assert "for Shop mail" in requests_shown(client)[0]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"about": ""}, "Choose a retailer or carrier from the list."),
        ({"about": "nobody at all"}, "Choose a retailer or carrier from the list."),
        ({"about": "kmar"}, "Did you mean Kmart"),
        ({"about": "x\x00"}, "Null characters"),
        ({"reason": "  "}, "Say what is missing."),
        ({"reason": "x" * 501}, "at most 500 characters"),
        ({"mailbox": "0"}, "not one of the available choices"),
    ],
)
def test_a_fault_is_said_at_its_field(mailbox: Mailbox, client: Client, changed: dict[str, str], words: str) -> None:
    answer = client.post(PAGE, ASKED | changed)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not RescanRequest.objects.exists()


def test_the_same_is_not_asked_for_twice(mailbox: Mailbox, client: Client) -> None:
    client.post(PAGE, ASKED)
    answer = client.post(PAGE, ASKED)
    assert answer.status_code == 422
    assert "asked for already" in answer.content.decode()


def test_without_a_mailbox_there_is_nothing_to_ask(member: User, client: Client) -> None:
    assert "Connect a mailbox" in body(client)
    assert "<textarea" not in body(client)


def test_a_request_is_withdrawn_while_it_is_undecided(mailbox: Mailbox, client: Client) -> None:
    wish = make_request(mailbox)
    url = reverse("emailsync:rescan-withdraw", args=[wish.pk])
    assert "is withdrawn" in client.post(url, follow=True).content.decode()
    assert "is decided already" in client.post(url, follow=True).content.decode()
    assert "Withdrawn" in requests_shown(client)[0]


def test_a_super_admin_approves_and_the_member_watches_it_run(mailbox: Mailbox, client: Client, boss: Client) -> None:
    client.post(PAGE, ASKED)
    wish = RescanRequest.objects.get()
    page = boss.get(reverse("admin:emailsync_rescanrequest_change", args=[wish.pk])).content.decode()
    assert deciding("approve", wish) in page
    question = boss.get(deciding("approve", wish)).content.decode()
    assert "My order of 3 June is missing." in question
    answer = boss.post(deciding("approve", wish), {"note": "Go on."}, follow=True).content.decode()
    assert "mara is told." in answer
    assert deciding("approve", wish) not in answer, "decided once"
    assert LogEntry.objects.filter(object_id=str(wish.pk)).exists()
    (row,) = requests_shown(client)
    assert "Approved by Ines" in row
    assert "Ines: Go on." in row
    assert Notice.objects.get().url == PAGE
    scan = Scan.objects.get()
    Scan.objects.update(state="running", started_at=wish.asked_at, expected=40, seen=10)
    url = reverse("emailsync:rescan", args=[wish.pk])
    assert f'hx-get="{url}"' in body(client)
    assert "10 of 40 e-mails" in body(client, url)
    Scan.objects.update(state="done", seen=40, stored=3, finished_at=wish.asked_at + timedelta(seconds=9))
    assert "hx-get" not in body(client, url)
    assert "40 seen, 3 new" in requests_shown(client)[0]
    assert f"Rescan of {wish.about_name}" in body(client, reverse("emailsync:activity"))
    assert scan.request == wish


def test_a_refusal_needs_a_word_and_the_member_reads_it(mailbox: Mailbox, client: Client, boss: Client) -> None:
    wish = make_request(mailbox)
    assert "Say why" in boss.post(deciding("refuse", wish), {"note": " "}).content.decode()
    wish.refresh_from_db()
    assert wish.state == "asked"
    boss.post(deciding("refuse", wish), {"note": "Ask your shop first."})
    (row,) = requests_shown(client)
    assert "Refused by Ines" in row
    assert "Ask your shop first." in row


def test_what_cannot_be_decided_is_said_and_stays_open(mailbox: Mailbox, boss: Client) -> None:
    wish = make_request(mailbox, about="kmart-au")
    Mailbox.objects.update(enabled=False)
    assert "not paused" in boss.post(deciding("approve", wish), follow=True).content.decode()
    wish.refresh_from_db()
    assert wish.state == "asked"
    RescanRequest.objects.update(state="withdrawn")
    assert "was withdrawn" in boss.post(deciding("refuse", wish), {"note": "No."}, follow=True).content.decode()


def test_only_who_may_decide_sees_the_buttons(mailbox: Mailbox, boss: Client) -> None:
    wish = make_request(mailbox)
    staff = User.objects.create_user("sam", is_staff=True)
    rights = ("view_rescanrequest", "change_rescanrequest")
    staff.user_permissions.set(Permission.objects.filter(codename__in=rights))
    window = Client()
    window.force_login(staff)
    page = window.get(reverse("admin:emailsync_rescanrequest_change", args=[wish.pk])).content.decode()
    assert deciding("approve", wish) not in page
    answer = window.post(deciding("approve", wish), follow=True).content.decode()
    assert "Only a super admin" in answer
    own = make_request(make_mailbox(User.objects.get(username="boss")))
    page = boss.get(reverse("admin:emailsync_rescanrequest_change", args=[own.pk])).content.decode()
    assert deciding("approve", own) in page, "there is no other super admin"
    User.objects.create_superuser("other")
    page = boss.get(reverse("admin:emailsync_rescanrequest_change", args=[own.pk])).content.decode()
    assert deciding("approve", own) not in page
    assert set(RescanRequest.objects.values_list("state", flat=True)) == {"asked"}


def test_what_waits_for_a_decision_comes_first(mailbox: Mailbox, boss: Client) -> None:
    old = make_request(mailbox)
    for state in ("approved", "refused", "withdrawn"):
        make_request(mailbox, state=state)
    listed = boss.get(reverse("admin:emailsync_rescanrequest_changelist")).context["cl"].result_list
    assert listed[0] == old


def test_a_request_of_another_member_is_neither_shown_nor_touched(member: User, client: Client) -> None:
    alien = make_request(make_mailbox(make_member()), about_name="Alien")
    assert requests_shown(client) == []
    assert client.get(reverse("emailsync:rescan", args=[alien.pk])).status_code == 404
    assert client.post(reverse("emailsync:rescan-withdraw", args=[alien.pk])).status_code == 404
    make_mailbox(member)
    assert client.post(PAGE, ASKED | {"mailbox": alien.mailbox_id}).status_code == 422
    alien.refresh_from_db()
    assert (alien.state, RescanRequest.objects.count()) == ("asked", 1)


def test_a_page_takes_as_many_queries_for_many_requests_as_for_few(mailbox: Mailbox, client: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as taken:
            client.get(PAGE)
        return len(taken)

    make_scan(mailbox, kind="rescan", request=make_request(mailbox, state="approved"))
    few = queries()
    for _ in range(9):
        make_scan(mailbox, kind="rescan", request=make_request(mailbox, state="approved"), state="done")
    assert queries() <= few


def test_a_retailer_can_be_named_in_the_address(mailbox: Mailbox, client: Client) -> None:
    (field,) = lxml.html.fromstring(body(client, f"{PAGE}?about=kmart-au")).cssselect("[name=about]")
    assert field.get("value") == SHOP


def test_orders_mailboxes_and_activity_lead_here(mailbox: Mailbox, client: Client) -> None:
    for name in ("orders:list", "emailsync:mailboxes", "emailsync:activity"):
        assert f'href="{PAGE}"' in body(client, reverse(name)), name


def test_the_name_of_who_decided_is_not_needed(mailbox: Mailbox, client: Client) -> None:
    boss: Any = User.objects.create_superuser("boss")
    approve_rescan(request_id=make_request(mailbox, about="kmart-au").pk, by=boss)
    boss.delete()
    assert "Approved Today" in requests_shown(client)[0]

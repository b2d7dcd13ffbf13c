"""What admins do with mailboxes and mail."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django_q.models import OrmQ

from accounts.models import User
from emailsync.models import Mailbox, State, StoredEmail
from emailsync.pipeline import drain, work
from emailsync.queue import claim
from emailsync.reading import open_sandbox
from emailsync.services import read_again
from emailsync.tests.factories import make_mail, make_mailbox, make_member, store_mail
from emailsync.tests.shop_mails import order_mail
from orders.models import Order

MAILBOXES = reverse("admin:emailsync_mailbox_changelist")
MAILS = reverse("admin:emailsync_storedemail_changelist")


@pytest.fixture(autouse=True)
def boss(db: None, client: Client) -> User:
    boss = User.objects.create_superuser("boss")
    client.force_login(boss)
    return boss


@pytest.fixture
def mailbox() -> Mailbox:
    return make_mailbox(make_member())


def settled(state: str = State.UNMATCHED) -> StoredEmail:
    mail = store_mail(make_member(), make_mail())
    StoredEmail.objects.filter(pk=mail.pk).update(state=state, attempts=2)
    return mail


def queued() -> list[str]:
    return [one.func() for one in OrmQ.objects.all()]


def page(name: str, pk: int) -> str:
    return reverse(f"admin:emailsync_{name}", args=[pk])


def test_mails_of_several_members_wait_to_be_read_again(client: Client) -> None:
    mails = [settled(), settled(State.FAILED)]
    OrmQ.objects.all().delete()
    client.post(MAILS, {"action": "have_read_again", "_selected_action": [mail.pk for mail in mails]})
    assert set(StoredEmail.objects.values_list("state", "attempts")) == {(State.STORED, 0)}
    assert queued() == ["emailsync.tasks.drain_parse_queue"]
    assert LogEntry.objects.count() == 2


def test_one_mail_is_read_again_from_its_page_and_one_being_read_is_left_alone(client: Client) -> None:
    mail, busy = settled(), settled(State.PARSING)
    client.post(page("storedemail_have_this_read_again", mail.pk))
    answer = client.post(page("storedemail_have_this_read_again", busy.pk), follow=True)
    assert b"being read" in answer.content
    mail.refresh_from_db()
    busy.refresh_from_db()
    assert (mail.state, busy.state) == (State.STORED, State.PARSING)


def test_a_parked_mail_has_failed_gives_nothing_and_can_be_read_again(client: Client) -> None:
    mail = store_mail(make_member(), order_mail())
    drain()
    assert b"Put \xe2\x80\x9c" in client.get(page("storedemail_park_this", mail.pk)).content
    assert Order.objects.exists()
    answer = client.post(page("storedemail_park_this", mail.pk), follow=True)
    assert b"is withdrawn" in answer.content
    mail.refresh_from_db()
    assert (mail.state, mail.reason) == (State.FAILED, "parked")
    assert not Order.objects.exists()
    assert LogEntry.objects.get().get_change_message().startswith("Parked.")
    client.post(page("storedemail_have_this_read_again", mail.pk))
    assert drain() == {"parsed": 1}
    assert Order.objects.exists()


def test_a_mail_that_is_parked_while_it_waits_or_is_read_gives_nothing_either(client: Client) -> None:
    mails = [store_mail(make_member(), order_mail()) for _ in range(3)]
    drain()
    read_again(member=None, email_ids=[mails[0].pk, mails[1].pk])
    (claimed, _) = claims = claim(owner="slow")
    fresh = store_mail(make_member(), order_mail())
    for mail in (*mails[:2], fresh):
        client.post(page("storedemail_park_this", mail.pk))
    assert Order.objects.get().member == mails[2].member
    with open_sandbox() as sandbox:
        assert work(claims, sandbox) == {}
    assert drain() == {}
    assert Order.objects.get().member == mails[2].member
    assert claimed.email_id in {mail.pk for mail in mails}


def test_a_mail_is_taken_from_its_worker_who_then_writes_nothing(client: Client) -> None:
    one, other, done = (store_mail(make_member(), order_mail()) for _ in range(3))
    claims = claim(owner="gone")
    StoredEmail.objects.filter(pk=done.pk).update(state=State.FAILED)
    answer = client.post(page("storedemail_give_this_back", one.pk), follow=True)
    assert b"It waits again." in answer.content
    client.post(MAILS, {"action": "give_back", "_selected_action": [other.pk, done.pk]})
    assert set(StoredEmail.objects.values_list("state", flat=True)) == {State.STORED, State.FAILED}
    assert LogEntry.objects.count() == 2
    with open_sandbox() as sandbox:
        assert work(claims, sandbox) == {}
    assert drain() == {"parsed": 2}


def test_only_what_would_change_something_is_offered_for_a_mail(client: Client) -> None:
    mail = settled(State.PARSING)
    assert b"give-back" in client.get(page("storedemail_change", mail.pk)).content
    StoredEmail.objects.update(state=State.FAILED, reason="parked")
    body = client.get(page("storedemail_change", mail.pk)).content
    assert b"give-back" not in body
    assert b"/park" not in body


def test_a_scan_is_queued_once_however_often_one_asks(mailbox: Mailbox, client: Client) -> None:
    client.post(page("mailbox_scan_this", mailbox.pk))
    answer = client.post(page("mailbox_scan_this", mailbox.pk), follow=True)
    assert b"queued already" in answer.content
    client.post(MAILBOXES, {"action": "scan_now", "_selected_action": [mailbox.pk]})
    assert queued() == ["emailsync.tasks.run_waiting_scans"]


def test_a_paused_mailbox_is_not_scanned_until_it_is_resumed(mailbox: Mailbox, client: Client) -> None:
    client.post(page("mailbox_pause_this", mailbox.pk))
    client.post(page("mailbox_scan_this", mailbox.pk))
    assert queued() == []
    client.post(page("mailbox_resume_this", mailbox.pk))
    assert queued() == ["emailsync.tasks.run_waiting_scans"]
    mailbox.refresh_from_db()
    assert mailbox.enabled
    assert mailbox.password == "secret"


def test_ticked_mailboxes_are_paused_and_resumed(client: Client) -> None:
    boxes = [make_mailbox(make_member()), make_mailbox(make_member(), enabled=False)]
    ids = [box.pk for box in boxes]
    client.post(MAILBOXES, {"action": "pause", "_selected_action": ids})
    assert not Mailbox.objects.filter(enabled=True).exists()
    assert LogEntry.objects.count() == 1, "one was paused already"
    client.post(MAILBOXES, {"action": "resume", "_selected_action": ids})
    assert Mailbox.objects.filter(enabled=True).count() == 2


def test_the_page_of_a_mail_leads_to_all_that_it_contributed(client: Client) -> None:
    mail = settled(State.PARSED)
    body = client.get(page("storedemail_change", mail.pk)).content.decode()
    for name in ("orders_ordercontribution", "tracking_shipmentcontribution", "tracking_pendinglink"):
        url = reverse(f"admin:{name}_changelist")
        assert f"{url}?member__id__exact={mail.member_id}&amp;sha256__exact={mail.sha256}" in body
        answer = client.get(url, {"member__id__exact": str(mail.member_id), "sha256__exact": mail.sha256})
        assert answer.status_code == 200


def test_a_hostile_subject_is_text_in_the_admin(client: Client) -> None:
    mail = store_mail(make_member(), make_mail(subject="<script>alert(1)</script>"))
    for url in (MAILS, page("storedemail_change", mail.pk), page("storedemail_have_this_read_again", mail.pk)):
        assert b"<script>alert" not in client.get(url).content

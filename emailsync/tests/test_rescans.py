"""Ninety days of one retailer's mail: asked for, decided once, and run to its end."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import AuditEntry, Notice, User
from emailsync.imap.client import connect
from emailsync.models import Mailbox, RescanRequest, Scan, ScanKind, State, StoredEmail
from emailsync.rescans import (
    RescanRefused,
    approve_rescan,
    ask_rescan,
    may_decide,
    refuse_rescan,
    rescan_subjects,
    withdraw_rescan,
)
from emailsync.scans import account_of, scan_mailbox
from emailsync.tasks import run_waiting_scans
from emailsync.tests.factories import make_mail, make_mailbox, make_member, store_mail
from flux.testing.dovecot import PASSWORD
from parsers.seeds import all_seeds
from parsers.services import store_seeds

pytestmark = pytest.mark.django_db
SHOP = "kmart-au"


@pytest.fixture(autouse=True)
def _definitions(db) -> None:
    store_seeds(all_seeds())


@pytest.fixture
def boss() -> User:
    return User.objects.create_superuser("boss")


def asked(member: User) -> RescanRequest:
    return ask_rescan(member=member, about=SHOP, reason="Their mails look different now.")


def with_mailbox() -> User:
    return make_mailbox(make_member()).member


def test_the_subjects_are_those_whose_senders_are_known():
    subjects = {subject.key: subject for subject in rescan_subjects(make_member())}
    assert "kmart.com.au" in subjects[SHOP].domains
    assert all(subject.domains and subject.name for subject in subjects.values())


def test_a_request_needs_a_known_subject_a_mailbox_and_no_twin():
    member = with_mailbox()
    with pytest.raises(RescanRefused, match="from the list"):
        ask_rescan(member=member, about="nobody", reason="So")
    with pytest.raises(RescanRefused, match="Connect a mailbox"):
        asked(make_member())
    asked(member)
    with pytest.raises(RescanRefused, match="asked for already"):
        asked(member)


def test_only_its_member_withdraws_a_request_and_only_before_it_is_decided(boss):
    member = with_mailbox()
    request = asked(member)
    assert not withdraw_rescan(member=make_member(), request_id=request.pk)
    assert withdraw_rescan(member=member, request_id=request.pk)
    with pytest.raises(RescanRefused, match="withdrawn"):
        approve_rescan(request_id=request.pk, by=boss)
    assert not Scan.objects.exists()


def test_nobody_but_a_super_admin_decides(boss):
    request = asked(with_mailbox())
    staff = User.objects.create_user("staff", is_staff=True)
    for nobody in (staff, request.member, User.objects.create_superuser("gone", is_active=False)):
        assert not may_decide(nobody, request)
        with pytest.raises(RescanRefused, match="Only a super admin"):
            approve_rescan(request_id=request.pk, by=nobody)
    request.refresh_from_db()
    assert (request.state, Scan.objects.count(), AuditEntry.objects.count()) == ("asked", 0, 0)


def test_a_super_admin_decides_on_their_own_request_only_if_there_is_no_other(boss):
    make_mailbox(boss)
    request = asked(boss)
    other = User.objects.create_superuser("other")
    with pytest.raises(RescanRefused):
        approve_rescan(request_id=request.pk, by=boss)
    other.delete()
    assert approve_rescan(request_id=request.pk, by=boss).state == "approved"


def test_approval_queues_one_scan_a_mailbox_reads_stored_mail_again_and_tells_the_member(boss):
    member = with_mailbox()
    make_mailbox(member, enabled=False)
    now = f"{timezone.now():%a, %d %b %Y %H:%M:%S +0000}"
    ours = store_mail(member, make_mail(sender="Kmart <no-reply@kmart.com.au>", Date=now))
    old = store_mail(member, make_mail(sender="Kmart <no-reply@kmart.com.au>"))
    alien = store_mail(member, make_mail(sender="no-reply@notkmart.com.au", Date=now))
    StoredEmail.objects.update(state=State.UNMATCHED)
    approve_rescan(request_id=asked(member).pk, by=boss, note="Go on.")
    scan = Scan.objects.get()
    assert (scan.kind, scan.lane, scan.lookback) == (ScanKind.RESCAN, "recovery", timedelta(days=90))
    assert "kmart.com.au" in scan.senders
    assert set(StoredEmail.objects.filter(state=State.STORED)) == {ours}
    assert {old.pk, alien.pk} == set(StoredEmail.objects.filter(state=State.UNMATCHED).values_list("pk", flat=True))
    notice = Notice.objects.get()
    assert (notice.member, notice.text) == (member, "Go on.")
    assert "approved" in notice.title
    assert AuditEntry.objects.get().detail["by"] == "boss"


def test_a_refusal_says_why(boss):
    member = with_mailbox()
    refuse_rescan(request_id=asked(member).pk, by=boss, note="Too much for our provider.")
    assert Notice.objects.get().text == "Too much for our provider."
    assert not Scan.objects.exists()
    assert asked(member), "it may be asked for again"


@pytest.mark.django_db(transaction=True)
def test_two_approvals_at_once_run_it_once(boss):
    request = asked(with_mailbox())
    said: list[str] = []

    def approve() -> None:
        try:
            said.append(approve_rescan(request_id=request.pk, by=boss).state)
        except RescanRefused as error:
            said.append(str(error))
        connection.close()

    threads = [threading.Thread(target=approve) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said.count("approved") == 1
    assert Scan.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_it_brings_what_the_first_scan_left_of_that_sender_and_nothing_else(dovecot, boss, settings):
    settings.FLUX_ALLOW_PRIVATE_MAIL_HOSTS = True
    settings.FLUX_FIRST_SCAN_DAYS = 1
    at = {"host": dovecot.host, "port": dovecot.port, "security": "plain", "username": dovecot.add_user()}
    mailbox = make_mailbox(make_member(), password=PASSWORD, **at)
    client = connect(account_of(mailbox))
    for days, sender in ((30, "orders@kmart.com.au"), (95, "orders@kmart.com.au"), (30, "a@else.example")):
        raw = make_mail(subject=f"{days} {sender}", sender=f"Shop <{sender}>")
        client.append("INBOX", raw, msg_time=datetime.now(UTC) - timedelta(days=days))
    client.logout()
    scan_mailbox(mailbox=mailbox, kind=ScanKind.FIRST, lookback=timedelta(hours=1))
    assert not StoredEmail.objects.exists()
    cursor = mailbox.folders.get(name="INBOX").last_uid
    approve_rescan(request_id=asked(mailbox.member).pk, by=boss)
    run_waiting_scans("recovery")
    assert [mail.subject for mail in StoredEmail.objects.all()] == ["30 orders@kmart.com.au"]
    scan = Scan.objects.get(kind=ScanKind.RESCAN)
    assert (scan.state, scan.stored) == ("done", 1)
    assert mailbox.folders.get(name="INBOX").last_uid == cursor
    assert Mailbox.objects.get().state == "ok"

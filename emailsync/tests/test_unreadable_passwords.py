"""A mailbox whose stored password no key decrypts is a matter of that mailbox alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from django.test import Client
from django.urls import reverse

from emailsync.export import export_mailboxes
from emailsync.management.commands.watch_mailboxes import watchable
from emailsync.models import Mailbox, MailboxState, Scan, ScanKind
from emailsync.queries import due_for_scan
from emailsync.scans import scan_mailbox
from emailsync.services import remove_mailbox
from emailsync.tasks import recovery_scan, run_waiting_scans
from emailsync.tests.factories import make_mail, make_mailbox, make_member
from flux.members import delete_member
from flux.testing.dovecot import PASSWORD

pytestmark = pytest.mark.django_db
WORDS = "The stored password cannot be read any more; enter it anew."


@pytest.fixture(autouse=True)
def _loopback_allowed(settings):
    settings.FLUX_ALLOW_PRIVATE_MAIL_HOSTS = True


@pytest.fixture
def unreadable(settings) -> Mailbox:
    """A mailbox that was stored with a key that is gone."""
    keys, settings.FLUX_ENCRYPTION_KEYS = settings.FLUX_ENCRYPTION_KEYS, [Fernet.generate_key().decode()]
    mailbox = make_mailbox(make_member("mara"), name="Old", host="imap.shop.example")
    settings.FLUX_ENCRYPTION_KEYS = keys
    return mailbox


@pytest.fixture
def readable(dovecot) -> Mailbox:
    at = {"host": dovecot.host, "port": dovecot.port, "security": "plain", "username": dovecot.add_user()}
    mailbox = make_mailbox(make_member(), password=PASSWORD, **at)
    dovecot.deliver(mailbox.username, [make_mail()])
    return mailbox


@pytest.mark.django_db(transaction=True)
def test_the_schedules_and_the_watcher_go_on_with_the_others(unreadable, readable):
    assert list(due_for_scan()) == [unreadable, readable]
    assert [watched.mailbox_id for watched in watchable()] == [unreadable.pk, readable.pk]
    assert recovery_scan() == "2 scans queued"
    assert run_waiting_scans("recovery") == "2 turns, 1 stored"


def test_its_scan_ends_with_the_problem_on_the_mailbox(unreadable):
    mailbox = Mailbox.objects.get()
    outcome = scan_mailbox(mailbox=mailbox, kind=ScanKind.RECOVERY, lookback=timedelta(hours=1))
    assert [error["text"] for error in outcome.tally.errors] == [WORDS]
    assert Scan.objects.get().state == "failed"
    mailbox.refresh_from_db()
    assert (mailbox.state, mailbox.last_error, mailbox.last_error_text) == (
        MailboxState.BROKEN,
        "password_unreadable",
        WORDS,
    )


def test_its_pages_say_so_and_take_a_new_password(unreadable, client: Client):
    scan_mailbox(mailbox=Mailbox.objects.get(), kind=ScanKind.RECOVERY, lookback=timedelta(hours=1))
    client.force_login(unreadable.member)
    assert WORDS in client.get(reverse("emailsync:mailboxes")).content.decode()
    url = reverse("emailsync:mailbox", args=[unreadable.pk])
    assert WORDS in client.get(url).content.decode()
    typed = {"username": unreadable.username, "host": "imap.shop.example", "port": "993", "security": "tls"}
    refused = client.post(url, typed)
    assert refused.status_code == 422
    assert WORDS in refused.content.decode()
    assert client.post(url, typed | {"password": "pebble-43"}).status_code == 302
    assert str(Mailbox.objects.get().password) == "pebble-43"


def test_it_can_be_paused_exported_and_deleted_with_its_member(unreadable, client: Client):
    client.force_login(unreadable.member)
    client.post(reverse("emailsync:mailbox-pause", args=[unreadable.pk]))
    assert not Mailbox.objects.get().enabled
    assert [mailbox["name"] for mailbox in export_mailboxes(unreadable.member)] == ["Old"]
    unreadable.folders.create(raw_name="INBOX", name="INBOX")
    delete_member(unreadable.member)
    assert not Mailbox.objects.exists()


def test_it_can_be_removed(unreadable):
    unreadable.folders.create(raw_name="INBOX", name="INBOX")
    remove_mailbox(mailbox=Mailbox.objects.get())
    assert not Mailbox.objects.exists()

"""What the command gives the watcher, and what it does with its reports."""

import os
import signal
import threading
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from django.core.cache import cache
from django.core.management import call_command
from django.db import OperationalError, connection

from emailsync.imap.problems import Code, MailboxProblem
from emailsync.imap.signing_in import Watched
from emailsync.management.commands import watch_mailboxes
from emailsync.models import Mailbox, MailboxState, ScanKind
from emailsync.outcomes import record_failure
from emailsync.scans import scan_mailbox
from emailsync.services import WATCHER_BEAT, request_scan
from emailsync.tests.factories import make_mailbox, make_member
from emailsync.tests.watchers import PATIENCE, impatient, watch
from flux.testing.dovecot import PASSWORD

__all__ = ["impatient", "watch"]


def mailbox_at(server) -> Mailbox:
    at = {"host": server.host, "port": server.port, "security": "plain", "username": server.add_user()}
    return make_mailbox(make_member(), password=PASSWORD, **at)


@pytest.mark.django_db
def test_only_what_signing_in_depends_on_makes_it_sign_in_anew(monkeypatch):
    member = make_member()
    by_password = make_mailbox(member, name="A")
    by_token = make_mailbox(member, name="B", sign_in="google", password="", refresh_token="r", access_token="a")
    monkeypatch.setattr("common.encryption.decrypt", lambda _: pytest.fail("a secret was decrypted"))
    before = list(watch_mailboxes.watchable())
    Mailbox.objects.filter(pk=by_token.pk).update(access_token="b", refresh_token="s", idle_supported=True)
    assert list(watch_mailboxes.watchable()) == before
    Mailbox.objects.filter(pk=by_password.pk).update(password="another")
    after = list(watch_mailboxes.watchable())
    assert (after[0] == before[0], after[1] == before[1]) == (False, True)


@pytest.mark.django_db
def test_a_mailbox_that_waits_after_a_failure_is_watched_but_not_signed_in_to():
    mailbox = make_mailbox(make_member())
    record_failure(mailbox.pk, MailboxProblem(Code.TIMEOUT))
    assert [one.may_sign_in for one in watch_mailboxes.watchable()] == [False]


def all_mailboxes() -> list[Watched]:
    """As the command reads them, in the watcher's thread of a test."""
    try:
        return list(watch_mailboxes.watchable())
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_a_refused_sign_in_counts_like_that_of_a_scan(dovecot, watch):
    mailbox = mailbox_at(dovecot)
    dovecot.set_password(mailbox.username, "another")
    refused = threading.Event()

    def problem(mailbox_id: int, found: MailboxProblem) -> None:
        record_failure(mailbox_id, found)
        connection.close()
        refused.set()

    bells = watch(all_mailboxes, problem=problem)
    assert refused.wait(PATIENCE)
    for _ in range(2):
        scan_mailbox(mailbox=mailbox, kind=ScanKind.MANUAL, lookback=timedelta(hours=1))
    beats = bells.beats
    bells.wait_for(lambda bells: bells.beats >= beats + 5)
    mailbox.refresh_from_db()
    assert (mailbox.failures, mailbox.state) == (3, MailboxState.WRONG_CREDENTIALS)
    assert list(watch_mailboxes.watchable()) == []


@pytest.mark.django_db(transaction=True)
def test_a_password_that_no_key_decrypts_is_the_problem_of_its_mailbox_alone(dovecot, watch, settings):
    keys, settings.FLUX_ENCRYPTION_KEYS = settings.FLUX_ENCRYPTION_KEYS, [Fernet.generate_key().decode()]
    unreadable = mailbox_at(dovecot)
    settings.FLUX_ENCRYPTION_KEYS = keys
    readable = mailbox_at(dovecot)
    bells = watch(all_mailboxes)
    bells.wait_for(lambda bells: bells.rung == [readable.pk])
    bells.wait_for(lambda bells: (unreadable.pk, "password_unreadable") in bells.problems)


@pytest.mark.django_db(transaction=True)
def test_the_command_keeps_its_list_while_the_database_is_away_and_says_so_once(monkeypatch, capsys):
    make_mailbox(make_member())
    command = watch_mailboxes.Command()
    known = command._mailboxes()
    assert len(known) == 1

    def away() -> None:
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(watch_mailboxes, "watchable", away)
    assert [command._mailboxes(), command._mailboxes()] == [known, known]
    assert capsys.readouterr().err.count("The database does not answer") == 1


@pytest.mark.django_db(transaction=True)
def test_the_command_queues_a_scan_and_ends_when_asked(dovecot, impatient, monkeypatch):
    mailbox = mailbox_at(dovecot)

    def request_and_end(**wish) -> bool:
        asked = request_scan(**wish)
        os.kill(os.getpid(), signal.SIGTERM)
        return asked

    monkeypatch.setattr(watch_mailboxes, "request_scan", request_and_end)
    cache.delete(WATCHER_BEAT)
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        call_command("watch_mailboxes")
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    (scan,) = mailbox.scans.all()
    assert (scan.kind, scan.lookback) == (ScanKind.IDLE, timedelta(hours=1))
    mailbox.refresh_from_db()
    assert mailbox.idle_supported
    assert cache.get(WATCHER_BEAT)

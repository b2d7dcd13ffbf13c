"""The tokens of a mailbox: renewed in time, by one process at a time, and never shown."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from django.db import connection
from django.utils import timezone

from emailsync.imap.problems import Code, Kind, MailboxProblem
from emailsync.models import Mailbox, SignIn
from emailsync.oauth import endpoint
from emailsync.oauth.providers import provider as provider_of
from emailsync.oauth.tokens import MailboxToken
from emailsync.scans import account_of
from emailsync.tests.factories import make_mailbox, make_member
from flux.testing.oauth import AuthorisationServer, Grant

pytestmark = pytest.mark.django_db
MAIL = "https://mail.google.com/"


@pytest.fixture
def mailbox(provider: AuthorisationServer) -> Mailbox:
    """A mailbox whose access token has ended."""
    provider.refresh_tokens["first-refresh"] = Grant("mara@gmail.com", MAIL)
    return make_mailbox(
        make_member(),
        host="imap.gmail.com",
        username="mara@gmail.com",
        password="",
        sign_in=SignIn.GOOGLE,
        refresh_token="first-refresh",
        access_token="first-access",
        access_expires_at=timezone.now() - timedelta(minutes=1),
    )


def problem(mailbox: Mailbox) -> MailboxProblem:
    with pytest.raises(MailboxProblem) as caught:
        MailboxToken(mailbox.pk)()
    return caught.value


def test_a_token_that_ended_is_renewed_and_the_new_refresh_token_kept(provider, mailbox):
    token = MailboxToken(mailbox.pk)()
    mailbox.refresh_from_db()
    assert token == str(mailbox.access_token) != "first-access"
    assert str(mailbox.refresh_token) in provider.refresh_tokens
    assert mailbox.access_expires_at > timezone.now() + timedelta(minutes=50)


def test_a_token_that_is_good_for_long_enough_is_used_without_asking(provider, mailbox):
    first = MailboxToken(mailbox.pk)()
    assert [MailboxToken(mailbox.pk)() for _ in range(3)] == [first] * 3
    assert provider.refreshes() == 1
    Mailbox.objects.update(access_expires_at=timezone.now() + timedelta(minutes=1))
    assert MailboxToken(mailbox.pk)() != first, "it would end on its way"


def test_a_refresh_token_that_is_not_replaced_stays(provider, mailbox):
    provider.rotates = False
    MailboxToken(mailbox.pk)()
    mailbox.refresh_from_db()
    assert str(mailbox.refresh_token) == "first-refresh"


def test_a_refused_token_is_renewed_though_it_seems_good(provider, mailbox):
    first = MailboxToken(mailbox.pk)()
    second = MailboxToken(mailbox.pk)(refused=first)
    assert second != first
    assert MailboxToken(mailbox.pk)(refused=first) == second, "another process had renewed it"
    assert provider.refreshes() == 2


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_refresh(provider, mailbox):
    got: list[str] = []
    second = threading.Thread(target=lambda: ask(got))
    begun = threading.Event()

    def ask(results: list[str]) -> None:
        try:
            results.append(MailboxToken(mailbox.pk)())
        finally:
            connection.close()

    def while_the_first_waits() -> None:
        if not begun.is_set():
            begun.set()
            second.start()
            await_a_waiting_lock()

    provider.before_answer = while_the_first_waits
    first = threading.Thread(target=ask, args=[got])
    first.start()
    first.join(30)
    second.join(30)
    assert len(got) == 2
    assert got[0] == got[1]
    assert provider.refreshes() == 1


def await_a_waiting_lock() -> None:
    """Until another session waits for a row that is locked."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    pause = threading.Event()
    try:
        for _ in range(600):
            with connection.cursor() as cursor:
                cursor.execute(waiting)
                if cursor.fetchone()[0]:
                    return
            pause.wait(0.05)
        raise AssertionError("nobody waits")
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_a_scan_may_write_its_rows_while_a_token_is_renewed(provider, mailbox):
    written = threading.Event()

    def write() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '2s'")
            Mailbox(pk=mailbox.pk).folders.create(raw_name="INBOX", name="INBOX")
            written.set()
        finally:
            connection.close()

    provider.before_answer = write
    MailboxToken(mailbox.pk)()
    assert written.is_set()


def test_what_the_member_took_back_asks_for_connecting_anew(provider, mailbox):
    provider.revoke()
    found = problem(mailbox)
    assert (found.code, found.kind) == (Code.RECONNECT, Kind.CREDENTIALS)
    assert "Reconnect" in found.advice
    mailbox.refresh_from_db()
    assert str(mailbox.refresh_token) == "first-refresh"


@pytest.mark.parametrize(
    "outage",
    [(500, b""), (503, b"{}"), (429, b"{}"), (200, b"<html>"), (200, b"[]"), (200, b"{}"), (400, b"no JSON"),
     (400, b'{"error": "temporarily_unavailable"}'), (200, b"[" * 100_000), (200, b"x" * 300_000)],
)  # fmt: skip
def test_an_outage_is_tried_again_and_loses_nothing(provider, mailbox, outage):
    provider.outage = outage
    found = problem(mailbox)
    assert (found.code, found.kind) == (Code.PROVIDER_AWAY, Kind.TRANSIENT)
    provider.outage = None
    assert MailboxToken(mailbox.pk)() in provider.access_tokens


def test_a_provider_that_is_gone_or_silent_is_an_outage(provider, mailbox, settings, monkeypatch):
    settings.FLUX_PLAIN_HTTP_ORIGINS = ("http://127.0.0.1:1",)
    settings.FLUX_OAUTH_ENDPOINTS = {"google": ("", "http://127.0.0.1:1/token")}
    assert problem(mailbox).code == Code.PROVIDER_AWAY


@pytest.mark.parametrize("error", ["invalid_client", "unauthorized_client", "invalid_scope", "words of the provider"])
def test_a_registration_that_is_not_accepted_is_the_operators_matter(provider, mailbox, error):
    provider.outage = (400, b'{"error": "%s"}' % error.encode())
    found = problem(mailbox)
    assert (found.code, found.kind) == (Code.NOT_REGISTERED, Kind.SETTINGS)
    assert "words of the provider" not in f"{found} {found.advice}"


def test_a_registration_that_was_taken_out_of_the_settings_is_said(provider, mailbox, settings):
    settings.FLUX_GOOGLE_CLIENT_ID = ""
    assert problem(mailbox).code == Code.NOT_REGISTERED
    assert not provider.asked


def test_tokens_that_no_key_decrypts_are_a_matter_of_their_mailbox(provider, mailbox, settings):
    settings.FLUX_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    assert problem(mailbox).code == Code.TOKEN_UNREADABLE


def test_tokens_are_stored_encrypted_and_do_not_show_themselves(provider, mailbox):
    token = MailboxToken(mailbox.pk)()
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_token, refresh_token FROM emailsync_mailbox")
        stored = cursor.fetchone()
    mailbox.refresh_from_db()
    assert all(text.startswith("gAAAA") for text in stored)
    assert token not in repr((account_of(mailbox), MailboxToken(mailbox.pk), mailbox.access_token))
    tokens = endpoint.refresh(provider_of("google"), refresh_token=str(mailbox.refresh_token))
    assert tokens.access not in repr(tokens)
    assert tokens.refresh not in repr(tokens)


def test_an_account_is_the_same_whatever_its_token(provider, mailbox):
    before = account_of(mailbox)
    MailboxToken(mailbox.pk)()
    mailbox.refresh_from_db()
    assert account_of(mailbox) == before

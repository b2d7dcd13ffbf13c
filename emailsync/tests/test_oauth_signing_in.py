"""Mailboxes that sign in with access tokens, at a real Dovecot that asks the authorisation server about them."""

from __future__ import annotations

import base64
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from emailsync.imap.client import Account, connected
from emailsync.imap.problems import Code, MailboxProblem
from emailsync.imap.signing_in import Watched
from emailsync.management.commands.watch_mailboxes import watchable
from emailsync.models import Mailbox, MailboxState, ScanKind, SignIn, StoredEmail
from emailsync.oauth.tokens import MailboxToken
from emailsync.queries import due_for_scan
from emailsync.scans import scan_mailbox
from emailsync.tests.factories import make_mail, make_mailbox, make_member
from emailsync.tests.watchers import impatient, watch
from flux.testing.dovecot import HOW_TO_INSTALL, Dovecot, dovecot_installed, start_dovecot
from flux.testing.oauth import CLIENT_ID, CLIENT_SECRET, AuthorisationServer, Grant, authorisation_server

MAIL = "https://mail.google.com/"

__all__ = ["impatient", "watch"]


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[AuthorisationServer, Dovecot]]:
    if not dovecot_installed():
        pytest.skip(HOW_TO_INSTALL)
    with authorisation_server() as server:
        mail = start_dovecot(introspection_url=f"{server.url}/introspect")
        yield server, mail
        mail.stop()
        shutil.rmtree(mail.root)


@pytest.fixture(autouse=True)
def _loopback_allowed(settings: Any) -> None:
    settings.FLUX_ALLOW_PRIVATE_MAIL_HOSTS = True


@pytest.fixture
def provider(servers: tuple[AuthorisationServer, Dovecot], settings: Any) -> Iterator[AuthorisationServer]:
    server, _ = servers
    settings.FLUX_OAUTH_ENDPOINTS = {"google": server.endpoints()}
    settings.FLUX_PLAIN_HTTP_ORIGINS = (server.url,)
    settings.FLUX_GOOGLE_CLIENT_ID, settings.FLUX_GOOGLE_CLIENT_SECRET = CLIENT_ID, CLIENT_SECRET
    yield server
    fresh = AuthorisationServer(url=server.url)
    server.__dict__.update(fresh.__dict__)


@pytest.fixture
def mailbox(db: None, provider: AuthorisationServer, servers: tuple[AuthorisationServer, Dovecot]) -> Mailbox:
    """A mailbox whose access token has to be fetched first, with one mail."""
    _, server = servers
    name = f"{server.add_user()}@gmail.com"
    server.add_user(name)
    server.deliver(name, [make_mail()])
    provider.refresh_tokens["first"] = Grant(name, MAIL)
    at = {"host": server.host, "port": server.port, "security": "plain", "username": name}
    return make_mailbox(make_member(), password="", sign_in=SignIn.GOOGLE, refresh_token="first", **at)


def scan(mailbox: Mailbox) -> list[str]:
    """Scan once; the codes of what went wrong."""
    mailbox.refresh_from_db()
    outcome = scan_mailbox(mailbox=mailbox, kind=ScanKind.RECOVERY, lookback=timedelta(hours=1))
    mailbox.refresh_from_db()
    return [error["code"] for error in outcome.tally.errors]


def test_a_mailbox_is_read_with_a_token(mailbox, provider):
    assert scan(mailbox) == []
    assert (mailbox.state, StoredEmail.objects.count()) == (MailboxState.OK, 1)
    assert scan(mailbox) == []
    assert provider.refreshes() == 1


def test_a_token_that_ended_before_its_time_is_renewed_once(mailbox, provider):
    scan(mailbox)
    provider.expire_access()
    assert scan(mailbox) == []
    assert provider.refreshes() == 2


def test_a_mail_server_that_refuses_a_new_token_is_not_tried_for_ever(mailbox, provider):
    provider.refresh_tokens["first"].address = "somebody@gmail.com"
    for _ in range(2):
        assert scan(mailbox) == ["token_refused"]
        assert mailbox.state == MailboxState.RETRYING
    assert scan(mailbox) == ["token_refused"]
    assert mailbox.state == MailboxState.WRONG_CREDENTIALS
    assert "127.0.0.1 refused the sign-in" in mailbox.last_error_text


def test_what_the_member_took_back_stops_the_mailbox_and_offers_to_reconnect(mailbox, provider, client: Client):
    provider.revoke()
    assert scan(mailbox) == ["reconnect"]
    assert (mailbox.state, mailbox.last_error) == (MailboxState.WRONG_CREDENTIALS, "reconnect")
    assert list(due_for_scan()) == []
    asked = provider.refreshes()
    Mailbox.objects.update(host="imap.gmail.com")
    client.force_login(mailbox.member)
    page = client.get(reverse("emailsync:mailboxes")).content.decode()
    assert "Google no longer lets Flux read this mailbox." in page
    assert reverse("emailsync:mailbox-connect", args=[mailbox.pk]) in page
    assert "Enter a new password" not in page
    assert provider.refreshes() == asked


def test_an_outage_of_the_provider_is_tried_again(mailbox, provider):
    provider.outage = (503, b"words of the provider")
    assert scan(mailbox) == ["provider_away"]
    assert (mailbox.state, mailbox.last_error) == (MailboxState.RETRYING, "provider_away")
    assert mailbox.last_error_text == "The sign-in of Google does not answer at the moment."
    provider.outage = None
    assert scan(mailbox) == []
    assert (mailbox.state, mailbox.failures) == (MailboxState.OK, 0)


def test_the_button_tests_the_connection_with_the_token(mailbox, provider, client: Client):
    client.force_login(mailbox.member)
    url = reverse("emailsync:mailbox-test-known", args=[mailbox.pk])
    assert "It works: 3 folders found." in client.post(url, {"name": "Mail"}).content.decode()


def test_a_way_from_the_button_to_the_first_mail(provider, servers, client: Client, db):
    _, server = servers
    member, name = make_member("mara"), "wayfarer@gmail.com"
    server.add_user(name)
    server.deliver(name, [make_mail()])
    provider.address = name
    client.force_login(member)
    client.get(provider.visit(client.get(reverse("emailsync:connect-google"))["Location"]))
    Mailbox.objects.update(host=server.host, port=server.port, security="plain")
    assert scan(Mailbox.objects.get()) == []
    assert StoredEmail.objects.of(member).count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_watcher_keeps_its_connection_when_a_token_is_renewed(mailbox, provider, servers, watch):
    _, server = servers
    bells = watch(_watched)
    bells.wait_for_rings(mailbox.pk)
    before = server.doveadm("who", "-1")
    MailboxToken(mailbox.pk)(refused=str(Mailbox.objects.get().access_token))
    beats = bells.beats
    bells.wait_for(lambda bells: bells.beats >= beats + 3)
    server.deliver(mailbox.username, [make_mail()])
    bells.wait_for_rings(mailbox.pk, mailbox.pk)
    assert server.doveadm("who", "-1") == before, "the same connection told of the mail"
    assert provider.refreshes() == 2


@pytest.mark.django_db(transaction=True)
def test_the_watcher_goes_on_when_a_mailbox_cannot_sign_in(mailbox, provider, watch):
    provider.revoke()
    Mailbox.objects.filter(pk=mailbox.pk).update(access_expires_at=timezone.now())
    bells = watch(_watched)
    bells.wait_for(lambda bells: bells.problems == [(mailbox.pk, "reconnect")])
    beats = bells.beats
    bells.wait_for(lambda bells: bells.beats > beats)


def _watched() -> list[Watched]:
    try:
        return list(watchable())
    finally:
        connection.close()


class _Token:
    """Tokens one after the other, and which were refused."""

    def __init__(self) -> None:
        self.refused: list[str] = []

    def __call__(self, refused: str = "") -> str:
        if refused:
            self.refused.append(refused)
        return f"token{len(self.refused) + 1}"


@contextmanager
def exchange(challenge: bytes, verdicts: list[bytes]) -> Iterator[tuple[Account, list[bytes]]]:
    """A server that answers AUTHENTICATE with a challenge before each verdict; gives what it was told."""
    heard: list[bytes] = []

    def talk(listener: socket.socket) -> None:
        line, _ = listener.accept()
        with line, suppress(OSError):
            line.sendall(b"* OK [CAPABILITY IMAP4rev1 AUTH=XOAUTH2] ready\r\n")
            requests = line.makefile("rb")
            for request in requests:
                tag, command, *_ = request.split(maxsplit=2)
                if command != b"AUTHENTICATE":
                    said = b"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2\r\n" if command == b"CAPABILITY" else b""
                    line.sendall(said + tag + b" OK done\r\n")
                    continue
                line.sendall(b"+ \r\n")
                heard.append(requests.readline())
                line.sendall(b"+ " + challenge + b"\r\n")
                heard.append(requests.readline())
                if not verdicts:
                    return
                line.sendall(tag + b" " + verdicts.pop(0) + b"\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=talk, args=(listener,), daemon=True).start()
        yield Account("127.0.0.1", listener.getsockname()[1], "plain", "mara@gmail.com", "", _Token()), heard


def refusal(account: Account) -> Code:
    with pytest.raises(MailboxProblem) as caught, connected(account):
        pass
    return caught.value.code


ERROR = base64.b64encode(b'{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}')


def test_an_error_is_answered_by_an_empty_line_and_the_token_is_said_once():
    with exchange(ERROR, [b"NO [AUTHENTICATIONFAILED] Invalid credentials", b"NO AUTHENTICATE failed."]) as (at, heard):
        assert refusal(at) == Code.TOKEN_REFUSED
    first, second = (b"user=mara@gmail.com\1auth=Bearer token%d\1\1" % number for number in (1, 2))
    assert heard == [base64.b64encode(first) + b"\r\n", b"\r\n", base64.b64encode(second) + b"\r\n", b"\r\n"]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (b"NO [ALERT] Too many simultaneous connections. (Failure)", Code.BUSY_ACCOUNT),
        (b"NO [UNAVAILABLE] Temporary authentication failure", Code.UNAVAILABLE),
        (b"NO [ALERT] Your account is not enabled for IMAP use.", Code.IMAP_OFF),
    ],
)
def test_a_refusal_for_another_reason_costs_no_token(said, code):
    with exchange(ERROR, [said]) as (at, heard):
        assert refusal(at) == code
        assert isinstance(at.token, _Token)
        assert at.token.refused == []
    assert len(heard) == 2


def test_a_challenge_that_is_no_base64_is_a_lost_connection():
    with exchange(b"a", []) as (at, _):
        assert refusal(at) == Code.LOST

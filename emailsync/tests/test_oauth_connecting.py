"""A member connects a mailbox at Google or Microsoft, against an authorisation server that keeps the rules."""

from __future__ import annotations

import base64
import json
import secrets
import time
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from accounts.models import User
from emailsync.models import Mailbox, MailboxState, SignIn
from emailsync.tests.factories import make_mailbox, make_member
from flux.members import export_member_json
from flux.testing.oauth import CLIENT_SECRET, AuthorisationServer

ALL = reverse("emailsync:mailboxes")
CONNECT = reverse("emailsync:connect-google")
CALLBACK = reverse("emailsync:callback-google")


@pytest.fixture
def member(db: None, client: Client) -> User:
    member = make_member("mara")
    client.force_login(member)
    return member


def out(client: Client, url: str = CONNECT) -> str:
    """The provider's address that the button leads to."""
    answer = client.get(url)
    assert answer.status_code == 302
    return answer["Location"]


def said(client: Client, url: str) -> str:
    """The message after coming back from the provider."""
    answer = client.get(url)
    assert answer.status_code == 302
    assert answer["Location"] == ALL
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


def connected_mailbox(member: User, **fields: object) -> Mailbox:
    server = {"host": "imap.gmail.com", "username": "mara@gmail.com", "password": "", "sign_in": SignIn.GOOGLE}
    return make_mailbox(member, **(server | {"refresh_token": "old-refresh", "access_token": "old-access"} | fields))


def test_a_mailbox_is_connected_as_the_account_that_signed_in(
    provider: AuthorisationServer, member: User, client: Client
) -> None:
    assert "Mara@gmail.com is connected with Google" in said(client, visited(provider, client, "Mara@gmail.com"))
    mailbox = Mailbox.objects.of(member).get()
    assert (mailbox.username, mailbox.host, mailbox.security) == ("Mara@gmail.com", "imap.gmail.com", "tls")
    assert (mailbox.sign_in, str(mailbox.password), mailbox.authserv_id) == ("google", "", "mx.google.com")
    assert str(mailbox.access_token) in provider.access_tokens
    assert str(mailbox.refresh_token) in provider.refresh_tokens
    assert "about to start" in client.get(ALL).content.decode()


def visited(provider: AuthorisationServer, client: Client, address: str, url: str = CONNECT) -> str:
    provider.address = address
    return provider.visit(out(client, url))


def test_microsoft_is_asked_for_imap_and_for_access_while_the_member_is_away(
    provider: AuthorisationServer, member: User, client: Client
) -> None:
    target = out(client, reverse("emailsync:connect-microsoft"))
    scopes = parse_qs(urlsplit(target).query)["scope"][0].split()
    assert {"https://outlook.office.com/IMAP.AccessAsUser.All", "offline_access"} <= set(scopes)
    provider.address = "mara@hotmail.com"
    assert "connected with Microsoft" in said(client, provider.visit(target))
    mailbox = Mailbox.objects.of(member).get()
    assert (mailbox.host, mailbox.sign_in) == ("outlook.office365.com", "microsoft")


def test_google_is_asked_for_mail_and_for_a_refresh_token(
    provider: AuthorisationServer, member: User, client: Client
) -> None:
    asked = {name: values[0] for name, values in parse_qs(urlsplit(out(client)).query).items()}
    assert "https://mail.google.com/" in asked["scope"].split()
    assert (asked["access_type"], asked["prompt"]) == ("offline", "consent")
    assert asked["redirect_uri"] == f"http://testserver{CALLBACK}"
    assert "verifier" not in asked
    assert CLIENT_SECRET not in asked.values()


def test_a_member_who_declines_changes_nothing(provider: AuthorisationServer, member: User, client: Client) -> None:
    provider.declines = True
    words = said(client, provider.visit(out(client)))
    assert words == "You did not allow access at Google, so nothing was changed."
    assert not Mailbox.objects.exists()
    assert not provider.asked


def test_access_without_mail_is_of_no_use(provider: AuthorisationServer, member: User, client: Client) -> None:
    provider.unticked = "https://mail.google.com/"
    assert "tick" in said(client, provider.visit(out(client)))
    assert not Mailbox.objects.exists()


def test_a_forged_answer_is_refused_and_takes_nothing_away(
    provider: AuthorisationServer, member: User, client: Client
) -> None:
    back = provider.visit(out(client))
    for state in ("", "x", secrets.token_urlsafe(32), "ü"):
        assert "not begun here" in said(client, f"{CALLBACK}?{urlencode({'code': 'stolen', 'state': state})}")
    assert not provider.asked
    assert "is connected" in said(client, back)


def test_an_answer_serves_once(provider: AuthorisationServer, member: User, client: Client) -> None:
    back = provider.visit(out(client))
    assert "is connected" in said(client, back)
    assert "used already" in said(client, back)
    assert len(provider.asked) == 1
    assert Mailbox.objects.count() == 1


def test_an_answer_that_comes_twice_at_once_serves_once(
    provider: AuthorisationServer, member: User, client: Client
) -> None:
    back = provider.visit(out(client))
    before = dict(client.session)
    assert "is connected" in said(client, back)
    session = client.session  # as the other request read it before this one was answered
    session.update(before)
    session.save()
    assert "used already" in said(client, back)
    assert len(provider.asked) == 1


def test_an_answer_of_another_members_way_is_refused(
    provider: AuthorisationServer, member: User, client: Client
) -> None:
    back = provider.visit(out(client))
    stranger, other = Client(), make_member("bo")
    assert reverse("account_login") in stranger.get(back)["Location"]
    stranger.force_login(other)
    assert "not begun here" in said(stranger, back)
    client.force_login(other)
    assert "not begun here" in said(client, back), "the session ended with its member"
    assert not Mailbox.objects.exists()
    assert not provider.asked


def test_a_way_that_began_at_one_provider_does_not_end_at_another(
    provider: AuthorisationServer, member: User, client: Client
) -> None:
    back = provider.visit(out(client))
    assert "not begun here" in said(client, back.replace("/google/", "/microsoft/"))


def test_a_code_is_worth_nothing_without_the_verifier(
    provider: AuthorisationServer, member: User, client: Client
) -> None:
    first, second = provider.visit(out(client)), provider.visit(out(client))
    code, state = (parse_qs(urlsplit(url).query) for url in (first, second))
    words = said(client, f"{CALLBACK}?{urlencode({'code': code['code'][0], 'state': state['state'][0]})}")
    assert words == "Google did not complete the sign-in. Try again."
    assert not Mailbox.objects.exists()


def test_a_way_that_took_too_long_is_refused(
    provider: AuthorisationServer, member: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = provider.visit(out(client))
    much_later = time.time() + timedelta(minutes=16).total_seconds()
    monkeypatch.setattr("emailsync.oauth.flow.time.time", lambda: much_later)
    assert "too long" in said(client, back)


@pytest.mark.parametrize(
    ("outage", "words"),
    [
        ((503, b"words of the provider"), "does not answer"),
        ((200, b"words of the provider"), "does not answer"),
        ((200, b'{"token_type": "Bearer"}'), "does not answer"),
        ((400, b'{"error": "redirect_uri_mismatch"}'), "check its client ID"),
        ((401, b'{"error": "invalid_client"}'), "check its client ID"),
        ((302, b"{}"), "check its client ID"),
    ],
)
def test_a_provider_that_fails_is_said_in_our_words(
    provider: AuthorisationServer, member: User, client: Client, outage: tuple[int, bytes], words: str
) -> None:
    provider.outage = outage
    found = said(client, provider.visit(out(client)))
    assert words in found
    assert "words of the provider" not in found
    assert not Mailbox.objects.exists()


def id_token(payload: bytes) -> str:
    return f"e30.{base64.urlsafe_b64encode(payload).decode().rstrip('=')}.unsigned"


@pytest.mark.parametrize(
    "changed",
    [
        {"id_token": ""},
        {"id_token": "no token"},
        {"id_token": "e30.\u00fc.x"},
        {"id_token": id_token(b"[]")},
        {"id_token": id_token(b"[" * 50_000)},
        {"id_token": id_token(b'{"aud": "another client", "email": "mara@gmail.com"}')},
        {"id_token": id_token(b'{"aud": "flux-client"}')},
        {"id_token": id_token(b'{"aud": "flux-client", "email": "mara"}')},
        {"id_token": id_token(b'{"aud": "flux-client", "email": "mara\\u0001auth=x@gmail.com"}')},
        {"refresh_token": ""},
    ],
)
def test_an_answer_without_an_account_or_a_refresh_token_is_of_no_use(
    provider: AuthorisationServer, member: User, client: Client, changed: dict[str, str]
) -> None:
    good = {
        "access_token": "a",
        "refresh_token": "r",
        "token_type": "bearer",
        "id_token": id_token(b'{"aud": ["flux-client"], "email": "mara@gmail.com"}'),
    }
    provider.outage = (200, json.dumps(good | changed).encode())
    assert "did not say which account" in said(client, provider.visit(out(client)))
    assert not Mailbox.objects.exists()
    provider.outage = (200, json.dumps(good).encode())
    assert "is connected" in said(client, provider.visit(out(client)))


def test_a_mailbox_connected_anew_keeps_its_rows(provider: AuthorisationServer, member: User, client: Client) -> None:
    mailbox = connected_mailbox(member, state=MailboxState.WRONG_CREDENTIALS, last_error="reconnect", failures=1)
    folder = mailbox.folders.create(raw_name="INBOX", name="INBOX", watched=True, last_uid=71)
    assert "Reconnect with Google" in client.get(ALL).content.decode()
    target = out(client, reverse("emailsync:mailbox-connect", args=[mailbox.pk]))
    assert parse_qs(urlsplit(target).query)["login_hint"] == ["mara@gmail.com"]
    said(client, provider.visit(target))
    again = Mailbox.objects.get()
    assert (again.pk, again.state, again.failures) == (mailbox.pk, MailboxState.NEW, 0)
    assert str(again.refresh_token) in provider.refresh_tokens
    folder.refresh_from_db()
    assert folder.last_uid == 71


def test_another_account_does_not_take_a_mailbox_over(
    provider: AuthorisationServer, member: User, client: Client
) -> None:
    mailbox = connected_mailbox(member)
    back = visited(provider, client, "other@gmail.com", reverse("emailsync:mailbox-connect", args=[mailbox.pk]))
    assert "this mailbox is mara@gmail.com" in said(client, back)
    assert str(Mailbox.objects.get().refresh_token) == "old-refresh"


def test_a_mailbox_with_a_password_is_switched_to_sign_in_without(
    provider: AuthorisationServer, member: User, client: Client
) -> None:
    mailbox = make_mailbox(member, host="imap.gmail.com", username="Mara@gmail.com", password="pebble-42")
    assert "Connect with Google" in client.get(reverse("emailsync:mailbox", args=[mailbox.pk])).content.decode()
    said(client, visited(provider, client, "mara@gmail.com"))
    again = Mailbox.objects.get()
    assert (again.pk, again.username, again.sign_in, str(again.password)) == (
        mailbox.pk,
        "Mara@gmail.com",
        "google",
        "",
    )


def test_the_same_account_of_another_member_is_no_matter(
    provider: AuthorisationServer, member: User, client: Client
) -> None:
    theirs = connected_mailbox(make_member("bo"))
    said(client, provider.visit(out(client)))
    assert Mailbox.objects.of(member).count() == 1
    assert str(Mailbox.objects.get(pk=theirs.pk).refresh_token) == "old-refresh"
    assert client.get(reverse("emailsync:mailbox-connect", args=[theirs.pk])).status_code == 404


def test_a_mailbox_that_is_gone_meanwhile_is_not_made_again(
    provider: AuthorisationServer, member: User, client: Client
) -> None:
    mailbox = connected_mailbox(member)
    back = provider.visit(out(client, reverse("emailsync:mailbox-connect", args=[mailbox.pk])))
    mailbox.delete()
    assert "no longer there" in said(client, back)


def test_no_token_goes_to_a_server_that_the_member_typed(
    provider: AuthorisationServer, member: User, client: Client
) -> None:
    elsewhere = make_mailbox(member, host="imap.elsewhere.example", username="mara@gmail.com")
    assert client.get(reverse("emailsync:mailbox-connect", args=[elsewhere.pk])).status_code == 404
    said(client, provider.visit(out(client)))
    elsewhere.refresh_from_db()
    assert elsewhere.sign_in == SignIn.PASSWORD


def test_a_connected_mailbox_has_no_password_and_no_server_to_change(
    provider: AuthorisationServer, member: User, client: Client
) -> None:
    mailbox = connected_mailbox(member)
    url = reverse("emailsync:mailbox", args=[mailbox.pk])
    body = client.get(url).content.decode()
    assert "Reconnect with Google" in body
    for name in ("password", "host", "port", "security", "username"):
        assert f'name="{name}"' not in body
    typed = {"name": "", "host": "imap.elsewhere.example", "username": "x", "password": "x", "sign_in": "password"}
    assert client.post(url, typed).status_code == 302
    mailbox.refresh_from_db()
    assert (mailbox.name, mailbox.host, mailbox.username) == ("mara@gmail.com", "imap.gmail.com", "mara@gmail.com")
    assert (mailbox.sign_in, str(mailbox.refresh_token)) == (SignIn.GOOGLE, "old-refresh")


def test_a_provider_that_is_not_set_up_is_not_offered(member: User, client: Client) -> None:
    mailbox = connected_mailbox(member)
    for url in (CONNECT, CALLBACK, reverse("emailsync:mailbox-connect", args=[mailbox.pk])):
        assert client.get(url).status_code == 404
    body = client.get(f"{reverse('emailsync:mailbox-add')}?preset=gmail").content.decode()
    assert "Connect with Google" not in body
    assert "app password" in body


def test_the_form_offers_what_is_set_up(provider: AuthorisationServer, member: User, client: Client) -> None:
    add = reverse("emailsync:mailbox-add")
    gmail = client.get(f"{add}?preset=gmail").content.decode()
    assert f'href="{CONNECT}"' in gmail
    assert 'name="password"' in gmail, "an app password does as well"
    outlook = client.get(f"{add}?preset=outlook").content.decode()
    assert "Connect with Microsoft" in outlook
    assert 'name="password"' not in outlook
    typed = {"username": "mara@hotmail.com", "password": "x", "port": "993", "security": "tls"}
    assert "Connect the mailbox with Microsoft." in client.post(add, typed).content.decode()


def test_tokens_stand_in_no_page_and_no_export(provider: AuthorisationServer, member: User, client: Client) -> None:
    said(client, provider.visit(out(client)))
    mailbox = Mailbox.objects.get()
    secret_texts = [str(mailbox.access_token), str(mailbox.refresh_token), CLIENT_SECRET]
    places = [reverse(f"emailsync:{name}", args=[mailbox.pk]) for name in ("mailbox", "mailbox-health")]
    pages = [client.get(url).content.decode() for url in (ALL, reverse("emailsync:mailbox-add"), *places)]
    for text in (*pages, export_member_json(member)):
        assert not [secret for secret in secret_texts if secret in text]
    assert not [secret for secret in secret_texts if secret in str(dict(client.session))]

import ipaddress
import socket
import threading
from typing import Any

import pytest
from django.db import connection

from emailsync.connection import test_connection as check_connection
from emailsync.imap.client import _refusal
from emailsync.imap.guard import checked_address, is_public
from emailsync.imap.problems import Code, Kind, MailboxProblem
from emailsync.presets import preset_for
from emailsync.tests.scripted_imap import scripted
from flux.testing.dovecot import PASSWORD


@pytest.fixture
def private_allowed(settings):
    settings.FLUX_ALLOW_PRIVATE_MAIL_HOSTS = True


def check(**fields):
    defaults: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": 993,
        "security": "plain",
        "username": "u@x.example",
        "password": "p",
        "token": None,
    }
    return check_connection(**(defaults | fields))


def test_a_mailbox_that_works_says_so(dovecot, private_allowed):
    verdict = check(port=dovecot.port, username=dovecot.add_user(), password=PASSWORD)
    assert (verdict.ok, verdict.code, verdict.folders, verdict.idle) == (True, "", 3, True)
    assert "3 folders" in verdict.text


def test_a_wrong_password_is_told_from_a_dead_host(dovecot, private_allowed):
    assert check(port=dovecot.port, username=dovecot.add_user(), password="no").code == "login"
    assert check(port=1).code == "refused"
    assert check(host="does-not-exist.invalid").code == "dns"


def test_a_certificate_that_does_not_fit_is_said(dovecot, private_allowed):
    verdict = check(port=dovecot.tls_port, security="tls")
    assert verdict.code == "tls"
    assert "certificate" in verdict.advice


def test_clear_text_is_never_a_fallback(private_allowed):
    from flux.testing.dovecot import start_dovecot

    server = start_dovecot(ssl=False)
    try:
        assert check(port=server.port, security="starttls").code == "no_starttls"
    finally:
        server.stop()


@pytest.mark.parametrize("greeting", [b"220 mail ESMTP\r\n", b"SSH-2.0-OpenSSH_9\r\n"])
def test_another_service_is_no_mailbox_and_its_words_are_not_repeated(private_allowed, greeting):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=lambda: listener.accept()[0].sendall(greeting), daemon=True).start()
        verdict = check(port=listener.getsockname()[1])
    assert verdict.code == "not_imap"
    assert greeting.split()[0].decode() not in verdict.text


def test_a_server_that_says_nothing_is_given_up(private_allowed, monkeypatch):
    monkeypatch.setattr("emailsync.imap.wire.CONNECT_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert check(port=listener.getsockname()[1]).code == "timeout"


def test_microsoft_accounts_are_told_that_they_need_oauth():
    verdict = check(username="mara@hotmail.com", host="outlook.office365.com")
    assert (verdict.ok, verdict.code) == (False, "oauth_needed")
    assert verdict.advice


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[ALERT] Application-specific password required: https://…", Code.APP_PASSWORD),
        ("[ALERT] Too many simultaneous connections. (Failure)", Code.BUSY_ACCOUNT),
        ("[LIMIT] over", Code.BUSY_ACCOUNT),
        ("[UNAVAILABLE] Temporary authentication failure", Code.UNAVAILABLE),
        ("[INUSE] locked", Code.UNAVAILABLE),
        ("[ALERT] Your account is not enabled for IMAP use.", Code.IMAP_OFF),
        ("[AUTHENTICATIONFAILED] Invalid credentials (Failure)", Code.LOGIN),
        ("AUTHENTICATE failed. BasicAuthBlocked", Code.OAUTH),
    ],
)
def test_a_refused_sign_in_is_told_apart_by_what_the_server_says(text, code):
    assert _refusal(text, "imap.example.org") == code


def test_office_servers_that_only_say_failed_mean_oauth():
    assert _refusal("LOGIN failed.", "outlook.office365.com") == Code.OAUTH


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "0.0.0.0", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "224.0.0.1",
        "::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "fe80::1", "fc00::1", "::",
        "2001:0:7f00:1::80ff:fffe", "::7f00:1", "::ffff:100.64.0.1", "64:ff9b:1::a00:1", "fec0::1", "fe80::1%eth0",
        "2001:db8::1", "240.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1", "0.1.2.3", "64:ff9b::a9fe:a9fe",
    ],
)  # fmt: skip
def test_addresses_inside_are_not_public(address):
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"])
def test_addresses_outside_are_public(address):
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "0x7f000001", "0177.0.0.1", "2130706433", "localhost", "localhost.", "LOCALHOST", "[::1]",
        "::1", "0", "", "::ffff:127.0.0.1", "127.0.0.1%eth0", "①②⑦.0.0.1", "127.0.0.1\0.example", "a.example\r\nb",
        "x" * 10_000, "user@127.0.0.1", "http://127.0.0.1", "127.0.0.1:993",
    ],
)  # fmt: skip
def test_the_machine_itself_is_refused_unless_the_operator_allows_it(host):
    with pytest.raises(MailboxProblem) as caught:
        checked_address(host, 993)
    assert caught.value.code in (Code.PRIVATE_ADDRESS, Code.DNS)


def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch):
    answers = [(2, 1, 6, "", ("8.8.8.8", 993)), (2, 1, 6, "", ("10.0.0.1", 993))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: answers)
    with pytest.raises(MailboxProblem, match="network"):
        checked_address("rebind.example", 993)


@pytest.mark.parametrize(
    "address", ["169.254.169.254", "fe80::a9fe:a9fe", "::ffff:169.254.169.254", "0.0.0.0", "ff02::1"]
)
def test_the_metadata_service_is_refused_whatever_is_allowed(private_allowed, monkeypatch, address):
    answer = [(2, 1, 6, "", ("10.0.0.1", 993)), (2, 1, 6, "", (address, 993))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: answer)
    with pytest.raises(MailboxProblem) as caught:
        checked_address("metadata.google.internal", 993)
    assert caught.value.code == Code.PRIVATE_ADDRESS


def test_the_database_is_no_mail_server(settings):
    database = connection.get_connection_params()
    with pytest.raises(MailboxProblem) as caught:
        checked_address("localhost", int(database.get("port") or 5432))
    assert caught.value.code == Code.PRIVATE_ADDRESS


def test_the_connection_goes_to_the_address_that_was_checked_whatever_the_name_says_next(private_allowed, monkeypatch):
    """Names that answer one address to the check and another to the connection."""
    asked = []

    def answer(host, port, *args, **kwargs):
        asked.append(host)
        return [(2, 1, 6, "", ("127.0.0.1", port))] if len(asked) == 1 else resolve(host, port, *args, **kwargs)

    resolve = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", answer)
    with scripted() as server:
        assert check(host="rebind.example", port=server.account.port).ok
    assert asked == ["rebind.example", "127.0.0.1"]


def test_a_name_that_cannot_be_looked_up_now_is_a_passing_trouble(monkeypatch):
    def fail(*args, **kwargs):
        raise socket.gaierror(socket.EAI_AGAIN, "try again")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(MailboxProblem) as caught:
        checked_address("mail.example", 993)
    assert (caught.value.code, caught.value.kind) == (Code.DNS, Kind.TRANSIENT)


@pytest.mark.parametrize("port", [22, 25, 80, 443, 587, 5432, 6379, 11211, 65535])
def test_public_servers_are_only_spoken_to_at_mail_ports(monkeypatch, port):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: [(2, 1, 6, "", ("8.8.8.8", port))])
    with pytest.raises(MailboxProblem) as caught:
        checked_address("mail.example", port)
    assert caught.value.code == Code.PORT


def test_no_password_goes_unencrypted_over_the_internet(monkeypatch, private_allowed):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: [(2, 1, 6, "", ("8.8.8.8", 143))])
    assert check(host="mail.example", port=143).code == "clear_text"


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("mara@gmail.com", "gmail"),
        ("mara@Hotmail.com", "outlook"),
        ("mara@icloud.com", "icloud"),
        ("mara@yahoo.co.uk", "yahoo"),
        ("mara@fastmail.com", "fastmail"),
        ("mara@notgmail.com", "other"),
        ("mara", "other"),
    ],
)
def test_the_provider_is_known_by_the_address(address, key):
    assert preset_for(address).key == key

"""A scripted server for what a good one never does."""

import imaplib
import socket
import threading
import time
from typing import cast

import pytest

from emailsync.imap import wire
from emailsync.imap.client import Account, Client, connected
from emailsync.imap.fetching import Fact, fetch
from emailsync.imap.problems import Code, MailboxProblem
from emailsync.tests.scripted_imap import DONE, Answer, Request, Server, scripted


def _drip(text: bytes) -> Answer:
    """Answer byte by byte, never silent for long enough to time out."""

    def answer(server: Server, request: Request) -> None:
        for byte in text:
            request.line.sendall(bytes([byte]))
            time.sleep(0.02)

    return answer


@pytest.fixture(autouse=True)
def _impatient(settings, monkeypatch):
    settings.FLUX_ALLOW_PRIVATE_MAIL_HOSTS = True
    monkeypatch.setattr(wire, "READ_SECONDS", 0.5)


@pytest.mark.parametrize("text", [b"* SEARCH " + b"1 " * 5000, b"* 1 FETCH (UID 1 BODY[] {9000}\r\n" + b"x" * 9000])
def test_a_server_that_answers_byte_by_byte_is_given_up(text):
    with scripted({"UID SEARCH": _drip(text)}) as server, pytest.raises(MailboxProblem) as caught:
        _search(server.account)
    assert caught.value.code == Code.TIMEOUT


def _search(account: Account) -> None:
    with connected(account) as client:
        client.examine("INBOX")
        client.uids("ALL")


@pytest.mark.parametrize(
    ("security", "greeting", "code"),
    [
        ("tls", b"", Code.LOST),
        ("plain", b"", Code.LOST),
        ("plain", b"* BYE too many users\r\n", Code.UNAVAILABLE),
        ("plain", b"220 mail.example ESMTP\r\n", Code.NOT_IMAP),
    ],
)
def test_a_server_that_takes_nobody_in_is_told_from_one_that_is_none(security, greeting, code):
    def greet(listener: socket.socket) -> None:
        line, _ = listener.accept()
        with line:
            line.sendall(greeting)
            line.shutdown(socket.SHUT_WR)
            line.recv(4096)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=greet, args=(listener,), daemon=True).start()
        account = Account("127.0.0.1", listener.getsockname()[1], security, "mara", "secret")
        with pytest.raises(MailboxProblem) as caught, connected(account):
            pass
    assert caught.value.code == code


def test_an_answer_about_a_message_that_nobody_asked_for_is_left_aside():
    said = b"* 7 FETCH (FLAGS (\\Seen))\r\n* 2 FETCH (UID 99 BODY[] {3}\r\nbad)\r\n"
    said += b"* 1 FETCH (UID 5 BODY[] {4}\r\ngood)\r\n"
    with scripted({"UID FETCH": said + DONE}) as server, connected(server.account) as client:
        client.examine("INBOX")
        fetched, missing = fetch(client, [Fact(5, 4, None), Fact(6, 4, None)], max_bytes=100)
    assert [(message.fact.uid, message.raw) for message in fetched] == [(5, b"good")]
    assert missing == {6: "unanswered"}


@pytest.mark.parametrize(
    "said",
    [
        b"* 1 FETCH (UID 5 BODY[] {4}\r\ngood)\r\n",
        b"* 1 FETCH (FLAGS (\\Seen) UID 5 BODY[] {4}\r\ngood)\r\n",
        b"* 1 FETCH (BODY[] {4}\r\ngood UID 5)\r\n",
        b"* 1 FETCH (UID 5 BODY[] {4}\r\ngood FLAGS (\\Seen))\r\n",
        b'* 1 FETCH (UID 5 BODY[] "good")\r\n',
        b'* 2 FETCH (UID 6 BODY[] {3}\r\nbad)\r\n* 1 FETCH (UID 5 BODY[] "good")\r\n',
    ],
)
def test_a_body_is_read_in_whatever_form_the_server_gives_it(said):
    with scripted({"UID FETCH": said + DONE}) as server, connected(server.account) as client:
        client.examine("INBOX")
        fetched, missing = fetch(client, [Fact(5, 4, None)], max_bytes=100)
    assert [(message.fact.uid, message.raw) for message in fetched] == [(5, b"good")]
    assert missing == {}


def test_a_message_that_the_server_refuses_leaves_the_others_readable():
    class Moody:
        def fetch_literals(self, uids, item):
            if 2 in uids:
                raise imaplib.IMAP4.error("NO")
            return dict.fromkeys(uids, b"x")

    fetched, missing = fetch(cast(Client, Moody()), [Fact(uid, 1, None) for uid in (1, 2, 3)], max_bytes=100)
    assert [message.fact.uid for message in fetched] == [1, 3]
    assert missing == {2: "refused"}


def test_a_body_larger_than_the_server_said_is_too_big():
    class Liar:
        def fetch_literals(self, uids, item):
            return dict.fromkeys(uids, b"Subject: x\r\n\r\n" + b"y" * 500)

    ((message,), missing) = fetch(cast(Client, Liar()), [Fact(1, 10, None)], max_bytes=100)
    assert (message.too_big, missing) == (True, {})


@pytest.mark.parametrize("piece", [b"* 1 FETCH (UID 1 BODY[] {99999999}\r\n", b"* 1 EXISTS\r\n"])
def test_an_answer_without_end_is_given_up_before_it_fills_the_memory(piece, settings, monkeypatch):
    settings.FLUX_MAX_MAIL_BYTES = 1_000
    monkeypatch.setattr(wire, "_OVERHEAD", 100_000)
    sent = []

    def answer(server: Server, request: Request) -> None:
        for _ in range(10_000):
            sent.append(len(piece))
            request.line.sendall(piece * 100)

    with scripted({"UID SEARCH": answer}) as server, pytest.raises(MailboxProblem) as caught:
        _search(server.account)
    assert caught.value.code == Code.LOST
    assert len(sent) < 10_000

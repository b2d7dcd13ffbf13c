"""IDLE on the bare socket: the test is the server at its other end."""

import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress

import pytest

from emailsync.imap import idling
from emailsync.imap.idling import IdleLine, IdleRefused, View
from emailsync.tests.watchers import PATIENCE

RENEW = 1000.0


class Server:
    """The other end of a line that was just signed in, with three messages in its folder."""

    def __init__(self, said: bytes = b"") -> None:
        self.end, ours = socket.socketpair()
        self.end.settimeout(PATIENCE)
        ours.setblocking(False)
        self.line = IdleLine(ours, said=said, view=View(1, 10, 3), renew_seconds=RENEW)
        self.line.begin()

    def heard(self) -> bytes:
        return self.end.recv(1000)

    def say(self, *lines: bytes) -> None:
        self.end.sendall(b"".join(line + b"\r\n" for line in lines))
        self.line.read()


@pytest.fixture
def server():
    found = Server()
    assert found.heard() == b"F1 IDLE\r\n"
    found.say(b"+ idling")
    assert found.line.idling
    yield found
    found.line.close()
    found.end.close()


@pytest.mark.parametrize(
    ("said", "news", "view"),
    [
        ([b"* 4 EXISTS"], True, View(1, 11, 4)),
        ([b"* 7 exists"], True, View(1, 14, 7)),
        ([b"* 3 EXISTS"], False, View(1, 10, 3)),
        ([b"* 2 EXPUNGE", b"* 2 EXISTS"], False, View(1, 10, 2)),
        ([b"* 2 EXPUNGE", b"* 3 EXISTS"], True, View(1, 11, 3)),
        ([b"* 4 EXISTS", b"* 4 EXPUNGE"], True, View(1, 11, 3)),
        ([b"* 2 EXISTS"], True, View(1, None, 2)),
        ([b"* OK Still here", b"* 1 FETCH (FLAGS (\\Seen))", b"* 4 RECENT", b""], False, View(1, 10, 3)),
        ([b"* " + b"9" * 5000 + b" EXISTS", b"\x00\xff * 4 EXISTS"], False, View(1, 10, 3)),
    ],
)
def test_only_a_message_more_than_before_is_news(server, said, news, view):
    server.say(*said)
    assert (server.line.news, server.line.view) == (news, view)


@pytest.mark.parametrize(
    ("number", "earlier", "follows"),
    [(10, View(1, 10, 3), True), (11, View(1, 10, 3), False), (10, View(2, 10, 3), False), (10, None, False)],
)
def test_the_next_number_tells_whether_mail_came_between_two_connections(number, earlier, follows):
    assert View(1, number, 3).follows(earlier) is follows


def test_a_server_that_does_not_say_its_next_number_is_never_known_to_have_no_news():
    assert not View(1, None, 3).follows(View(1, None, 3))


def test_what_the_client_that_signed_in_had_read_ahead_counts():
    server = Server(said=b"* 4 EXI")
    server.say(b"STS", b"+ idling")
    assert (server.line.news, server.line.idling) == (True, True)


def test_idle_is_begun_again_with_a_look_in_between_and_everything_said_meanwhile_counts(server):
    server.line.tend()
    assert server.heard() == b"DONE\r\n"
    server.say(b"* 4 EXISTS", b"F1 OK done")
    assert (server.heard(), server.line.news) == (b"F2 NOOP\r\n", True)
    server.line.news = False
    server.say(b"* 5 EXISTS", b"F2 OK done")
    assert (server.heard(), server.line.news) == (b"F3 IDLE\r\n", True)
    server.line.news = False
    server.say(b"* 6 EXISTS", b"+ idling")
    assert (server.line.idling, server.line.news) == (True, True)


def test_idle_is_begun_again_in_time_and_not_by_all_at_once():
    dues = set()
    for _ in range(20):
        server = Server()
        server.say(b"+ idling")
        dues.add(server.line.due - server.line._began)
    assert 0.9 * RENEW <= min(dues) < max(dues) <= RENEW


@pytest.mark.parametrize("answers", [[], [b"F1 OK done"], [b"F1 OK done", b"F2 OK done"]])
def test_a_server_that_does_not_answer_is_given_up(server, answers):
    server.line.tend()
    server.say(*answers)
    assert server.line.due < server.line._began + 0.9 * RENEW
    with pytest.raises(TimeoutError):
        server.line.tend()


@pytest.mark.parametrize(
    "refusal", [b"F1 NO not now", b"F1 BAD what", b"F1 OK already over", b"+ idling\r\nF1 OK over"]
)
def test_a_server_that_refuses_idle_or_ends_it_at_once_has_none(refusal):
    with pytest.raises(IdleRefused):
        Server().say(refusal)


def test_a_server_may_end_idle_by_itself_after_a_while(server, monkeypatch):
    monkeypatch.setattr(idling, "SHORTEST_IDLE_SECONDS", 0.0)
    server.say(b"* 4 EXISTS", b"F1 OK it has been long")
    assert (server.heard(), server.line.news) == (b"F2 NOOP\r\n", True)


def test_news_before_a_goodbye_counts(server):
    with pytest.raises(ConnectionError):
        server.say(b"* 4 EXISTS", b"* BYE shutting down")
    assert server.line.news


def test_a_server_that_hangs_up_is_noticed(server):
    server.end.close()
    with pytest.raises(ConnectionError):
        server.line.read()


def test_a_line_without_end_is_given_up(server, monkeypatch):
    monkeypatch.setattr(idling, "_LONGEST_LINE", 100)
    server.end.sendall(b"* " + b"x" * 100)
    with pytest.raises(ConnectionError):
        server.line.read()


def test_a_server_that_speaks_without_end_is_given_up_and_others_have_their_turn_before(server, monkeypatch):
    monkeypatch.setattr(idling, "_PIECE", 16)
    monkeypatch.setattr(idling, "_MOST_BYTES", 20 * idling._PIECES_A_TURN)
    server.end.sendall(b"* 1 FETCH (FLAGS ())\r\n" * 100)
    assert server.line.read(), "there is more"
    with pytest.raises(ConnectionError):
        server.line.read()


def test_who_takes_nothing_in_is_given_up(server):
    server.line.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1)
    with suppress(BlockingIOError):
        while True:
            server.line.socket.send(b"x" * 1000)
    with pytest.raises(ConnectionError):
        server.line.tend()


def test_what_tls_has_decrypted_already_is_read_without_the_socket_telling(dovecot):
    theirs, ours = socket.socketpair()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(dovecot.root / "cert.pem", dovecot.root / "key.pem")
    trusting = ssl.create_default_context(cafile=dovecot.root / "cert.pem")
    ends: list[ssl.SSLSocket] = []
    shake: Callable[[], None] = lambda: ends.append(context.wrap_socket(theirs, server_side=True))  # noqa: E731
    thread = threading.Thread(target=shake)
    thread.start()
    client = trusting.wrap_socket(ours, server_hostname="localhost")
    thread.join(PATIENCE)
    client.setblocking(False)
    line = IdleLine(client, said=b"", view=View(1, 10, 3), renew_seconds=RENEW)
    line.begin()
    # One record, of which a client that reads by the line, or a little at a time, leaves the end in the library.
    ends[0].sendall(b"+ idling\r\n" + b"* OK here\r\n" * 1000 + b"* 4 EXISTS\r\n")
    line.read()
    assert (line.news, client.pending()) == (True, 0)
    line.close()
    ends[0].close()

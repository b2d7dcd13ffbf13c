"""Whose turn it is to sign in, and for how long."""

from collections import Counter

import pytest

from emailsync.imap import signing_in
from emailsync.imap.problems import Code, MailboxProblem
from emailsync.imap.signing_in import SignIns, Watched, open_folder
from emailsync.tests.watchers import Entry, entry, scripted_server


@pytest.fixture(autouse=True)
def _loopback_allowed(settings):
    settings.FLUX_ALLOW_PRIVATE_MAIL_HOSTS = True


def test_a_primary_folder_that_is_gone_is_said_to_be(dovecot):
    with pytest.raises(MailboxProblem) as caught:
        open_folder(entry(dovecot, 1, folder="Gone").watched())
    assert caught.value.code == Code.FOLDER_GONE


def test_a_sign_in_ends_after_its_time(monkeypatch):
    monkeypatch.setattr(signing_in, "SIGN_IN_SECONDS", 0.5)
    with scripted_server(None) as port, pytest.raises(MailboxProblem) as caught:
        open_folder(Entry(1, "127.0.0.1", port, "mara").watched())
    assert caught.value.code == Code.TIMEOUT


class Waiting:
    """Sign-ins that end when the test says so."""

    def __init__(self, monkeypatch) -> None:
        self.sign_ins = SignIns(lambda: None)
        monkeypatch.setattr(SignIns, "_sign_in", lambda *_: None)

    def begin(self, waiting: list[Watched]) -> list[str]:
        """Hosts that may begin now."""
        hosts = []
        while (watched := self.sign_ins.next_of(waiting)) is not None:
            waiting.remove(watched)
            self.sign_ins.begin(watched)
            hosts.append(watched.host)
        return hosts

    def end(self, mailbox_id: int, problem: Code | None = None) -> None:
        self.sign_ins._ended.put((mailbox_id, MailboxProblem(problem) if problem else None))
        self.sign_ins.ended()


def mailboxes_at(host: str, *numbers: int) -> list[Watched]:
    return [Entry(number, host, 143, "mara").watched() for number in numbers]


def test_whoever_hangs_leaves_room_for_those_that_never_did(monkeypatch):
    queue = Waiting(monkeypatch)
    assert queue.begin(mailboxes_at("good", 1)) == ["good"]
    queue.end(1)
    new = [one for number in range(10, 20) for one in mailboxes_at(f"new{number}", number)]
    assert len(queue.begin(list(new))) == 6, "the rest is for those that are known to answer"
    assert queue.begin(mailboxes_at("good", 1, 2, 3)) == ["good", "good"]
    for number in (1, 2):
        queue.end(number)
    for number in range(10, 16):
        queue.end(number, Code.TIMEOUT)
    assert len(queue.begin(list(new[:6]))) == 2, "who hung last time may hang again"
    assert len(queue.begin(mailboxes_at("good", *range(1, 9)))) == 6


def test_hosts_take_turns_in_signing_in(monkeypatch):
    queue = Waiting(monkeypatch)
    waiting = mailboxes_at("large", *range(1, 30)) + mailboxes_at("small", 31, 32)
    assert Counter(queue.begin(waiting)) == {"large": 4, "small": 2}

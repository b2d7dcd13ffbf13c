import threading
from collections.abc import Callable

import pytest

from emailsync.imap.client import Account
from emailsync.imap.watching import Watched, Watcher, _tells_of_mail
from emailsync.tests.factories import make_mail
from flux.testing.dovecot import PASSWORD, start_dovecot

PATIENCE = 30


class Bells:
    """Counts rings by mailbox and lets a test wait for one."""

    def __init__(self) -> None:
        self.rung: list[int] = []
        self._changed = threading.Condition()

    def ring(self, mailbox_id: int) -> None:
        with self._changed:
            self.rung.append(mailbox_id)
            self._changed.notify_all()

    def wait_for(self, wanted: Callable[[list[int]], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: wanted(self.rung), PATIENCE), self.rung


@pytest.fixture(autouse=True)
def _loopback_allowed(settings):
    settings.FLUX_ALLOW_PRIVATE_MAIL_HOSTS = True


@pytest.fixture
def watch():
    """Start watchers that are stopped when the test ends."""
    running = []

    def start(mailboxes: list[Watched], **options) -> Bells:
        bells = Bells()
        watcher = Watcher(mailboxes=lambda: mailboxes, ring=bells.ring, reload_seconds=0.1, **options)
        thread = threading.Thread(target=watcher.run)
        thread.start()
        running.append((watcher, thread))
        return bells

    yield start
    for watcher, thread in running:
        watcher.stop()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def watched(server, mailbox_id: int, *, password: str = PASSWORD) -> Watched:
    account = Account(server.host, server.port, "plain", server.add_user(), password)
    return Watched(mailbox_id, account, "INBOX")


def test_new_mail_rings_for_its_mailbox_and_no_other(dovecot, watch):
    mailboxes = [watched(dovecot, number) for number in (1, 2, 3)]
    bells = watch(mailboxes)
    # Each rings once when IDLE begins, because nobody has looked since the watcher last ran.
    bells.wait_for(lambda rung: sorted(rung) == [1, 2, 3])
    dovecot.deliver(mailboxes[1].account.username, [make_mail()])
    bells.wait_for(lambda rung: rung[3:] == [2])


def test_mail_still_rings_after_many_renewals(dovecot, watch):
    mailbox = watched(dovecot, 1)
    bells = watch([mailbox], renew_seconds=0.0)
    bells.wait_for(lambda rung: len(rung) == 1)
    for number in range(2, 4):
        dovecot.deliver(mailbox.account.username, [make_mail()])
        bells.wait_for(lambda rung, number=number: len(rung) >= number)


def test_a_connection_that_is_cut_is_made_again_and_looked_at(dovecot, watch, monkeypatch):
    monkeypatch.setattr("emailsync.imap.watching._RETRY_SECONDS", (0, 0, 0, 0))
    mailbox = watched(dovecot, 1)
    bells = watch([mailbox])
    bells.wait_for(lambda rung: len(rung) == 1)
    dovecot.doveadm("kick", mailbox.account.username)
    bells.wait_for(lambda rung: len(rung) >= 2)


def test_one_mailbox_that_cannot_be_opened_does_not_stop_the_others(dovecot, watch):
    broken, good = watched(dovecot, 1, password="wrong"), watched(dovecot, 2)
    bells = watch([broken, good])
    bells.wait_for(lambda rung: rung == [2])
    dovecot.deliver(good.account.username, [make_mail()])
    bells.wait_for(lambda rung: rung == [2, 2])


def test_mailboxes_may_come_and_go(dovecot, watch):
    first, second = watched(dovecot, 1), watched(dovecot, 2)
    mailboxes = [first]
    bells = watch(mailboxes)
    bells.wait_for(lambda rung: rung == [1])
    mailboxes[:] = [second]
    bells.wait_for(lambda rung: rung == [1, 2])
    dovecot.deliver(first.account.username, [make_mail()])
    dovecot.deliver(second.account.username, [make_mail()])
    bells.wait_for(lambda rung: rung == [1, 2, 2])


def test_a_server_without_idle_is_polled(watch):
    server = start_dovecot(ssl=False, extra="imap_capability = IMAP4rev1 LITERAL+ SPECIAL-USE")
    try:
        bells = watch([watched(server, 1)], poll_seconds=0.1)
        bells.wait_for(lambda rung: len(rung) >= 3)
    finally:
        server.stop()


@pytest.mark.parametrize(
    ("said", "news"),
    [
        ([(4, b"EXISTS")], True),
        ([(b"OK", b"Still here"), (4, b"EXPUNGE")], False),
        ([(1, b"FETCH", (b"FLAGS", ()))], False),
        ([], False),
    ],
)
def test_only_exists_tells_of_new_mail(said, news):
    assert _tells_of_mail(said) is news

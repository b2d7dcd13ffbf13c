import threading
from collections.abc import Callable

import pytest
from django.db import connection
from django_q.models import OrmQ

from emailsync import scans
from emailsync.imap.client import Account
from emailsync.imap.watching import Watched, Watcher, _tells_of_mail
from emailsync.models import Mailbox, ScanKind
from emailsync.services import request_scan
from emailsync.tasks import scan_mailbox_task
from emailsync.tests.factories import make_mail, make_mailbox, make_member
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


def mailbox_at(server) -> Mailbox:
    at = {"host": server.host, "port": server.port, "security": "plain", "username": server.add_user()}
    return make_mailbox(make_member(), password=PASSWORD, **at)


@pytest.mark.django_db
def test_many_rings_queue_one_scan_until_it_begins(dovecot):
    mailbox = mailbox_at(dovecot)
    dovecot.deliver(mailbox.username, [make_mail()])
    assert [request_scan(mailbox_id=mailbox.pk, kind=ScanKind.IDLE) for _ in range(3)] == [True, False, False]
    (queued,) = OrmQ.objects.filter(key="ingest")
    assert queued.args() == (mailbox.pk, 1, "idle")
    assert scan_mailbox_task(*queued.args()) == "1 stored, 0 errors"
    assert Mailbox.objects.get().scan_requested_at is None
    assert request_scan(mailbox_id=mailbox.pk, kind=ScanKind.IDLE)


def ring_at_the_end_of_the_next_scan(monkeypatch, server, mailbox: Mailbox, then: Callable[[], None]) -> None:
    """New mail comes, and the watcher rings, after the next scan has left its folders; then `then` is called."""
    scan_folders = scans._scan_folders

    def late(*args):
        scan_folders(*args)
        monkeypatch.setattr(scans, "_scan_folders", scan_folders)
        server.deliver(mailbox.username, [make_mail()])
        assert request_scan(mailbox_id=mailbox.pk, kind=ScanKind.IDLE)
        then()

    monkeypatch.setattr(scans, "_scan_folders", late)


def run_next() -> str:
    """Take the oldest task from the queue and run it as a worker does."""
    queued = OrmQ.objects.filter(key="ingest").order_by("pk")[0]
    args = queued.args()
    queued.delete()
    return scan_mailbox_task(*args)


@pytest.mark.django_db(transaction=True)
def test_mail_that_a_refused_scan_was_to_fetch_is_fetched_right_after_the_running_one(dovecot, monkeypatch):
    mailbox = mailbox_at(dovecot)
    said: list[str] = []

    def another_worker() -> None:
        said.append(run_next())
        connection.close()

    def work_elsewhere() -> None:
        thread = threading.Thread(target=another_worker)
        thread.start()
        thread.join(PATIENCE)

    ring_at_the_end_of_the_next_scan(monkeypatch, dovecot, mailbox, work_elsewhere)
    assert scan_mailbox_task(mailbox.pk, 1) == "0 stored, 0 errors"
    assert said == ["0 stored, 1 errors"], "it met the running scan"
    assert run_next() == "1 stored, 0 errors"
    assert not OrmQ.objects.filter(key="ingest").exists()
    assert Mailbox.objects.get().scan_requested_at is None


@pytest.mark.django_db
def test_a_scan_that_waits_in_the_queue_is_not_made_twice(dovecot, monkeypatch):
    mailbox = mailbox_at(dovecot)
    ring_at_the_end_of_the_next_scan(monkeypatch, dovecot, mailbox, lambda: None)
    assert scan_mailbox_task(mailbox.pk, 1) == "0 stored, 0 errors"
    assert [run_next(), run_next()] == ["1 stored, 0 errors", "scanned meanwhile"]
    assert not OrmQ.objects.filter(key="ingest").exists()


@pytest.mark.django_db
def test_a_scan_during_which_nobody_rang_is_not_followed_by_another(dovecot):
    scan_mailbox_task(mailbox_at(dovecot).pk, 1)
    assert not OrmQ.objects.filter(key="ingest").exists()

"""Scans that wait, and the turns taken at them."""

import os
import signal
import socket
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now
from django_q.models import OrmQ

from accounts.models import Notice
from emailsync.imap import wire
from emailsync.imap.problems import Code, MailboxProblem
from emailsync.models import Mailbox, MailboxState, RescanRequest, Scan, ScanKind, ScanState, Source, StoredEmail
from emailsync.outcomes import record_failure, record_idle, record_success
from emailsync.scan_queue import MAX_ATTEMPTS, bury_scans, claim_scan, end_turn, finish_scan, renew_scans, scans_wait
from emailsync.scan_runner import PLACES, run_scans
from emailsync.scans import run_turn, scan_mailbox
from emailsync.services import change_mailbox, request_scan, request_scans
from emailsync.storing import Arrival, Place, store
from emailsync.tasks import ask_for_authserv_ids, catch_up_scan, recovery_scan, run_waiting_scans
from emailsync.tests.factories import make_mail, make_mailbox, make_member
from flux.testing.database_users import ROOT, environment
from flux.testing.dovecot import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _loopback_allowed(settings):
    settings.FLUX_ALLOW_PRIVATE_MAIL_HOSTS = True


def mailbox_at(server, **fields) -> Mailbox:
    at = {"host": server.host, "port": server.port, "security": "plain", "username": server.add_user()}
    return make_mailbox(make_member(), **({"password": PASSWORD} | at | fields))


def mailboxes(count: int, **fields) -> list[Mailbox]:
    return [make_mailbox(make_member(), **fields) for _ in range(count)]


def claim(lane: str = "ingest", **options) -> Scan:
    scan = claim_scan(lane=lane, owner="test", **options)
    assert scan is not None
    return scan


def expire(scan: Scan) -> None:
    Scan.objects.filter(pk=scan.pk).update(lease_until=Now() - timedelta(seconds=1))


def test_however_often_one_asks_one_scan_waits_and_one_worker_is_woken():
    (mailbox,) = mailboxes(1)
    asked = [request_scan(mailbox_id=mailbox.pk, kind=ScanKind.IDLE) for _ in range(1000)]
    assert (asked.count(True), Scan.objects.count()) == (1, 1)
    assert [(task.key, task.args()) for task in OrmQ.objects.all()] == [("ingest", ("ingest",))]


def test_a_wish_that_joins_a_waiting_scan_keeps_its_look_back_and_its_kind():
    (mailbox,) = mailboxes(1)
    request_scan(mailbox_id=mailbox.pk, kind=ScanKind.IDLE)
    request_scan(mailbox_id=mailbox.pk, lookback=timedelta(days=7))
    request_scan(mailbox_id=mailbox.pk, kind=ScanKind.IDLE)
    scan = Scan.objects.get()
    assert (scan.kind, scan.lookback) == (ScanKind.MANUAL, timedelta(days=7))


def test_what_is_asked_while_a_scan_runs_waits_for_its_end():
    (mailbox,) = mailboxes(1)
    request_scan(mailbox_id=mailbox.pk, kind=ScanKind.IDLE)
    first = claim()
    assert request_scan(mailbox_id=mailbox.pk, lookback=timedelta(days=7))
    assert claim_scan(lane="ingest", owner="other") is None
    finish_scan(first, ScanState.DONE)
    assert claim().lookback == timedelta(days=7)


def test_one_wake_up_serves_all_mailboxes_of_a_schedule(django_assert_max_num_queries):
    mailboxes(50)
    with django_assert_max_num_queries(8):
        assert recovery_scan() == "50 scans queued"
    assert [task.key for task in OrmQ.objects.all()] == ["recovery"]
    assert recovery_scan() == "0 scans queued"
    assert catch_up_scan() == "0 scans queued", "they join the ones that wait"
    assert set(Scan.objects.values_list("kind", "lookback")) == {(ScanKind.CATCH_UP, timedelta(days=7))}


def test_schedules_leave_alone_what_is_paused_refused_or_waiting_after_a_failure():
    due, paused, refused, waiting = mailboxes(4)
    Mailbox.objects.filter(pk=paused.pk).update(enabled=False)
    Mailbox.objects.filter(pk=refused.pk).update(state=MailboxState.WRONG_CREDENTIALS)
    Mailbox.objects.filter(pk=waiting.pk).update(retry_at=Now() + timedelta(minutes=1))
    assert request_scans(kind=ScanKind.RECOVERY, lookback=timedelta(hours=1)) == 1
    assert Scan.objects.get().mailbox_id == due.pk


def test_what_the_clock_asks_never_stands_before_what_a_person_waits_for():
    first, second = mailboxes(2)
    recovery_scan()
    request_scan(mailbox_id=second.pk)
    assert claim().mailbox_id == second.pk
    assert claim("recovery").mailbox_id == first.pk


def test_a_mailbox_that_fails_waits_behind_those_that_work():
    failing, working = mailboxes(2)
    record_failure(failing.pk, MailboxProblem(Code.TIMEOUT, host="imap.example.org", port=993))
    request_scan(mailbox_id=failing.pk)
    request_scan(mailbox_id=working.pk)
    assert claim(troubled_too=False).mailbox_id == working.pk
    assert claim_scan(lane="ingest", owner="test", troubled_too=False) is None
    assert claim().mailbox_id == failing.pk


def test_a_server_with_enough_connections_gets_no_more():
    for mailbox in mailboxes(2, host="slow.example.org"):
        request_scan(mailbox_id=mailbox.pk)
    claim()
    assert claim_scan(lane="ingest", owner="test", busy_hosts=["slow.example.org"]) is None


def test_a_turn_that_ended_goes_behind_what_waits_and_counts_as_no_attempt():
    first, second = mailboxes(2)
    request_scan(mailbox_id=first.pk)
    turn = claim()
    request_scan(mailbox_id=second.pk)
    end_turn(turn)
    assert claim().mailbox_id == second.pk
    again = claim()
    assert (again.pk, again.attempts, again.claim_no) == (turn.pk, 1, 2)


def test_the_scan_of_a_dead_worker_is_taken_over_and_the_dead_cannot_write():
    (mailbox,) = mailboxes(1)
    request_scan(mailbox_id=mailbox.pk)
    dead = claim()
    assert not scans_wait("ingest")
    expire(dead)
    assert scans_wait("ingest")
    heir = claim()
    assert (heir.pk, heir.attempts) == (dead.pk, 2)
    renew_scans([dead])
    end_turn(dead)
    assert not finish_scan(dead, ScanState.DONE)
    assert finish_scan(heir, ScanState.DONE)
    assert Scan.objects.get().state == "done"


def test_a_scan_whose_workers_die_three_times_is_given_up_with_its_reason():
    (mailbox,) = mailboxes(1)
    request_scan(mailbox_id=mailbox.pk)
    for _ in range(MAX_ATTEMPTS):
        expire(claim())
    assert claim_scan(lane="ingest", owner="test") is None
    assert bury_scans() == 1
    scan = Scan.objects.get()
    assert (scan.state, scan.errors[0]["code"]) == ("failed", "scan_died")


def test_pausing_takes_back_what_waits():
    waiting, between = mailboxes(2)
    request_scan(mailbox_id=between.pk)
    end_turn(claim())
    request_scan(mailbox_id=waiting.pk)
    for mailbox in (waiting, between):
        change_mailbox(mailbox=mailbox, enabled=False)
    assert list(Scan.objects.values_list("mailbox", "state")) == [(between.pk, "failed")]


def test_a_scan_goes_on_where_its_last_turn_ended(dovecot):
    mailbox = mailbox_at(dovecot)
    scan_mailbox(mailbox=mailbox, kind=ScanKind.FIRST, lookback=timedelta(hours=1))
    mailbox.refresh_from_db()
    dovecot.deliver(mailbox.username, [make_mail() for _ in range(60)])
    dovecot.deliver(mailbox.username, [make_mail()], "Archive")
    request_scan(mailbox_id=mailbox.pk)
    asked = iter([False, False, True])
    run_turn(claim(), should_stop=lambda: next(asked))
    scan = Scan.objects.get(kind="manual")
    assert (scan.state, scan.seen, scan.stored, scan.finished_at) == ("running", 51, 51, None)
    run_turn(claim())
    scan.refresh_from_db()
    assert (scan.state, scan.seen, scan.stored, scan.folders_done) == ("done", 61, 61, 2)
    assert scan.expected == 61
    assert StoredEmail.objects.count() == 61


@pytest.mark.django_db(transaction=True)
def test_a_task_runs_what_waits_in_its_lane(dovecot):
    boxes = [mailbox_at(dovecot) for _ in range(PLACES + 2)]
    for mailbox in boxes:
        dovecot.deliver(mailbox.username, [make_mail()])
        request_scan(mailbox_id=mailbox.pk, kind=ScanKind.IDLE)
    assert run_waiting_scans("recovery") == "0 turns, 0 stored"
    assert run_waiting_scans("ingest") == f"{len(boxes)} turns, {len(boxes)} stored"
    assert set(Scan.objects.values_list("state", flat=True)) == {"done"}


@pytest.mark.django_db(transaction=True)
def test_mailboxes_that_hang_hold_nobody_else_up(dovecot, monkeypatch):
    """More of them than places, all asked for earlier, on a server that takes connections and never says a word."""
    monkeypatch.setattr(wire, "CONNECT_SECONDS", 1.0)
    monkeypatch.setattr(wire, "READ_SECONDS", 1.0)
    with socket.create_server(("127.0.0.2", 0)) as silent:
        for _ in range(PLACES * 2):
            at = {"host": "127.0.0.2", "port": silent.getsockname()[1], "security": "plain"}
            request_scan(mailbox_id=make_mailbox(make_member(), **at).pk)
        mailbox = mailbox_at(dovecot)
        dovecot.deliver(mailbox.username, [make_mail()])
        request_scan(mailbox_id=mailbox.pk)
        run_scans(lane="ingest", seconds=60)
    read = Scan.objects.get(mailbox=mailbox)
    before = Scan.objects.filter(state="failed", finished_at__lt=read.finished_at).count()
    assert (read.stored, Scan.objects.filter(state="failed").count()) == (1, PLACES * 2)
    assert before <= PLACES // 2, "it waited for the silent server"


@pytest.mark.django_db(transaction=True)
def test_when_told_to_stop_turns_end_soon_and_their_scans_wait(dovecot):
    mailbox = mailbox_at(dovecot)
    dovecot.deliver(mailbox.username, [make_mail() for _ in range(200)])
    request_scan(mailbox_id=mailbox.pk)
    run_scans(lane="ingest", seconds=60, should_stop=lambda: StoredEmail.objects.count() >= 50)
    scan = Scan.objects.get()
    assert (scan.state, scan.attempts, scan.owner) == ("running", 0, "")
    assert scans_wait("ingest")
    run_scans(lane="ingest", seconds=60)
    assert StoredEmail.objects.count() == 200


_SCANNER = """
import django, sys
django.setup()
from django.conf import settings
settings.FLUX_ALLOW_PRIVATE_MAIL_HOSTS = True
settings.DATABASES["default"]["NAME"] = sys.argv[1]
from emailsync.imap.reading import Reading
keep = Reading._keep_together
def slow(*args, **kwargs):
    print("stored", keep(*args, **kwargs).stored, flush=True)
    sys.stdin.readline()
    return keep(*args, **kwargs)
Reading._keep_together = slow
from emailsync.scan_runner import run_scans
run_scans(lane="ingest", seconds=60)
"""


@pytest.mark.django_db(transaction=True)
def test_a_scan_whose_process_is_killed_goes_on_in_another(dovecot):
    mailbox = mailbox_at(dovecot)
    dovecot.deliver(mailbox.username, [make_mail() for _ in range(60)])
    request_scan(mailbox_id=mailbox.pk)
    process = subprocess.Popen(
        [sys.executable, "-c", _SCANNER, connection.settings_dict["NAME"]],
        cwd=ROOT,
        env=environment() | {"DJANGO_SETTINGS_MODULE": "flux.settings"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "stored 50\n"
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert not scans_wait("ingest"), "its lease runs on"
    expire(Scan.objects.get())
    deadline = time.monotonic() + 30
    while Scan.objects.get().state != "done":  # the server may need a moment to see that the session is gone
        assert time.monotonic() < deadline
        run_scans(lane="ingest", seconds=10)
        Scan.objects.filter(state="running").update(lease_until=Now() - timedelta(seconds=1))
    assert StoredEmail.objects.count() == 60


def test_a_rescan_waits_for_a_server_that_is_away():
    (mailbox,) = mailboxes(1, host="127.0.0.1", port=1, security="plain")
    request = RescanRequest.objects.create(member=mailbox.member, about="shop", about_name="Shop", reason="New")
    Scan.objects.create(mailbox=mailbox, kind="rescan", lane="recovery", lookback=timedelta(days=90), request=request)
    run_turn(claim("recovery"))
    scan = Scan.objects.get()
    assert (scan.state, scan.attempts) == ("queued", 0)
    assert not scans_wait("recovery"), "not before the mailbox is tried again"
    Mailbox.objects.update(state=MailboxState.OK)
    assert request_scan(mailbox_id=mailbox.pk), "it stands in nobody's way"


def test_three_refused_sign_ins_stop_and_are_told_once_until_one_works():
    (mailbox,) = mailboxes(1)
    for _ in range(3):
        record_failure(mailbox.pk, MailboxProblem(Code.LOGIN, host=mailbox.host))
    mailbox.refresh_from_db()
    assert mailbox.state == MailboxState.WRONG_CREDENTIALS
    record_failure(mailbox.pk, MailboxProblem(Code.LOGIN, host=mailbox.host))
    notice = Notice.objects.get()
    assert (notice.member, notice.solved_at) == (mailbox.member, None)
    assert "app password" in notice.text
    record_success(mailbox.pk, [])
    notice.refresh_from_db()
    assert notice.solved_at is not None
    for _ in range(3):
        record_failure(mailbox.pk, MailboxProblem(Code.LOGIN, host=mailbox.host))
    assert Notice.objects.count() == 2


def test_a_server_that_is_away_is_told_after_an_hour_once():
    (mailbox,) = mailboxes(1)
    away = MailboxProblem(Code.TIMEOUT, host=mailbox.host, port=993)
    record_failure(mailbox.pk, away)
    assert not Notice.objects.exists()
    Mailbox.objects.update(created_at=Now() - timedelta(hours=2))
    for _ in range(3):
        record_failure(mailbox.pk, away)
    assert [notice.title for notice in Notice.objects.all()] == ["Mail has not been read for an hour"]


def test_a_server_without_idle_is_told_once_and_solved_when_it_learns_it():
    (mailbox,) = mailboxes(1)
    for _ in range(2):
        record_idle(mailbox.pk, supported=False)
    notice = Notice.objects.get()
    assert notice.title == "Mail cannot announce new mail"
    record_idle(mailbox.pk, supported=True)
    notice.refresh_from_db()
    assert notice.solved_at is not None


def test_the_member_is_asked_once_to_confirm_the_server_that_stamps_all_of_their_mail():
    asked, named, unclear = mailboxes(3)
    Mailbox.objects.update(last_success_at=Now())
    Mailbox.objects.filter(pk=named.pk).update(authserv_id="mx.example.net")
    for mailbox in (asked, named, unclear):
        folder = mailbox.folders.create(raw_name="INBOX", name="INBOX")
        for uid in range(1, 4):
            by = f"mx{uid if mailbox == unclear else ''}.example.net"
            raw = make_mail(Authentication_Results=f"{by}; dkim=pass header.d=shop.example")
            arrival = Arrival(raw, len(raw), Place(folder.pk, 1, uid))
            store(member_id=mailbox.member_id, source=Source.IMAP, arrivals=[arrival], authserv_id="")
    for _ in range(2):
        assert ask_for_authserv_ids() == "1 mailboxes to confirm"
    notice = Notice.objects.get()
    assert notice.member == asked.member
    assert "mx.example.net" in notice.text
    change_mailbox(mailbox=Mailbox.objects.get(pk=asked.pk), authserv_id="mx.example.net")
    notice.refresh_from_db()
    assert notice.solved_at is not None


def test_a_scan_that_met_a_passing_trouble_is_wanted_again_when_the_mailbox_may_be_tried():
    (mailbox,) = mailboxes(1, host="127.0.0.1", port=1, security="plain", state="ok")
    request_scan(mailbox_id=mailbox.pk, kind=ScanKind.IDLE)
    run_turn(claim())
    again, failed = Scan.objects.all()
    assert (failed.state, again.state, again.kind) == ("failed", "queued", ScanKind.IDLE)
    assert not scans_wait("ingest"), "not before the mailbox may be tried again"
    request_scan(mailbox_id=mailbox.pk, kind=ScanKind.IDLE)
    assert not scans_wait("ingest")
    request_scan(mailbox_id=mailbox.pk)
    assert scans_wait("ingest"), "a person does not wait"


def test_a_connection_that_was_cut_is_tried_again_soon_and_later_each_time():
    (mailbox,) = mailboxes(1)
    cut = MailboxProblem(Code.LOST, host=mailbox.host)
    first, second, third = (record_failure(mailbox.pk, cut) for _ in range(3))
    assert timedelta(seconds=10) <= first < timedelta(minutes=1) < second < third


def test_a_scan_whose_mailbox_another_lane_reads_is_none_that_waits():
    (mailbox,) = mailboxes(1)
    recovery_scan()
    running = claim("recovery")
    request_scan(mailbox_id=mailbox.pk)
    assert not scans_wait("ingest"), "a worker that was woken for it would find nothing to take"
    finish_scan(running, ScanState.DONE)
    assert scans_wait("ingest")


@pytest.mark.django_db(transaction=True)
def test_when_a_lane_is_through_the_other_is_woken_for_what_stood_behind_it(dovecot):
    mailbox = mailbox_at(dovecot)
    recovery_scan()
    request_scan(mailbox_id=mailbox.pk)
    OrmQ.objects.all().delete()
    run_waiting_scans("recovery")
    assert [task.args() for task in OrmQ.objects.filter(key="ingest")] == [("ingest",)]

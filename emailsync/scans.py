"""One turn at a scan: look at a mailbox and store what is new, a failure kept to the folder that it belongs to."""

from __future__ import annotations

import imaplib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.utils import timezone

from common.encryption import SecretUnreadable
from emailsync.imap.client import Account, Client, connected
from emailsync.imap.folders import refresh_folders
from emailsync.imap.problems import Code, Kind, MailboxProblem
from emailsync.imap.scanning import Plan, Tally, scan_folder
from emailsync.locks import held_by_session
from emailsync.models import Folder, Mailbox, MailboxState, Scan, ScanKind, ScanState, SignIn
from emailsync.oauth.tokens import MailboxToken
from emailsync.outcomes import record_failure, record_idle, record_success
from emailsync.queue import worker_name
from emailsync.scan_queue import COMMAND, begin_scan, end_turn, enqueue, finish_scan, renew_scans

MAX_LOOKBACK = timedelta(days=7)
_TAKEN = timedelta(seconds=5)
_RESCAN_TRIES_FOR = timedelta(days=7)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ScanOutcome:
    mailbox_id: int
    folders: int
    """Folders that were read to their end."""
    tally: Tally


def account_of(mailbox: Mailbox) -> Account:
    """Where and as whom to sign in. Raises MailboxProblem if the stored password cannot be read."""
    if mailbox.sign_in != SignIn.PASSWORD:
        return Account(mailbox.host, mailbox.port, mailbox.security, mailbox.username, "", MailboxToken(mailbox.pk))
    try:
        password = str(mailbox.password)
    except SecretUnreadable as error:
        raise MailboxProblem(Code.PASSWORD_UNREADABLE) from error
    return Account(mailbox.host, mailbox.port, mailbox.security, mailbox.username, password)


def scan_mailbox(*, mailbox: Mailbox, kind: ScanKind, lookback: timedelta, folder_name: str = "") -> ScanOutcome:
    """Look at a mailbox at once, in this process, to the end; waits for a scan of it that is under way.

    lookback: at most 7 days; a folder that was never scanned is read as far back as settings allow. folder_name: only
    this folder, watched or not. Never raises for what is wrong with the mailbox: that is in the outcome.
    """
    scan = begin_scan(
        mailbox=mailbox, kind=kind, lookback=lookback, folder_name=folder_name, lane=f"{COMMAND}{worker_name()}"[:40]
    )
    tally = run_turn(scan, wait=True)
    return ScanOutcome(mailbox.pk, scan.folders_done, tally)


def run_turn(
    scan: Scan, *, seconds: float | None = None, should_stop: Callable[[], bool] = lambda: False, wait: bool = False
) -> Tally:
    """Take one turn at a claimed scan; it is finished, or waits for its next turn, when this returns.

    seconds: end the turn after about that long. wait: for the mailbox, if another process still reads it; else the turn
    is left for later. Raises DatabaseError if the database is away: then the turn ends with its lease.
    """
    with held_by_session(f"emailsync.mailbox:{scan.mailbox_id}", wait=wait) as ours:
        if not ours:
            end_turn(scan, after=_TAKEN)
            return _tally_of(scan)
        return _look(scan, None if seconds is None else time.monotonic() + seconds, should_stop)


def _look(scan: Scan, deadline: float | None, should_stop: Callable[[], bool]) -> Tally:
    mailbox, tally = scan.mailbox, _tally_of(scan)
    if mailbox.state == MailboxState.NEW and scan.kind != ScanKind.FIRST and not scan.request_id:
        scan.kind = ScanKind.FIRST
        Scan.objects.filter(pk=scan.pk).update(kind=scan.kind)
    plan = Plan(
        lookback=scan.lookback if scan.request_id else min(scan.lookback, MAX_LOOKBACK),
        first_reach=timedelta(days=settings.FLUX_FIRST_SCAN_DAYS),
        deadline=deadline,
        should_stop=should_stop,
        senders=tuple(scan.senders),
        progress=partial(_record_progress, scan),
    )
    problem = _problem_in(lambda: _scan_all(scan, mailbox, plan, tally), mailbox)
    if problem is not None:
        _note_error(tally, problem)
        wait = record_failure(mailbox.pk, problem)
        _record_progress(scan, tally)
        if _may_go_on(scan):
            end_turn(scan, after=wait)
        else:
            finish_scan(scan, ScanState.DONE if scan.folders_done else ScanState.FAILED)
            if problem.kind == Kind.TRANSIENT and not (scan.request_id or scan.lane.startswith(COMMAND)):
                # Nobody rings twice for the same mail, and the next scan by the clock may be far off.
                enqueue(mailbox_ids=[mailbox.pk], kind=ScanKind(scan.kind), lookback=scan.lookback, after=wait)
        return tally
    record_success(mailbox.pk, tally.errors)
    _record_progress(scan, tally)
    if tally.unfinished:
        end_turn(scan)
    else:
        finish_scan(scan, ScanState.FAILED if tally.errors and not scan.folders_done else ScanState.DONE)
    return tally


def _problem_in(look: Callable[[], None], mailbox: Mailbox) -> MailboxProblem | None:
    """Look, and give what was wrong with the mailbox as a whole."""
    try:
        look()
    except MailboxProblem as problem:
        return problem
    except (DatabaseError, InterfaceError):
        raise
    except Exception:
        log.exception("The scan of mailbox %s failed", mailbox.pk)
        return MailboxProblem(Code.ERROR)
    return None


def _may_go_on(scan: Scan) -> bool:
    """An approved rescan runs once, so it waits for a server that is away; any other scan is repeated anyhow."""
    return scan.request_id is not None and timezone.now() - scan.asked_at < _RESCAN_TRIES_FOR


def _scan_all(scan: Scan, mailbox: Mailbox, plan: Plan, tally: Tally) -> None:
    with connected(account_of(mailbox)) as client:
        _scan_folders(client, mailbox, scan, plan, tally)


def _scan_folders(client: Client, mailbox: Mailbox, scan: Scan, plan: Plan, tally: Tally) -> None:
    there = refresh_folders(client, mailbox)
    name = scan.folder_name
    chosen = [folder for folder in there if (folder.name == name if name else folder.watched)]
    for gone in _vanished(mailbox, name, chosen):
        _note_error(tally, MailboxProblem(Code.FOLDER_GONE, folder=gone), folder=gone)
    scan.folders = len(chosen)
    for folder in chosen:
        if folder.raw_name in scan.folders_read:
            continue
        try:
            scan_folder(client, mailbox, folder, plan, tally)
        except MailboxProblem as problem:
            _note_error(tally, problem, folder=folder.name)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error:
            _note_error(tally, MailboxProblem(Code.FOLDER_GONE, folder=folder.name), folder=folder.name)
        else:
            if not tally.unfinished:
                scan.folders_done += 1
        if tally.unfinished:
            return
        scan.folders_read.append(folder.raw_name)
    if mailbox.idle_supported is None:  # what the watcher has met counts for more than what the server claims
        record_idle(mailbox.pk, supported=client.idle_supported)


def _vanished(mailbox: Mailbox, folder_name: str, chosen: list[Folder]) -> list[str]:
    if folder_name:
        return [] if chosen else [folder_name]
    return list(mailbox.folders.filter(watched=True, missing_since__isnull=False).values_list("name", flat=True))


def _note_error(tally: Tally, problem: MailboxProblem, *, folder: str = "") -> None:
    error = {"folder": folder, "code": problem.code.value, "text": str(problem)}
    if error not in tally.errors:
        tally.errors.append(error)


def _tally_of(scan: Scan) -> Tally:
    """What earlier turns found, to go on from."""
    return Tally(
        expected=scan.seen + scan.outside,
        seen=scan.seen,
        stored=scan.stored,
        known=scan.known,
        too_big=scan.too_big,
        outside=scan.outside,
        errors=list(scan.errors),
    )


def _record_progress(scan: Scan, tally: Tally) -> None:
    # An update that finds no row is fine: the member may have removed the mailbox meanwhile.
    Scan.objects.filter(pk=scan.pk, claim_no=scan.claim_no).update(
        folders=scan.folders,
        folders_done=scan.folders_done,
        folders_read=scan.folders_read,
        expected=tally.expected,
        seen=tally.seen,
        stored=tally.stored,
        known=tally.known,
        too_big=tally.too_big,
        outside=tally.outside,
        errors=tally.errors,
    )
    if scan.lane.startswith(COMMAND):  # a cluster renews the leases of all its turns together
        renew_scans([scan])

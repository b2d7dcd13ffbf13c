"""Scanning mailboxes: one at a time each, a failure kept to the mailbox, or even the folder, that it belongs to."""

from __future__ import annotations

import imaplib
import logging
import random
import time
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from common.encryption import SecretUnreadable
from emailsync.imap.client import Account, Client, connected
from emailsync.imap.folders import refresh_folders
from emailsync.imap.problems import Code, Kind, MailboxProblem
from emailsync.imap.scanning import Plan, Tally, scan_folder
from emailsync.locks import held_by_session
from emailsync.models import Folder, Mailbox, MailboxState, Scan, ScanKind, ScanState
from emailsync.services import INGEST_CLUSTER, scan_again_if_asked

MAX_LOOKBACK = timedelta(days=7)
WRONG_PASSWORD_TRIES = 3
_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(minutes=60)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ScanOutcome:
    mailbox_id: int
    folders: int
    """Folders that were read to their end."""
    tally: Tally


def account_of(mailbox: Mailbox) -> Account:
    """Where and as whom to sign in. Raises MailboxProblem if the stored password cannot be read."""
    try:
        password = str(mailbox.password)
    except SecretUnreadable as error:
        raise MailboxProblem(Code.PASSWORD_UNREADABLE) from error
    return Account(mailbox.host, mailbox.port, mailbox.security, mailbox.username, password)


def scan_mailbox(
    *, mailbox: Mailbox, kind: ScanKind, lookback: timedelta, folder_name: str = "", seconds: float | None = None
) -> ScanOutcome:
    """Look at a mailbox once and store what is new. Never raises for what is wrong with it: that is in the outcome.

    lookback: at most 7 days; a folder that was never scanned is read as far back as settings allow.
    folder_name: only this folder, watched or not. seconds: stop after about that long; the next scan goes on.
    What was asked for while it ran may have come to folders that it had left, so another scan is queued then.
    """
    with held_by_session(f"emailsync.mailbox:{mailbox.pk}") as ours:
        if not ours:
            # Who asked for this scan is not forgotten: the running one looks for that when it ends.
            tally = Tally()
            _note_error(tally, MailboxProblem(Code.ALREADY_RUNNING))
            return ScanOutcome(mailbox.pk, 0, tally)
        outcome = _scan(mailbox, kind, min(lookback, MAX_LOOKBACK), folder_name, seconds)
    # Only with the lock given back: a scan that was refused had been asked for by then, and a later one is not refused.
    if not outcome.tally.unfinished:
        scan_again_if_asked(mailbox_id=mailbox.pk)
    return outcome


def due_for_scan() -> list[Mailbox]:
    """Mailboxes that schedules and the watcher may look at now: enabled, not paused, not waiting after a failure."""
    now = timezone.now()
    return [
        mailbox
        for mailbox in Mailbox.objects.filter(enabled=True, member__is_active=True).order_by("pk")
        if mailbox.state != MailboxState.WRONG_CREDENTIALS and (mailbox.retry_at is None or mailbox.retry_at <= now)
    ]


def _scan(
    mailbox: Mailbox, kind: ScanKind, lookback: timedelta, folder_name: str, seconds: float | None
) -> ScanOutcome:
    """The scan itself, by whoever holds the mailbox's lock."""
    tally = Tally()
    mailbox.scans.filter(state=ScanState.RUNNING).update(state=ScanState.FAILED, finished_at=timezone.now())
    if mailbox.state == MailboxState.NEW:
        kind = ScanKind.FIRST
    Mailbox.objects.filter(pk=mailbox.pk).update(scan_requested_at=None)
    scan = Scan.objects.create(
        mailbox=mailbox,
        kind=kind,
        state=ScanState.RUNNING,
        lane=INGEST_CLUSTER,
        lookback=lookback,
        started_at=timezone.now(),
    )
    plan = Plan(
        lookback=lookback,
        first_reach=timedelta(days=settings.FLUX_FIRST_SCAN_DAYS),
        deadline=None if seconds is None else time.monotonic() + seconds,
        progress=partial(_record_progress, scan),
    )
    try:
        with connected(account_of(mailbox)) as client:
            _scan_folders(client, mailbox, scan, plan, tally, folder_name)
    except MailboxProblem as problem:
        _note_error(tally, problem)
        _record_failure(mailbox, problem)
    except Exception:
        log.exception("The scan of mailbox %s failed", mailbox.pk)
        _note_error(tally, MailboxProblem(Code.ERROR))
        _record_failure(mailbox, MailboxProblem(Code.ERROR))
    else:
        _record_success(mailbox, tally)
    _record_progress(scan, tally)
    failed = bool(tally.errors) and not scan.folders_done
    state = ScanState.FAILED if failed else ScanState.DONE
    Scan.objects.filter(pk=scan.pk).update(state=state, finished_at=timezone.now())
    return ScanOutcome(mailbox.pk, scan.folders_done, tally)


def _scan_folders(client: Client, mailbox: Mailbox, scan: Scan, plan: Plan, tally: Tally, folder_name: str) -> None:
    there = refresh_folders(client, mailbox)
    chosen = [folder for folder in there if (folder.name == folder_name if folder_name else folder.watched)]
    for name in _vanished(mailbox, folder_name, chosen):
        _note_error(tally, MailboxProblem(Code.FOLDER_GONE, folder=name), folder=name)
    scan.folders = len(chosen)
    for folder in chosen:
        try:
            scan_folder(client, mailbox, folder, plan, tally)
        except MailboxProblem as problem:
            _note_error(tally, problem, folder=folder.name)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error:
            _note_error(tally, MailboxProblem(Code.FOLDER_GONE, folder=folder.name), folder=folder.name)
        else:
            scan.folders_done += 1
        if tally.unfinished:
            return
    Mailbox.objects.filter(pk=mailbox.pk).update(idle_supported=client.idle_supported)


def _vanished(mailbox: Mailbox, folder_name: str, chosen: list[Folder]) -> list[str]:
    if folder_name:
        return [] if chosen else [folder_name]
    return list(mailbox.folders.filter(watched=True, missing_since__isnull=False).values_list("name", flat=True))


def _note_error(tally: Tally, problem: MailboxProblem, *, folder: str = "") -> None:
    tally.errors.append({"folder": folder, "code": problem.code.value, "text": str(problem)})


def _record_progress(scan: Scan, tally: Tally) -> None:
    # An update that finds no row is fine: the member may have removed the mailbox meanwhile.
    Scan.objects.filter(pk=scan.pk).update(
        folders=scan.folders,
        folders_done=scan.folders_done,
        seen=tally.seen,
        stored=tally.stored,
        known=tally.known,
        too_big=tally.too_big,
        outside=tally.outside,
        errors=tally.errors,
    )


def _record_success(mailbox: Mailbox, tally: Tally) -> None:
    error = tally.errors[-1] if tally.errors else {"code": "", "text": ""}
    now = timezone.now()
    Mailbox.objects.filter(pk=mailbox.pk).update(
        state=MailboxState.OK,
        failures=0,
        retry_at=None,
        last_success_at=now,
        last_error=error["code"],
        last_error_text=error["text"][:500],
        **({"last_error_at": now} if tally.errors else {}),
    )


@transaction.atomic
def _record_failure(mailbox: Mailbox, problem: MailboxProblem) -> None:
    """Remember the problem and when to try again: refused sign-ins stop after three, so that no account is locked."""
    locked = Mailbox.objects.select_for_update().filter(pk=mailbox.pk).first()
    if locked is None:
        return
    locked.failures += 1
    now = timezone.now()
    if problem.kind == Kind.CREDENTIALS:
        stop = locked.failures >= WRONG_PASSWORD_TRIES or problem.code in (Code.OAUTH, Code.IMAP_OFF)
        locked.state = MailboxState.WRONG_CREDENTIALS if stop else MailboxState.RETRYING
    else:
        locked.state = MailboxState.RETRYING if problem.kind == Kind.TRANSIENT else MailboxState.BROKEN
    wait = min(_FIRST_WAIT * 2 ** min(locked.failures - 1, 10), _LONGEST_WAIT)
    locked.retry_at = now + wait * random.uniform(1.0, 1.3)  # noqa: S311 - spreads retries, no secret
    locked.last_error = problem.code.value
    locked.last_error_text = str(problem)[:500]
    locked.last_error_at = now
    locked.save(update_fields=["failures", "state", "retry_at", "last_error", "last_error_text", "last_error_at"])

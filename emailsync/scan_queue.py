"""The queue of scans: rows of `Scan` that wait, and the turns that workers take at them.

A claim is a turn: it has a lease by the database's clock, renewed while the worker lives, and raises `claim_no`, so a
worker that outlived its lease cannot write what the turn came to. A turn that ran out of time leaves its scan running
with a lease that has ended; so does a dead worker, but its turn stays counted as an attempt.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from emailsync.imap.problems import Code, MailboxProblem
from emailsync.models import Mailbox, Scan, ScanKind, ScanState

INGEST, RECOVERY = "ingest", "recovery"
LANES = {
    ScanKind.FIRST: INGEST,
    ScanKind.MANUAL: INGEST,
    ScanKind.IDLE: INGEST,
    ScanKind.CATCH_UP: RECOVERY,
    ScanKind.RECOVERY: RECOVERY,
    ScanKind.RESCAN: RECOVERY,
}
"""The cluster that scans of a kind are for: what a person or new mail waits for never stands behind what runs by the
clock."""
COMMAND = "command:"
"""Beginning of the lane of a scan that a command runs by itself; no cluster takes it."""
LEASE_SECONDS = 30
MAX_ATTEMPTS = 3

_ENQUEUE = """
INSERT INTO emailsync_scan AS waiting
       (mailbox_id, kind, state, lane, lookback, folder_name, senders, folders, folders_done, folders_read, expected,
        seen, stored, known, too_big, outside, errors, asked_at, attempts, claim_no, owner, lease_until)
SELECT id, %(kind)s, 'queued', %(lane)s, make_interval(secs => %(lookback)s), '', '[]', 0, 0, '[]', 0,
       0, 0, 0, 0, 0, '[]', statement_timestamp(), 0, 0, '',
       statement_timestamp() + make_interval(secs => %(after)s)
  FROM emailsync_mailbox
 WHERE id = ANY(%(mailboxes)s) AND enabled
    ON CONFLICT (mailbox_id, lane) WHERE folder_name = '' AND request_id IS NULL AND state = 'queued'
    DO UPDATE SET lookback = greatest(waiting.lookback, excluded.lookback),
                  kind = CASE WHEN array_position(%(ranks)s, excluded.kind::text)
                                 < array_position(%(ranks)s, waiting.kind::text)
                              THEN excluded.kind ELSE waiting.kind END,
                  lease_until = CASE WHEN excluded.kind = 'manual' THEN NULL ELSE waiting.lease_until END
RETURNING (xmax = 0) AS fresh
"""

_CLAIMABLE = """
           scan.lane = %(lane)s AND scan.state IN ('queued', 'running')
       AND (scan.lease_until IS NULL OR scan.lease_until < statement_timestamp())
       AND scan.attempts < %(most)s
       AND mailbox.enabled AND mailbox.state <> 'wrong_credentials'
       AND NOT EXISTS (SELECT 1 FROM emailsync_scan other
                        WHERE other.mailbox_id = scan.mailbox_id AND other.id <> scan.id
                          AND other.state = 'running' AND other.lease_until >= statement_timestamp())
"""

# Mailboxes that failed last come after those that work, and a turn that ended goes behind what was asked for before.
_CLAIM = f"""
UPDATE emailsync_scan
   SET state = 'running', attempts = attempts + 1, claim_no = claim_no + 1, owner = %(owner)s,
       lease_until = statement_timestamp() + make_interval(secs => %(lease)s),
       started_at = coalesce(started_at, statement_timestamp())
 WHERE id = (
    SELECT scan.id
      FROM emailsync_scan scan
      JOIN emailsync_mailbox mailbox ON mailbox.id = scan.mailbox_id
     WHERE {_CLAIMABLE}
       AND mailbox.host <> ALL(%(busy_hosts)s)
       AND (mailbox.failures = 0 OR %(troubled_too)s)
     ORDER BY mailbox.failures > 0, greatest(scan.asked_at, scan.lease_until), scan.id
     LIMIT 1
       FOR UPDATE OF scan SKIP LOCKED)
RETURNING id
"""  # noqa: S608 - a constant
_ANY_CLAIMABLE = f"""
SELECT EXISTS (SELECT 1 FROM emailsync_scan scan
                 JOIN emailsync_mailbox mailbox ON mailbox.id = scan.mailbox_id
                WHERE {_CLAIMABLE})
"""  # noqa: S608 - a constant
_RANKS = [ScanKind.FIRST.value, ScanKind.MANUAL.value, ScanKind.IDLE.value]
_RANKS += [ScanKind.CATCH_UP.value, ScanKind.RECOVERY.value]


def enqueue(*, mailbox_ids: Sequence[int], kind: ScanKind, lookback: timedelta, after: timedelta | None = None) -> int:
    """Want a scan of these mailboxes; one that waits in the same lane looks as far back as either wish.

    Mailboxes that are paused or gone are left out. after: not before that long has passed, unless a person asks.
    Returns for how many none waited yet.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _ENQUEUE,
            {
                "mailboxes": list(mailbox_ids),
                "kind": kind.value,
                "lane": LANES[kind],
                "lookback": lookback.total_seconds(),
                "ranks": _RANKS,
                "after": None if after is None else after.total_seconds(),
            },
        )
        return sum(fresh for (fresh,) in cursor.fetchall())


def claim_scan(*, lane: str, owner: str, busy_hosts: Collection[str] = (), troubled_too: bool = True) -> Scan | None:
    """Take a turn at the scan that has waited longest, with its mailbox; None if there is none to take.

    busy_hosts: servers that have enough connections from here. troubled_too: also mailboxes whose last scan failed.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _CLAIM,
            {
                "lane": lane,
                "owner": owner,
                "lease": LEASE_SECONDS,
                "most": MAX_ATTEMPTS,
                "busy_hosts": list(busy_hosts),
                "troubled_too": troubled_too,
            },
        )
        row = cursor.fetchone()
    if row is None:
        return None
    # The mailbox by its own manager: its secrets stay unread until they are needed.
    scan = Scan.objects.get(pk=row[0])
    scan.mailbox = Mailbox.objects.get(pk=scan.mailbox_id)
    return scan


def begin_scan(*, mailbox: Mailbox, kind: ScanKind, lookback: timedelta, folder_name: str, lane: str) -> Scan:
    """A scan that begins in this process without having waited."""
    scan: Scan = Scan.objects.create(
        mailbox=mailbox,
        kind=kind,
        state=ScanState.RUNNING,
        lane=lane,
        lookback=lookback,
        folder_name=folder_name,
        started_at=Now(),
        lease_until=_in(LEASE_SECONDS),
        claim_no=1,
        attempts=1,
    )
    return scan


def renew_scans(scans: Sequence[Scan]) -> None:
    """Start the lease of these turns anew. A turn that was lost stays lost."""
    mine = Q(pk__in=[])
    for scan in scans:
        mine |= Q(pk=scan.pk, claim_no=scan.claim_no)
    Scan.objects.filter(mine, state=ScanState.RUNNING).update(lease_until=_in(LEASE_SECONDS))


def end_turn(scan: Scan, *, after: timedelta = timedelta()) -> None:
    """Leave a scan for a later turn, not before `after` has passed; this one counts as no attempt."""
    waits = after > timedelta()
    _mine(scan).update(
        state=ScanState.QUEUED if waits and scan.request_id else ScanState.RUNNING,
        lease_until=_in(after.total_seconds()),
        attempts=0,
        owner="",
    )


def finish_scan(scan: Scan, state: ScanState) -> bool:
    """End a scan for good. Returns False if somebody else has taken it over meanwhile."""
    done = _mine(scan).update(state=state, finished_at=Now(), lease_until=None, owner="", attempts=0)
    return bool(done)


def bury_scans() -> int:
    """Give up scans whose workers died again and again, and those of commands that were killed. Returns how many."""
    died = [{"folder": "", "code": Code.SCAN_DIED.value, "text": str(MailboxProblem(Code.SCAN_DIED))}]
    given_up = Q(attempts__gte=MAX_ATTEMPTS) | Q(lane__startswith=COMMAND)
    dead = Scan.objects.filter(given_up, state=ScanState.RUNNING, lease_until__lt=Now())
    return int(dead.update(state=ScanState.FAILED, finished_at=Now(), lease_until=None, owner="", errors=died))


def cancel_scans(*, mailbox_id: int) -> None:
    """Forget the scans of a mailbox that have not begun, and end those between two turns."""
    scans = Scan.objects.filter(mailbox=mailbox_id, request=None)
    scans.filter(state=ScanState.QUEUED).delete()
    between = scans.filter(state=ScanState.RUNNING, lease_until__lt=Now())
    between.update(state=ScanState.FAILED, finished_at=Now(), lease_until=None)


def withdraw_scan(scan_id: int) -> bool:
    """Take a scan out of the queue that no worker has begun. Returns False if there is none, or none any more."""
    waiting = Scan.objects.filter(pk=scan_id, state=ScanState.QUEUED, started_at=None)
    return bool(waiting.update(state=ScanState.WITHDRAWN, finished_at=Now()))


def restore_scan(scan: Scan) -> bool:
    """Undo `withdraw_scan`; a scan that came to wait meanwhile looks as far back as this one would have.

    Returns False if the scan is not withdrawn.
    """
    try:
        with transaction.atomic():
            withdrawn = Scan.objects.filter(pk=scan.pk, state=ScanState.WITHDRAWN)
            return bool(withdrawn.update(state=ScanState.QUEUED, finished_at=None))
    except IntegrityError:
        enqueue(mailbox_ids=[scan.mailbox_id], kind=ScanKind(scan.kind), lookback=scan.lookback)
        return True


def scans_wait(lane: str) -> bool:
    """Whether a turn could be taken in a lane now."""
    with connection.cursor() as cursor:
        cursor.execute(_ANY_CLAIMABLE, {"lane": lane, "most": MAX_ATTEMPTS})
        return bool(cursor.fetchone()[0])


def turns_under_way(lane: str) -> bool:
    """Whether anybody holds a turn in a lane: one who works, or one who died and whose lease still runs."""
    return bool(Scan.objects.filter(lane=lane, state=ScanState.RUNNING, lease_until__gte=Now()).exists())


def _mine(scan: Scan) -> QuerySet[Scan]:
    return Scan.objects.filter(pk=scan.pk, claim_no=scan.claim_no, state=ScanState.RUNNING)


def _in(seconds: float) -> Any:
    return Now() + timedelta(seconds=seconds)

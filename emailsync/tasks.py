"""The queue's doors: each calls one service, is safe to run twice, and returns a line for the list of tasks."""

from __future__ import annotations

from datetime import timedelta

from django_q.tasks import async_task

from emailsync.models import Mailbox, MailboxState, ScanKind
from emailsync.pipeline import drain
from emailsync.scans import due_for_scan, scan_mailbox
from emailsync.services import INGEST_CLUSTER, SCAN_TASK, forget_old_scans, request_scan

_BUDGET_SECONDS = 300


def scan_mailbox_task(
    mailbox_id: int, lookback_hours: int, kind: str = ScanKind.IDLE, only_if_asked: bool = False
) -> str:
    """Scan one mailbox; a scan that runs out of time queues its continuation.

    only_if_asked: unless a scan has begun since the last one was asked for.
    """
    mailbox = Mailbox.objects.filter(pk=mailbox_id, enabled=True).first()
    if mailbox is None or mailbox.state == MailboxState.WRONG_CREDENTIALS:
        return "mailbox gone or paused"
    if only_if_asked and mailbox.scan_requested_at is None:
        return "scanned meanwhile"
    outcome = scan_mailbox(
        mailbox=mailbox, kind=ScanKind(kind), lookback=timedelta(hours=lookback_hours), seconds=_BUDGET_SECONDS
    )
    if outcome.tally.unfinished:
        async_task(SCAN_TASK, mailbox_id, lookback_hours, kind, cluster=INGEST_CLUSTER)
    return f"{outcome.tally.stored} stored, {len(outcome.tally.errors)} errors"


def drain_parse_queue() -> str:
    """Parse until nothing waits or the time is up; then somebody else goes on."""
    counts = drain(seconds=_BUDGET_SECONDS)
    return ", ".join(f"{count} {state}" for state, count in sorted(counts.items())) or "nothing waited"


def recovery_scan() -> str:
    """Every quarter of an hour: all watched folders, one hour back."""
    return _queue_scans(1, ScanKind.RECOVERY)


def catch_up_scan() -> str:
    """At start-up and daily: all watched folders, seven days back. Forgets scans of long ago, too."""
    forget_old_scans()
    return _queue_scans(7 * 24, ScanKind.CATCH_UP)


def _queue_scans(lookback_hours: int, kind: ScanKind) -> str:
    queued = [
        request_scan(mailbox_id=mailbox.pk, lookback_hours=lookback_hours, kind=kind) for mailbox in due_for_scan()
    ]
    return f"{sum(queued)} scans queued"

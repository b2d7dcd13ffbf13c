"""The queue's doors: each calls one service, is safe to run twice, and returns a line for the list of tasks."""

from __future__ import annotations

from datetime import timedelta

from common import stopping
from emailsync import services
from emailsync.awaiting import sweep
from emailsync.models import ScanKind
from emailsync.pipeline import drain
from emailsync.scan_queue import INGEST, RECOVERY, scans_wait
from emailsync.scan_runner import run_scans
from emailsync.services import forget_old_scans, request_scans, wake_scans

_PARSE_SECONDS = 300
_SCAN_SECONDS = 120


def run_waiting_scans(lane: str) -> str:
    """Run scans of a lane until none waits or the time is up; then somebody else goes on."""
    counts = run_scans(lane=lane, seconds=_SCAN_SECONDS, should_stop=stopping.asked)
    for waiting in (INGEST, RECOVERY):  # the other one's scans may have stood behind ours of the same mailboxes
        if scans_wait(waiting):
            wake_scans(waiting)
    return f"{counts['turns']} turns, {counts['stored']} stored"


def drain_parse_queue() -> str:
    """Parse until nothing waits or the time is up; then somebody else goes on."""
    counts = drain(seconds=_PARSE_SECONDS, wait=True)
    return ", ".join(f"{count} {state}" for state, count in sorted(counts.items())) or "nothing waited"


def sweep_awaiting() -> str:
    """Every quarter of an hour: mail that waits for its order, should one be there unnoticed or the wait be over."""
    swept = sweep()
    return f"{swept.settled} settled, {swept.expired} no longer waited with"


def ask_for_authserv_ids() -> str:
    """Daily: mailboxes that name no authentication server, though their mail tells which it is."""
    return f"{services.ask_for_authserv_ids()} mailboxes to confirm"


def recovery_scan() -> str:
    """Every quarter of an hour: all watched folders, one hour back."""
    return f"{request_scans(kind=ScanKind.RECOVERY, lookback=timedelta(hours=1))} scans queued"


def catch_up_scan() -> str:
    """At start-up and daily: all watched folders, seven days back. Forgets scans of long ago, too."""
    forget_old_scans()
    return f"{request_scans(kind=ScanKind.CATCH_UP, lookback=timedelta(days=7))} scans queued"

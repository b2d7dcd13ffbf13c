"""What runs by the clock. A schedule only wakes a task: what there is to do stands in the tables."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scheduled:
    name: str
    func: str
    """Importable path of the task."""
    cluster: str
    minutes: int
    args: tuple[str, ...] = ()
    at_start: bool = False
    """Also when a cluster begins, to look for what its predecessor left."""


RECOVERY = "Recovery scan"
SCHEDULES = (
    Scheduled(RECOVERY, "emailsync.tasks.recovery_scan", "recovery", 15),
    Scheduled("Catch-up scan", "emailsync.tasks.catch_up_scan", "recovery", 24 * 60),
    Scheduled("Scan what waits", "emailsync.tasks.run_waiting_scans", "ingest", 1, ("ingest",), at_start=True),
    Scheduled("Catch up what waits", "emailsync.tasks.run_waiting_scans", "recovery", 1, ("recovery",), at_start=True),
    Scheduled("Mail without its order", "emailsync.tasks.sweep_awaiting", "recovery", 15),
    Scheduled("Who vouches for senders", "emailsync.tasks.ask_for_authserv_ids", "default", 24 * 60),
    Scheduled("Parse what waits", "emailsync.tasks.drain_parse_queue", "parse", 1, at_start=True),
)

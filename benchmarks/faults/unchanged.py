"""A second scan of unchanged mailboxes: what it fetches, by the server's log, and which rows it changes."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

from benchmarks.faults import observing
from benchmarks.faults.checks import END_STATES
from benchmarks.faults.product import Flux
from benchmarks.faults.servers import log_end, sessions_since
from benchmarks.measuring import Figure
from flux.testing.dovecot import Dovecot

_CALM_LIMIT_S = 60.0


def second_scan(flux: Flux, server: Dovecot) -> Iterator[Figure]:
    """Figures of a scan of all enabled mailboxes, seven days back, right after one that found all there was."""
    _scan(flux)
    await_calm(flux)
    before, position = observing.hashes(flux), log_end(server)
    scanned = _scan(flux)
    sessions, after = sessions_since(server, position), observing.hashes(flux)
    changed = sorted(table for table in before if before[table] != after.get(table))
    looked = len(sessions) >= scanned > 0
    yield Figure(
        f"second scan of {scanned} unchanged mailboxes: bodies read, by Dovecot's log of {len(sessions)} sessions",
        str(sum(sessions)),
        "0",
        looked and sum(sessions) == 0,
    )
    yield Figure(
        f"the same: tables that changed, of {len(before)} with mail, orders, parcels and notices",
        ", ".join(changed) or "0",
        "0",
        looked and not changed,
    )


def _scan(flux: Flux) -> int:
    """Scan by the operator's command; how many mailboxes were read without an error."""
    report = json.loads(flux.run("manage.py", "scan_mailboxes", "--lookback", "7d", "--json"))
    return sum(not mailbox["errors"] for mailbox in report)


def await_calm(flux: Flux) -> None:
    """Wait, for a bounded time, until nothing waits or is being done."""
    deadline = time.monotonic() + _CALM_LIMIT_S
    while time.monotonic() < deadline:
        states = observing.states(flux)
        if all(state in END_STATES for state in states.values()) and not observing.claims(flux):
            return
        time.sleep(0.5)

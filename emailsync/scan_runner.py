"""Running what waits in a lane: several scans at a time, each in a thread, none in the way of the others.

Threads, because a scan mostly waits for a server. A scan that takes long gives its place up after a turn; servers and
mailboxes that give trouble get at most half of the places, so that their time-outs hold nobody else up.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import timedelta

from django.db import close_old_connections, connection

from common.outages import OUTAGES, Patience
from emailsync.models import Scan
from emailsync.queue import worker_name
from emailsync.scan_queue import bury_scans, claim_scan, end_turn, renew_scans, turns_under_way
from emailsync.scans import run_turn

PLACES = 8
TURN_SECONDS = 20.0
_FOR_TROUBLE = PLACES // 2
_RENEW_SECONDS = 5.0
_LOOK_SECONDS = 0.5
_AFTER_OUTAGE = timedelta(seconds=10)
_MOST_SECONDS = 300.0
"""Longer than any turn whose server answers within its limits: a turn that hangs in spite of them loses its lease."""

log = logging.getLogger(__name__)


def run_scans(*, lane: str, seconds: float, should_stop: Callable[[], bool] = lambda: False) -> Counter[str]:
    """Take turns at scans of a lane until none waits; returns counts of `turns` taken and messages `stored`.

    Stays while others are at their turns, too: whose worker has died, its turn is taken over as soon as its lease ends.
    seconds: begin no turn after about that long. should_stop: asked often; ends turns early when it says so.
    """
    run = _Run(lane, should_stop)
    with ThreadPoolExecutor(PLACES, thread_name_prefix="scan") as pool:
        run.work(pool, until=time.monotonic() + seconds)
    return run.counts


class _Run:
    """The turns under way in this process."""

    def __init__(self, lane: str, should_stop: Callable[[], bool]) -> None:
        self.counts: Counter[str] = Counter()
        self._lane = lane
        self._should_stop = should_stop
        self._owner = worker_name()
        self._turns: dict[Future[int], tuple[Scan, float]] = {}
        self._renew_at = 0.0

    def work(self, pool: ThreadPoolExecutor, *, until: float) -> None:
        patience = Patience()
        while True:
            try:
                goes_on = self._step(pool, begin=time.monotonic() < until and not self._should_stop())
            except OUTAGES:
                if not patience.lasts():
                    raise
            else:
                patience.went_well()
                if not goes_on:
                    return

    def _step(self, pool: ThreadPoolExecutor, *, begin: bool) -> bool:
        """Begin what can be begun, collect what has ended; whether there is a reason to go on."""
        if begin:
            bury_scans()
            self._fill(pool)
        if self._turns:
            ended, _ = wait(self._turns, timeout=_LOOK_SECONDS, return_when=FIRST_COMPLETED)
            for turn in ended:
                self._collect(turn)
            self._renew()
            return True
        if begin and turns_under_way(self._lane):
            time.sleep(_LOOK_SECONDS)
            return True
        return False

    def _fill(self, pool: ThreadPoolExecutor) -> None:
        while len(self._turns) < PLACES:
            hosts = Counter(scan.mailbox.host for scan, _ in self._turns.values())
            troubled = sum(scan.mailbox.failures > 0 for scan, _ in self._turns.values())
            scan = claim_scan(
                lane=self._lane,
                owner=self._owner,
                busy_hosts=[host for host, count in hosts.items() if count >= _FOR_TROUBLE],
                troubled_too=troubled < _FOR_TROUBLE,
            )
            if scan is None:
                return
            self._turns[pool.submit(self._turn, scan)] = (scan, time.monotonic())

    def _turn(self, scan: Scan) -> int:
        """In a thread with a database connection of its own: the messages stored in one turn."""
        before = scan.stored
        try:
            return run_turn(scan, seconds=TURN_SECONDS, should_stop=self._should_stop).stored - before
        except OUTAGES:
            if Patience().lasts():
                end_turn(scan, after=_AFTER_OUTAGE)  # no fault of the scan's, but it may meet the same again
            raise
        finally:
            connection.close()

    def _collect(self, turn: Future[int]) -> None:
        scan, _ = self._turns.pop(turn)
        self.counts["turns"] += 1
        try:
            self.counts["stored"] += turn.result()
        except OUTAGES as error:
            # If it could not be given back, its lease ends by itself; the next turn goes on from what is stored.
            log.warning("A turn of scan %s lost the database: %s", scan.pk, error)

    def _renew(self) -> None:
        now = time.monotonic()
        if now < self._renew_at:
            return
        self._renew_at = now + _RENEW_SECONDS
        close_old_connections()
        renew_scans([scan for scan, began in self._turns.values() if now - began < _MOST_SECONDS])

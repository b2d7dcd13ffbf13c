"""The faults themselves: deliveries by one thread, acts by another, then quiet until everything is settled."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from heapq import heapify, heappop, heappush

from benchmarks.faults import observing
from benchmarks.faults.checks import END_STATES
from benchmarks.faults.injecting import Injector
from benchmarks.faults.ledger import Ledger
from benchmarks.faults.mails import Kind, write
from benchmarks.faults.plan import INBOX, WATCHED_FOLDERS, Act, Delivery, Fault, Plan
from benchmarks.faults.product import Flux
from benchmarks.faults.servers import maildir_name
from flux.testing.dovecot import Dovecot

SETTLE_BOUND_S = 60.0
_PATIENCE_S = 90.0
_POLL_S = 0.5
_LATE_S = 240.0
_AGAIN_AFTER_S = 5.0
_MOST_TRIES = 5
_LONGEST_PAUSE_S = 4.0


@dataclass(frozen=True, slots=True)
class Quiet:
    """Seconds after the last fault; infinite for what did not come about while the run waited."""

    inboxes_s: float
    """Until all mail of the watched inboxes was stored and in an end state, by itself."""
    settled_s: float
    """Until every stored mail was in an end state."""
    everything_s: float
    """After the recovery scan's turn came: until all watched folders were stored and in an end state."""


class Post:
    """Delivers mails, and enters each in the ledger."""

    def __init__(self, server: Dovecot, ledger: Ledger, accounts: Sequence[str], began: datetime) -> None:
        self._server = server
        self._ledger = ledger
        self._accounts = accounts
        self._began = began

    def deliver(self, delivery: Delivery) -> None:
        account = self._accounts[delivery.member]
        raw = write(delivery.recipe, self._began)
        self._ledger.add(account, delivery.folder, delivery.recipe, raw, seen=delivery.seen)
        self._server.deliver(account, [raw], maildir_name(delivery.folder), seen=delivery.seen)


def storm(plan: Plan, flux: Flux, injector: Injector, post: Post) -> None:
    """Deliver and break things as planned. Returns when the last fault is over and the last mail delivered."""
    began = time.monotonic()
    with ThreadPoolExecutor(1) as courier:
        delivered = courier.submit(_deliver, plan.deliveries, post, began)
        _act(plan.acts, injector, began)
        delivered.result()
    injector.thaw(everything=True)


def _act(acts: Sequence[Act], injector: Injector, began: float) -> None:
    """Bring about one fault after another; one that finds no victim comes again, a few times, a little later.

    Faults take their time, so the last ones come late; what would come too late is left out, and missing in the count.
    """
    waiting = [(act.at_s, place, 0, act) for place, act in enumerate(acts)]
    heapify(waiting)
    ends = began + max(act.at_s for act in acts) + _LATE_S
    while waiting and time.monotonic() < ends:
        at_s, place, tries, act = heappop(waiting)
        while (left := began + at_s - time.monotonic()) > 0:
            injector.thaw()
            time.sleep(min(left, _POLL_S))
        if act.fault == Fault.KILL_ALL:
            time.sleep(random.Random(act.draw).uniform(0, _LONGEST_PAUSE_S))
        injector.thaw()
        if not injector.inject(act) and tries < _MOST_TRIES:
            heappush(waiting, (time.monotonic() - began + _AGAIN_AFTER_S, place, tries + 1, act))


def _deliver(deliveries: Sequence[Delivery], post: Post, began: float) -> None:
    for delivery in deliveries:
        time.sleep(max(0.0, began + delivery.at_s - time.monotonic()))
        post.deliver(delivery)


def await_quiet(flux: Flux, ledger: Ledger) -> Quiet:
    """Wait until everything is settled, helping with nothing; then let the recovery scan's turn come."""
    inbox = _wanted(ledger, (INBOX,))
    everything = _wanted(ledger, WATCHED_FOLDERS)
    found = _times(
        flux,
        {
            "inboxes": lambda states: inbox <= _settled(states),
            "settled": lambda states: all(state in END_STATES for state in states.values()),
        },
    )
    # The folders beside the inbox wait for the quarter of an hour, which is not the run's to wait for.
    flux.ask("UPDATE django_q_schedule SET next_run = now() WHERE name = 'Recovery scan'")
    recovered = _times(flux, {"everything": lambda states: everything <= _settled(states)})
    _times(flux, {"calm": lambda states: not _busy(flux)})
    return Quiet(
        inboxes_s=found["inboxes"] - found["began"],
        settled_s=found["settled"] - found["began"],
        everything_s=recovered["everything"] - recovered["began"],
    )


States = dict[tuple[str, str], str]


def _times(flux: Flux, conditions: dict[str, Callable[[States], bool]]) -> dict[str, float]:
    """For each condition the moment (monotonic) since when it held; waits until all hold, for a bounded time."""
    began = time.monotonic()
    since: dict[str, float] = dict.fromkeys(conditions, float("inf"))
    while True:
        states = observing.states(flux)
        now = time.monotonic()
        for name, holds in conditions.items():
            since[name] = min(since[name], now) if holds(states) else float("inf")
        if max(since.values()) <= now or now - began > _PATIENCE_S:
            return since | {"began": began}
        time.sleep(_POLL_S)


def _wanted(ledger: Ledger, folders: Sequence[str]) -> set[tuple[str, str]]:
    return {
        (entry.member, entry.sha256)
        for entry in ledger.entries
        if entry.folder in folders and entry.recipe.kind != Kind.TOO_BIG
    }


def _settled(states: States) -> set[tuple[str, str]]:
    return {key for key, state in states.items() if state in END_STATES}


def _busy(flux: Flux) -> bool:
    return bool(observing.claims(flux))

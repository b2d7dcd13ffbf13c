"""What is delivered and what is broken, and when: a pure function of the seed and the size of the run."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial

from benchmarks.faults.mails import Kind, Recipe

INBOX, ARCHIVE, ORDERS, JUNK = "INBOX", "Archive", "Orders", "Junk"
WATCHED_FOLDERS = (INBOX, ARCHIVE, ORDERS)
FOLDERS = (*WATCHED_FOLDERS, JUNK)
FULL_MINUTES = 5.0
MOST_RENUMBERED = 2
"""New UIDVALIDITYs of one folder; Flux gives a server up that numbers a folder anew more than three times a day."""
_WHOLE_KILLS_FROM, _WHOLE_KILLS_UNTIL = 0.55, 0.92
_AT_THE_END = 0.1
"""Share of the single faults that come after the whole kills."""
_FROZEN_S = 65.0
_PAIR_WITHIN_S = 20.0
_DAY_S = 86_400


class Fault(StrEnum):
    KILL_PARSE_WORKER = "parse worker killed"
    KILL_INGEST_WORKER = "ingest worker killed"
    KILL_READER = "mail reader killed"
    KILL_CLUSTER_PART = "guard or helper of a cluster killed"
    KILL_CLUSTER = "cluster killed"
    KILL_WATCHER = "watcher killed"
    FREEZE_WORKER = "worker frozen past its lease"
    FREEZE_WATCHER = "watcher frozen"
    FREEZE_IMAP = "mail server's process frozen"
    CUT_IMAP = "IMAP connections cut"
    RESTART_IMAP = "mail server stopped, started again"
    RENUMBER = "UIDVALIDITY changed"
    MOVE = "messages moved to another folder"
    TERMINATE_BACKEND = "database connection terminated"
    KILL_BACKEND = "database process killed"
    QUIT_DATABASE = "database shut down at once"
    KILL_DATABASE = "database killed"
    KILL_KEEPER = "keeper of the database killed"
    FILL_DISK = "database's disk full"
    DEPLOY = "Flux ended by SIGTERM, started again"
    KILL_ALL = "everything killed, started again"


WORKER_KILLS = (Fault.KILL_PARSE_WORKER, Fault.KILL_INGEST_WORKER)
FREEZES = (Fault.FREEZE_WORKER, Fault.FREEZE_WATCHER, Fault.FREEZE_IMAP)
_IN_FULL_RUN = {
    Fault.KILL_PARSE_WORKER: 120,
    Fault.KILL_INGEST_WORKER: 85,
    Fault.KILL_READER: 10,
    Fault.KILL_CLUSTER_PART: 6,
    Fault.KILL_CLUSTER: 6,
    Fault.KILL_WATCHER: 6,
    Fault.FREEZE_WORKER: 3,
    Fault.FREEZE_WATCHER: 1,
    Fault.FREEZE_IMAP: 3,
    Fault.CUT_IMAP: 25,
    Fault.RESTART_IMAP: 3,
    Fault.RENUMBER: 10,
    Fault.MOVE: 40,
    Fault.TERMINATE_BACKEND: 25,
    Fault.KILL_BACKEND: 4,
    Fault.QUIT_DATABASE: 4,
    Fault.KILL_DATABASE: 4,
    Fault.KILL_KEEPER: 2,
    Fault.FILL_DISK: 2,
    Fault.DEPLOY: 2,
    Fault.KILL_ALL: 20,
}


@dataclass(frozen=True, slots=True)
class Scale:
    """How big a run is. `make faults N=300 MINUTES=2` is a trial of one that takes its time."""

    deliveries: int = 5_000
    minutes: float = FULL_MINUTES
    """Time over which deliveries and faults are spread."""
    members: int = 20
    connected: int = 200
    """Mailboxes under IDLE while delays are measured."""

    @classmethod
    def of(cls, deliveries: int, minutes: float | None = None, *, connected: int = 200) -> Scale:
        """A size by its deliveries: more of them than in a full run take more time, unless it is given."""
        usual = FULL_MINUTES * max(1.0, deliveries / cls().deliveries)
        return cls(deliveries, usual if minutes is None else minutes, connected=connected)

    @property
    def timed(self) -> int:
        """Deliveries whose way to a visible order is timed."""
        return min(60, max(10, self.deliveries // 60))

    @property
    def flood(self) -> int:
        """Mails that one mailbox gets at once."""
        return min(10_000, 2 * self.deliveries)

    def times(self, fault: Fault) -> int:
        return max(1, round(_IN_FULL_RUN[fault] * self.minutes / FULL_MINUTES))


@dataclass(frozen=True, slots=True)
class Delivery:
    """A mail that comes to a member's folder, `at_s` seconds after the faults begin."""

    at_s: float
    member: int
    folder: str
    recipe: Recipe
    seen: bool = False


@dataclass(frozen=True, slots=True)
class Act:
    """A fault and the number that decides its victim."""

    at_s: float
    fault: Fault
    draw: int
    for_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Plan:
    seed: int
    deliveries: tuple[Delivery, ...]
    acts: tuple[Act, ...]


def make_plan(seed: int, scale: Scale) -> Plan:
    """The same seed and scale give the same plan, on every machine."""
    chance = random.Random(seed)
    span = scale.minutes * 60
    deliveries = sorted(_deliveries(chance, scale, span), key=lambda one: (one.at_s, one.recipe.number, one.folder))
    return Plan(seed, tuple(deliveries), tuple(sorted(_acts(chance, scale, span), key=lambda act: act.at_s)))


def counts(plan: Plan) -> Counter[Fault]:
    return Counter(act.fault for act in plan.acts)


def _deliveries(chance: random.Random, scale: Scale, span: float) -> list[Delivery]:
    found: list[Delivery] = []
    number = 0
    big = max(1, min(4, scale.deliveries // 1_250))
    while len(found) < scale.deliveries:
        number += 1
        kind = Kind.TOO_BIG if number <= big else chance.choices(_STORIES, _WEIGHTS)[0]
        story = _story(chance, number, kind, chance.randrange(scale.members), span)
        found += story
        found += _copies(chance, story, scale)
    return found


_STORIES = (Kind.ORDER, Kind.NEWS, Kind.SPOOFED, Kind.GARBAGE, Kind.POISON)
_WEIGHTS = (70, 18, 4, 5, 3)


def _story(chance: random.Random, number: int, kind: Kind, member: int, span: float) -> list[Delivery]:
    """One mail, or an order with what follows it; the mails of an order come in any sequence."""
    age = chance.randrange(3600, _DAY_S)
    begins = chance.uniform(0, max(1.0, span - _PAIR_WITHIN_S))
    kinds = [kind]
    if kind == Kind.ORDER:
        kinds += [Kind.SHIPPED, Kind.DELIVERED][: chance.choices((1, 2), (3, 1))[0]]
    return [
        Delivery(
            begins + chance.uniform(0, min(span, _PAIR_WITHIN_S)),
            member,
            _folder(chance, one),
            Recipe(one, number, age - 600 * place),
            chance.random() < 0.05,
        )
        for place, one in enumerate(kinds)
    ]


def _folder(chance: random.Random, kind: Kind) -> str:
    weights = (60, 10, 5, 25) if kind == Kind.NEWS else (85, 10, 5, 0)
    return chance.choices((INBOX, ARCHIVE, ORDERS, JUNK), weights)[0]


def _copies(chance: random.Random, story: list[Delivery], scale: Scale) -> Iterator[Delivery]:
    """The same bytes in a second folder, now and then; and a whole story to a second member, more seldom."""
    for one in story:
        if one.folder != JUNK and chance.random() < 0.06:
            other = chance.choice([folder for folder in WATCHED_FOLDERS if folder != one.folder])
            yield replace(one, at_s=one.at_s + chance.uniform(0, 10), folder=other)
    if scale.members > 1 and chance.random() < 0.02:
        second = (story[0].member + chance.randrange(1, scale.members)) % scale.members
        yield from (replace(one, member=second) for one in story)


def _acts(chance: random.Random, scale: Scale, span: float) -> Iterator[Act]:
    """Single faults, then whole kills, among which no frozen worker would live long enough; at the end single ones.

    Those at the end leave Flux with what they did: after a whole kill everything is new.
    """
    turn, last = span * _WHOLE_KILLS_FROM, span * _WHOLE_KILLS_UNTIL
    for fault in Fault:
        for _ in range(scale.times(fault)):
            act = partial(Act, fault=fault, draw=chance.getrandbits(32))
            if fault == Fault.KILL_ALL:
                yield act(chance.uniform(turn, last))
            elif fault in FREEZES:
                yield act(chance.uniform(0, max(1.0, turn - _FROZEN_S)), for_s=_FROZEN_S)
            elif chance.random() < _AT_THE_END:
                yield act(chance.uniform(last, span))
            else:
                yield act(chance.uniform(0, turn))

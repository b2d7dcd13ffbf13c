"""Which contributions speak of the same parcel (rules R5, R6, R10, R14-R16), as a pure function of all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tracking.facts import Mail, ShipmentPart
from tracking.keys import parcel_names, parcel_numbers, short_forms, tracking_key
from tracking.linking import Targets
from tracking.numbers.book import CARRIERS

NOWHERE = Targets(frozenset(), frozenset())
_EARLY = ("", "pending", "label_created", "shipped", "in_transit")
_OVER = ("collected", "delivered", "returned", "cancelled")
_AFTER_THE_END = timedelta(hours=24)
_ONE_NETWORK = frozenset(("australia-post", "startrack"))
"""Carriers that carry and number each other's parcels."""


@dataclass(frozen=True, slots=True)
class Told:
    """A part together with the e-mail that tells it, the orders that it means and the titles that the mail names."""

    mail: Mail
    part: ShipmentPart
    targets: Targets = NOWHERE
    items: frozenset[str] = frozenset()

    @property
    def place(self) -> tuple[tuple[float, str], int]:
        """Where it stands in time."""
        return self.mail.rank, self.part.position

    @property
    def is_named(self) -> bool:
        """It states a number or a shop's own key of its parcel."""
        return bool(parcel_numbers(self.part) or self.part.parcel_key)


@dataclass(slots=True)
class Parcel:
    """The parts of one parcel, in the order of their mails' times."""

    parts: list[Told]
    disputed: bool = False
    """It looks like another parcel's short or full form, but the two belong to different orders (R16)."""
    only_of: str = ""
    """The order whose parcel without number and key it is."""
    orders: frozenset[str] = field(init=False)
    items: frozenset[str] = field(init=False)
    first_sent: datetime | None = field(init=False)

    def __post_init__(self) -> None:
        self.orders = frozenset(name for one in self.parts for name in one.targets.names)
        self.items = frozenset(title for one in self.parts for title in one.items)
        self.first_sent = min((one.mail.sent_at for one in self.parts if one.mail.sent_at), default=None)


def group(told: Sequence[Told]) -> list[Parcel]:
    """The parcels: parts that share a number, a short form or a shop's parcel key; then parts without any.

    The result does not depend on the order of `told`.
    """
    ordered = sorted(told, key=lambda one: one.place)
    parcels = _named([one for one in ordered if one.is_named])
    return _with_nameless(parcels, [one for one in ordered if not one.is_named])


class _Numbers:
    """What all parts together say of each number: its carriers, its orders, its full forms."""

    def __init__(self, named: Iterable[Told]) -> None:
        self.carriers: defaultdict[str, set[str]] = defaultdict(set)
        self.orders: defaultdict[str, set[str]] = defaultdict(set)
        self.full_forms: defaultdict[str, set[str]] = defaultdict(set)
        for one in named:
            for number in parcel_numbers(one.part):
                self.carriers[number] |= _carriers(one)
                self.orders[number] |= one.targets.orders
        for number in self.carriers:
            for short in short_forms(number):
                self.full_forms[short].add(number)

    def is_consignment(self, number: str) -> bool:
        """Several parcels have numbers that begin with it (R15)."""
        return len(self.full_forms.get(number, ())) > 1

    def of_one_carrier(self, first: str, second: str) -> bool:
        one, other = self.carriers[first], self.carriers[second]
        return not one or not other or bool(one & other) or one | other <= _ONE_NETWORK

    def of_different_orders(self, first: str, second: str) -> bool:
        one, other = self.orders[first], self.orders[second]
        return bool(one and other) and not one & other


def _carriers(one: Told) -> set[str]:
    if "carrier" not in one.part.facts:
        return set()
    name = str(one.part.facts["carrier"].value)
    key = CARRIERS.by_name(name) or name
    return set() if CARRIERS.is_aggregator(key) else {key}


def _named(ordered: Sequence[Told]) -> list[Parcel]:
    """Connected by what one part states together, and by short and full forms of one number."""
    numbers = _Numbers(ordered)
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    def join(first: str, second: str) -> None:
        low, high = sorted((root(first), root(second)))
        parent[high] = low

    names = [_joining_names(one, numbers) for one in ordered]
    for first, *others in names:
        for name in others:
            join(first, name)
    disputed = set()
    for short, fulls in sorted(numbers.full_forms.items()):
        if short not in numbers.carriers or numbers.is_consignment(short):
            continue
        (full,) = fulls
        if numbers.of_different_orders(short, full):
            disputed |= {short, full}
        elif numbers.of_one_carrier(short, full):
            join(f"k:{short}", f"k:{full}")
    groups: defaultdict[str, list[Told]] = defaultdict(list)
    for one, (first, *_) in zip(ordered, names, strict=True):
        groups[root(first)].append(one)
    marked = {root(f"k:{number}") for number in disputed}
    parcels = [Parcel(parts, disputed=key in marked) for key, parts in groups.items()]
    return sorted(parcels, key=lambda parcel: parcel.parts[0].place)


def _joining_names(one: Told, numbers: _Numbers) -> list[str]:
    """What a part is called, the number first; the consignment's number is left out where the article's is known."""
    stated = parcel_numbers(one.part)
    groups = {short for number in stated for short in short_forms(number) if numbers.is_consignment(short)}
    names = [f"k:{number}" for number in stated if number not in groups]
    return names + ([f"p:{one.part.parcel_key}"] if one.part.parcel_key else [])


def _with_nameless(parcels: list[Parcel], nameless: Sequence[Told]) -> list[Parcel]:
    """Rule R6: parts that only name an order fill that order's parcel, or are a parcel by themselves."""
    by_order: defaultdict[str, list[Parcel]] = defaultdict(list)
    for parcel in parcels:
        for name in parcel.orders:
            by_order[name].append(parcel)
    homes: list[tuple[Parcel, Told]] = []
    alone: defaultdict[str, list[Told]] = defaultdict(list)
    for one in nameless:
        names = sorted(one.targets.names)
        candidates = {id(each): each for name in names for each in by_order.get(name, ()) if _fits(one, each)}
        if candidates and (len(candidates) == 1 or one.part.status in _EARLY):
            homes.append((min(candidates.values(), key=lambda parcel: parcel.parts[0].place), one))
        elif names:
            alone[names[0]].append(one)
    for parcel, one in homes:
        parcel.parts.append(one)
    for parcel in parcels:
        parcel.parts.sort(key=lambda one: one.place)
    return parcels + [Parcel(alone[name], only_of=name) for name in sorted(alone)]


def _fits(one: Told, parcel: Parcel) -> bool:
    """The items agree as far as both tell, and the parcel did not set out after this one had come to its end."""
    if one.items and parcel.items and not any(_alike(mine, theirs) for mine in one.items for theirs in parcel.items):
        return False
    over, sent, begun = one.part.status in _OVER, one.mail.sent_at, parcel.first_sent
    return not (over and sent and begun and begun - sent >= _AFTER_THE_END)


def _alike(first: str, second: str) -> bool:
    """The same title, or one cut short."""
    first, second = first.rstrip(".… "), second.rstrip(".… ")
    return first.startswith(second) or second.startswith(first)


def names_of(parcel: Parcel) -> list[str]:
    """What the parcel is called among a member's parcels: its smallest own number first, aliases and others later.

    The first is its key; what a person said of any of them is said of the parcel.
    """
    own = sorted({parcel_names(one.part)[0] for one in parcel.parts if tracking_key(one.part.number)})
    named = sorted(name for one in parcel.parts if one.is_named for name in parcel_names(one.part))
    rest = sorted(name for one in parcel.parts if not one.is_named for name in parcel_names(one.part))
    made = [f"o:{parcel.only_of}"] if parcel.only_of else []
    return list(dict.fromkeys((*own, *named, *made, *rest)))

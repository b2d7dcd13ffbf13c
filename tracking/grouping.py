"""Which contributions speak of the same parcel (rules R5, R6, R10, R14, R15), as a pure function of all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from tracking.facts import Mail, ShipmentPart
from tracking.keys import order_number_key, short_forms, tracking_key


@dataclass(frozen=True, slots=True)
class Told:
    """A part together with the e-mail that tells it."""

    mail: Mail
    part: ShipmentPart


def group(told: Sequence[Told]) -> list[list[Told]]:
    """The parcels: parts that share a number, a short form or a shop's parcel key; then parts without any.

    Every list is in the order of the mails' times; the result does not depend on the order of `told`.
    """
    ordered = sorted(told, key=lambda one: (one.mail.rank, one.part.position))
    groups = _by_key(ordered)
    return _with_numberless(groups, [one for one in ordered if not _keys(one)])


def _keys(one: Told) -> list[str]:
    numbers = [tracking_key(number) for number in (one.part.number, *one.part.aliases) if number]
    keys = [f"k:{form}" for number in numbers for form in (number, *short_forms(number))]
    return keys + ([f"p:{one.part.parcel_key}"] if one.part.parcel_key else [])


def _by_key(ordered: Sequence[Told]) -> list[list[Told]]:
    """Connected by shared keys. Articles of one consignment that all have full numbers stay apart (R15)."""
    parent: dict[str, str] = {}

    def root(key: str) -> str:
        while parent.setdefault(key, key) != key:
            key = parent[key]
        return key

    full = _articles(ordered)
    for one in ordered:
        keys = [key for key in _keys(one) if key not in full or not _is_article(one, key)]
        for key in keys[1:]:
            first, second = sorted((root(keys[0]), root(key)))
            parent[second] = first
    groups: defaultdict[str, list[Told]] = defaultdict(list)
    for one in ordered:
        keys = [key for key in _keys(one) if key not in full or not _is_article(one, key)]
        if keys:
            groups[root(keys[0])].append(one)
    return sorted(groups.values(), key=lambda parts: (parts[0].mail.rank, parts[0].part.position))


def _articles(ordered: Sequence[Told]) -> set[str]:
    """Short forms that several different full numbers share: consignments of several parcels."""
    fulls: defaultdict[str, set[str]] = defaultdict(set)
    for one in ordered:
        if one.part.number:
            number = tracking_key(one.part.number)
            for form in short_forms(number):
                fulls[f"k:{form}"].add(number)
    return {form for form, numbers in fulls.items() if len(numbers) > 1}


def _is_article(one: Told, key: str) -> bool:
    return bool(one.part.number) and key != f"k:{tracking_key(one.part.number)}"


def _with_numberless(groups: list[list[Told]], numberless: Sequence[Told]) -> list[list[Told]]:
    """Rule R6: parts that only name an order fill the order's one parcel, or are one parcel by themselves."""
    by_order: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for index, parts in enumerate(groups):
        for key in {key for one in parts for key in _orders(one)}:
            by_order[key].append(index)
    alone: defaultdict[tuple[str, str], list[Told]] = defaultdict(list)
    for one in numberless:
        keys = _orders(one)
        if not keys:
            continue
        candidates = {index for key in keys for index in by_order.get(key, ())}
        if len(candidates) == 1:
            groups[candidates.pop()].append(one)
        else:
            alone[min(keys)].append(one)
    for parts in groups:
        parts.sort(key=lambda one: (one.mail.rank, one.part.position))
    return groups + [alone[key] for key in sorted(alone)]


def _orders(one: Told) -> list[tuple[str, str]]:
    return [(one.part.retailer, order_number_key(number)) for number in one.part.order_numbers]

"""Which orders a parcel belongs to (rules R6-R9), decided over all contributions that can touch it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher

from tracking.grouping import Told
from tracking.keys import order_number_key

WINDOW = timedelta(days=180)
LONG_NUMBER = 8
LIKENESS = 0.85


@dataclass(frozen=True, slots=True)
class Known:
    """What linking has to know of an order."""

    key: str
    number_key: str
    retailer: str
    retailer_name: str
    placed_at: datetime | None
    """When its first mail was sent."""


@dataclass(frozen=True, slots=True)
class Links:
    orders: frozenset[str]
    """Keys of the orders that the parcel belongs to."""
    waiting: frozenset[tuple[str, str]]
    """(sha256, order key as far as known) of mails that name an order which is not there."""


def link(parts: Sequence[Told], orders: Mapping[str, Known], typed: Mapping[str, bool]) -> Links:
    """The orders of one parcel. typed: order key -> a person's yes or no, which stands whatever the mails say."""
    found: set[str] = set()
    waiting: set[tuple[str, str]] = set()
    for one in parts:
        for number in one.part.order_numbers:
            number_key = order_number_key(number)
            key = _by_shop(one, number_key, orders) if one.part.retailer else _by_number(one, number_key, orders)
            if key is not None:
                found.add(key)
            else:
                waiting.add((one.mail.sha256, f"{one.part.retailer}:{number_key}"))
    found |= {key for key, linked in typed.items() if linked and key in orders}
    return Links(frozenset(key for key in found if typed.get(key, True)), frozenset(waiting))


def _by_shop(one: Told, number_key: str, orders: Mapping[str, Known]) -> str | None:
    key = f"{one.part.retailer}:{number_key}"
    return key if key in orders else None


def _by_number(one: Told, number_key: str, orders: Mapping[str, Known]) -> str | None:
    """Rule R7: the one order of that number within 180 days, if the number is long or the shop's name agrees."""
    candidates = [
        order
        for order in orders.values()
        if order.number_key == number_key and _near(order.placed_at, one.mail.sent_at)
    ]
    if len(candidates) != 1:
        return None
    order = candidates[0]
    merchant = str(one.part.facts["merchant"].value) if "merchant" in one.part.facts else ""
    if len(number_key) >= LONG_NUMBER or (merchant and _alike(merchant, order.retailer_name) >= LIKENESS):
        return order.key
    return None


def _near(placed: datetime | None, sent: datetime | None) -> bool:
    return placed is None or sent is None or abs(sent - placed) <= WINDOW


def _alike(first: str, second: str) -> float:
    return SequenceMatcher(None, first.casefold(), second.casefold()).ratio()

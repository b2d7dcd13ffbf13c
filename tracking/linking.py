"""Which orders a part of a parcel's mail means (rules R6, R7), decided over all contributions that can touch it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher

from tracking.facts import Mail, ShipmentPart
from tracking.keys import order_name, order_number_key, order_numbers

WINDOW = timedelta(days=180)
LONG_NUMBER = 8
LIKENESS = 0.85


@dataclass(frozen=True, slots=True)
class Known:
    """What linking has to know of an order."""

    key: str
    number_key: str
    retailer_name: str
    placed_at: datetime | None
    """When its first mail was sent."""


@dataclass(frozen=True, slots=True)
class Targets:
    """orders: keys of the orders that are there; absent: names of those that are not."""

    orders: frozenset[str]
    absent: frozenset[str]

    @property
    def names(self) -> frozenset[str]:
        return self.orders | self.absent


class OrderBook:
    """The orders that can touch each other, found by shop and number or by number alone."""

    def __init__(self, orders: Iterable[Known]) -> None:
        self._by_key: dict[str, Known] = {}
        self._by_number: defaultdict[str, list[Known]] = defaultdict(list)
        for order in orders:
            self._by_key[order.key] = order
            self._by_number[order.number_key].append(order)

    def targets(self, mail: Mail, part: ShipmentPart) -> Targets:
        """The orders that a part names."""
        orders, absent = set(), set()
        for number in order_numbers(part):
            name = order_name(part.retailer, number)
            key = self._of_shop(name) if part.retailer else self._of_any_shop(mail, part, order_number_key(number))
            if key is None:
                absent.add(name)
            else:
                orders.add(key)
        return Targets(frozenset(orders), frozenset(absent))

    def _of_shop(self, name: str) -> str | None:
        return name if name in self._by_key else None

    def _of_any_shop(self, mail: Mail, part: ShipmentPart, number_key: str) -> str | None:
        """Rule R7: the one order of that number within 180 days, if the number is long or the shop's name agrees."""
        candidates = [order for order in self._by_number[number_key] if _near(order.placed_at, mail.sent_at)]
        if len(candidates) != 1:
            return None
        order = candidates[0]
        merchant = str(part.facts["merchant"].value) if "merchant" in part.facts else ""
        if len(number_key) >= LONG_NUMBER or (merchant and alike(merchant, order.retailer_name) >= LIKENESS):
            return order.key
        return None


def _near(placed: datetime | None, sent: datetime | None) -> bool:
    return placed is None or sent is None or abs(sent - placed) <= WINDOW


def alike(first: str, second: str) -> float:
    """How much two names of a shop resemble each other, 0 to 1."""
    return SequenceMatcher(None, first.casefold(), second.casefold()).ratio()

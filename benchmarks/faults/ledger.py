"""What was delivered: the run's own record, against which server and archive are compared."""

from __future__ import annotations

import hashlib
import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from benchmarks.faults.mails import Kind, Recipe

Key = tuple[str, str]
"""A member and the number of an order."""


@dataclass(frozen=True, slots=True)
class Entry:
    member: str
    folder: str
    recipe: Recipe
    sha256: str
    seen: bool


class Ledger:
    """Entries in the order of delivery. Written by several threads."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._entries = list(entries)
        self._lock = threading.Lock()

    def add(self, member: str, folder: str, recipe: Recipe, raw: bytes, *, seen: bool = False) -> None:
        entry = Entry(member, folder, recipe, hashlib.sha256(raw).hexdigest(), seen)
        with self._lock:
            self._entries.append(entry)

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def entries(self) -> list[Entry]:
        return list(self._entries)

    @property
    def members(self) -> list[str]:
        return sorted({entry.member for entry in self._entries})

    def contents(self) -> Counter[tuple[str, str, bool]]:
        """How often each content lies with each member, read and unread."""
        return Counter((entry.member, entry.sha256, entry.seen) for entry in self._entries)

    def orders(self) -> dict[Key, Decimal]:
        """The orders that have to be there, with their totals."""
        return {
            (entry.member, entry.recipe.order_number): entry.recipe.total
            for entry in self._entries
            if entry.recipe.kind == Kind.ORDER
        }

    def parcels(self) -> dict[tuple[str, str], str]:
        """(member, tracking number) -> number of the order that the parcel belongs to."""
        return {
            (entry.member, entry.recipe.tracking_number): entry.recipe.order_number
            for entry in self._entries
            if entry.recipe.kind in (Kind.SHIPPED, Kind.DELIVERED)
        }

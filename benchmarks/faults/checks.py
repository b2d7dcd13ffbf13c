"""The promises, each as a comparison of what was delivered with what is there. Pure: facts in, breaches out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from benchmarks.faults.ledger import Key, Ledger
from benchmarks.faults.mails import ORDERLY
from benchmarks.faults.plan import WATCHED_FOLDERS

END_STATES = frozenset({"parsed", "unmatched", "incomplete", "deferred", "held", "ignored", "failed"})
TOO_BIG = "too_big"


@dataclass(frozen=True, slots=True)
class ServerMail:
    """A message as the mail server has it."""

    member: str
    folder: str
    uidvalidity: int
    uid: int
    sha256: str
    size: int
    flags: frozenset[str]


@dataclass(frozen=True, slots=True)
class StoredMail:
    """A message as Flux has it, with the places where Flux saw it: (folder, UIDVALIDITY, UID)."""

    member: str
    sha256: str
    """Empty if it was too big to fetch."""
    size: int
    state: str
    reason: str
    places: frozenset[tuple[str, int, int]]


@dataclass(frozen=True, slots=True)
class StoredOrder:
    member: str
    retailer: str
    number: str
    total: Decimal | None


@dataclass(frozen=True, slots=True)
class StoredParcel:
    member: str
    tracking_number: str
    orders: tuple[str, ...]
    """Numbers of the orders that it is linked to."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Work that somebody has taken: a mail or a scan."""

    what: str
    owner_lives: bool


def missing(server: Iterable[ServerMail], stored: Iterable[StoredMail]) -> list[str]:
    """Messages in watched folders that Flux does not have at their place, or has with other bytes."""
    by_place = {
        (mail.member, *place): (mail.sha256, mail.size if mail.reason == TOO_BIG else 0)
        for mail in stored
        for place in mail.places
    }
    breaches = []
    for mail in server:
        if mail.folder not in WATCHED_FOLDERS:
            continue
        place = (mail.member, mail.folder, mail.uidvalidity, mail.uid)
        if by_place.get(place) not in ((mail.sha256, 0), ("", mail.size)):
            breaches.append(f"{_place(place)}: {'other bytes' if place in by_place else 'not stored'}")
    return breaches


def stored_twice(stored: Sequence[StoredMail]) -> list[str]:
    """Contents that one member has twice, and places that two stored mails claim."""
    contents = Counter((mail.member, mail.sha256 or f"{mail.size} bytes") for mail in stored)
    places = Counter((mail.member, *place) for mail in stored for place in mail.places)
    breaches = [f"{member}: {what} is stored {count} times" for (member, what), count in contents.items() if count > 1]
    return breaches + [f"{_place(place)} is {count} stored mails" for place, count in places.items() if count > 1]


def never_delivered(ledger: Ledger, stored: Iterable[StoredMail]) -> list[str]:
    """Stored mails that no one delivered to a watched folder of that member."""
    delivered = {(entry.member, entry.sha256) for entry in ledger.entries if entry.folder in WATCHED_FOLDERS}
    return [
        f"{mail.member}: {mail.sha256} was not delivered"
        for mail in stored
        if mail.sha256 and (mail.member, mail.sha256) not in delivered
    ]


def unsettled(stored: Iterable[StoredMail]) -> list[str]:
    """Mails that are in no end state."""
    return [f"{mail.member}: {mail.sha256 or 'a big mail'} is {mail.state}" for mail in stored
            if mail.state not in END_STATES]  # fmt: skip


def unread(ledger: Ledger, stored: Iterable[StoredMail]) -> list[str]:
    """Good mails of the shop that ended in another state than read: given up though nothing is wrong with them."""
    good = {(entry.member, entry.sha256) for entry in ledger.entries if entry.recipe.kind in ORDERLY}
    return [
        f"{mail.member}: {mail.sha256} is {mail.state} ({mail.reason})"
        for mail in stored
        if (mail.member, mail.sha256) in good and mail.state != "parsed" and mail.state in END_STATES
    ]


def wrong_orders(ledger: Ledger, orders: Sequence[StoredOrder]) -> list[str]:
    """Orders that are missing, there twice, have another total, or were never made."""
    wanted = ledger.orders()
    numbers = Counter((order.member, order.retailer, order.number) for order in orders)
    breaches = [f"{' '.join(key)} is there {count} times" for key, count in numbers.items() if count > 1]
    there: dict[Key, Decimal | None] = {(order.member, order.number): order.total for order in orders}
    breaches += [f"{' '.join(key)} is not there" for key in wanted if key not in there]
    breaches += [f"{' '.join(key)} was never made" for key in there if key not in wanted]
    breaches += [
        f"{' '.join(key)} has the total {there[key]}, not {total}"
        for key, total in wanted.items()
        if key in there and there[key] != total
    ]
    return breaches


def unlinked(ledger: Ledger, parcels: Sequence[StoredParcel]) -> list[str]:
    """Parcels that are missing, there twice, or not linked to their order and no other."""
    wanted = ledger.parcels()
    count = Counter((parcel.member, parcel.tracking_number) for parcel in parcels)
    linked = {(parcel.member, parcel.tracking_number): parcel.orders for parcel in parcels}
    breaches = [f"{' '.join(key)} is there {times} times" for key, times in count.items() if times > 1]
    return breaches + [
        f"{' '.join(key)} belongs to {linked.get(key, 'no parcel')}, not to {number}"
        for key, number in wanted.items()
        if linked.get(key) != (number,)
    ]


def changed_mailboxes(ledger: Ledger, server: Iterable[ServerMail]) -> list[str]:
    """Differences between what was delivered and what lies on the server: messages gone, added, read or marked."""
    there = Counter((mail.member, mail.sha256, "\\Seen" in mail.flags) for mail in server)
    delivered = ledger.contents()
    breaches = [
        f"{member}: {sha256} is {times} times too few" for (member, sha256, _), times in (delivered - there).items()
    ]
    breaches += [
        f"{member}: {sha256} is {times} times too many" for (member, sha256, _), times in (there - delivered).items()
    ]
    return breaches + [
        f"{_place((mail.member, mail.folder, mail.uidvalidity, mail.uid))} is marked {' '.join(sorted(mail.flags))}"
        for mail in server
        if mail.flags - {"\\Seen", "\\Recent"}
    ]


def no_longer_recent(server: Iterable[ServerMail], renumbered: Collection[tuple[str, str]]) -> list[str]:
    """Messages that some session has claimed as its news; EXAMINE claims none (RFC 3501 6.3.2).

    renumbered: (member, folder) whose UIDVALIDITY was changed; the server itself then forgets what was recent.
    """
    return [
        f"{_place((mail.member, mail.folder, mail.uidvalidity, mail.uid))} is no longer recent"
        for mail in server
        if "\\Recent" not in mail.flags and (mail.member, mail.folder) not in renumbered
    ]


def orphaned(claims: Iterable[Claim]) -> list[str]:
    """Work that is taken by nobody who lives."""
    return [claim.what for claim in claims if not claim.owner_lives]


def _place(place: tuple[str, str, int, int]) -> str:
    member, folder, uidvalidity, uid = place
    return f"{member}/{folder}/{uidvalidity}/{uid}"

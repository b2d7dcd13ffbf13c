"""Messages into the archive: their bytes, their envelope, the trust in their sender, and where they were seen."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone
from django_q.tasks import async_task

from emailsync.authentication import Verdict, judge
from emailsync.envelope import raw_headers, read_envelope
from emailsync.locks import lock_in_transaction
from emailsync.models import MessageLocation, Source, State, StoredEmail, Trust

DRAIN_TASK = "emailsync.tasks.drain_parse_queue"
PARSE_CLUSTER = "parse"
TOO_BIG = "too_big"
HANDED_OVER = "handed over as a file"


@dataclass(frozen=True, slots=True)
class Place:
    """Where on a server a message lies."""

    folder_id: int
    uidvalidity: int
    uid: int


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message that came in. `raw` is its bytes, or only its head if it was too big to fetch."""

    raw: bytes
    size: int
    place: Place | None = None
    received_at: datetime | None = None
    """INTERNALDATE, aware."""
    too_big: bool = False


@dataclass(frozen=True, slots=True)
class StoreReport:
    stored: int
    known: int
    """Messages whose bytes this member has already."""
    too_big: int = 0
    digests: frozenset[str] = frozenset()
    """sha256 of each that was stored now."""


@transaction.atomic
def store(
    *, member_id: int, source: Source, arrivals: Sequence[Arrival], authserv_id: str | None = None
) -> StoreReport:
    """Store messages of one member, each content once, and wake the parsers. Idempotent.

    authserv_id: the server whose Authentication-Results count ("" = not known); None for files that the member hands
    over, which are trusted. Joins a running transaction, so that a folder's cursor can move with its mail.
    """
    lock_in_transaction(f"emailsync.store:{member_id}")
    fresh = _without_known_places(arrivals)
    identities = [_identity(arrival) for arrival in fresh]
    known = _known(member_id, identities)
    rows: dict[Identity, StoredEmail] = {}
    for arrival, identity in zip(fresh, identities, strict=True):
        if identity not in known and identity not in rows:
            rows[identity] = _row(member_id, source, arrival, identity.sha256, authserv_id)
    StoredEmail.objects.bulk_create(rows.values())
    ids = known | {identity: row.pk for identity, row in rows.items()}
    _remember_places([(arrival.place, ids[identity]) for arrival, identity in zip(fresh, identities, strict=True)])
    digests = frozenset(identity.sha256 for identity in rows if identity.sha256)
    if digests:
        async_task(DRAIN_TASK, cluster=PARSE_CLUSTER)
    whole = sum(not arrival.too_big for arrival in arrivals)
    return StoreReport(
        stored=len(digests), known=whole - len(digests), too_big=len(rows) - len(digests), digests=digests
    )


class Identity(NamedTuple):
    """By what a message is known wherever it lies: its bytes, or size and Message-ID where they were not fetched."""

    sha256: str
    size: int = 0
    message_id: str = ""


def _identity(arrival: Arrival) -> Identity:
    if not arrival.too_big:
        return Identity(hashlib.sha256(arrival.raw).hexdigest())
    return Identity("", arrival.size, read_envelope(raw_headers(arrival.raw)).message_id)


def _known(member_id: int, identities: Sequence[Identity]) -> dict[Identity, int]:
    """Those that the member has already, with the ids of their rows."""
    mails = StoredEmail.objects.of(member_id)
    whole = mails.filter(sha256__in=[identity.sha256 for identity in identities if identity.sha256])
    found = {Identity(sha256): pk for sha256, pk in whole.values_list("sha256", "pk")}
    sizes = [identity.size for identity in identities if not identity.sha256]
    if sizes:
        big = mails.filter(sha256="", size__in=sizes).values_list("size", "message_id", "pk")
        found |= {Identity("", size, message_id): pk for size, message_id, pk in big}
    return found


def _without_known_places(arrivals: Sequence[Arrival]) -> list[Arrival]:
    """Drop what was stored from the very same place before: a scan that was repeated after a crash."""
    uids = [arrival.place.uid for arrival in arrivals if arrival.place]
    folders = {arrival.place.folder_id for arrival in arrivals if arrival.place}
    seen = set(
        MessageLocation.objects.filter(folder__in=folders, uid__in=uids).values_list("folder_id", "uidvalidity", "uid")
    )
    return [
        arrival
        for arrival in arrivals
        if arrival.place is None or (arrival.place.folder_id, arrival.place.uidvalidity, arrival.place.uid) not in seen
    ]


def _row(member_id: int, source: Source, arrival: Arrival, digest: str, authserv_id: str | None) -> StoredEmail:
    headers = raw_headers(arrival.raw)
    envelope = read_envelope(headers)
    handed_over = authserv_id is None
    verdict = Verdict(Trust.TRUSTED, HANDED_OVER) if handed_over else judge(headers, authserv_id=authserv_id or "")
    return StoredEmail(
        member_id=member_id,
        sha256=digest,
        raw=None if arrival.too_big else StoredEmail.compress(arrival.raw),
        size=arrival.size,
        source=source,
        message_id=envelope.message_id,
        subject=envelope.subject,
        sender=envelope.sender,
        sender_name=envelope.sender_name,
        sent_at=envelope.sent_at,
        received_at=arrival.received_at,
        trust=verdict.trust,
        trust_note=verdict.note,
        state=State.FAILED if arrival.too_big else State.STORED,
        reason=TOO_BIG if arrival.too_big else "",
        parsed_at=timezone.now() if arrival.too_big else None,
    )


def _remember_places(places: Sequence[tuple[Place | None, int]]) -> None:
    MessageLocation.objects.bulk_create(
        [
            MessageLocation(email_id=email_id, folder_id=place.folder_id, uidvalidity=place.uidvalidity, uid=place.uid)
            for place, email_id in places
            if place is not None
        ],
        ignore_conflicts=True,
    )

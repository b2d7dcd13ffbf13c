"""Claiming mail and folding what it says into orders and parcels: in batches, against a transaction for each mail."""

from __future__ import annotations

import time
from collections.abc import Iterator

from accounts.models import User
from benchmarks.measuring import Figure
from benchmarks.sample_mails import demo_mails
from emailsync.models import Source, State, StoredEmail
from emailsync.queue import BATCH, claim
from emailsync.reading import open_sandbox
from emailsync.sandbox.parent import Reading
from emailsync.settling import Result, settle
from emailsync.storing import Arrival, store
from flux.demo.build import AUTHSERV_ID
from flux.members import export_member

TITLE = "Claiming and folding, reading excluded"
LEAST_TIMES = 5
ROUNDS = 3


def measure() -> Iterator[Figure]:
    readings = _readings()
    seconds: dict[int, list[float]] = {1: [], BATCH: []}
    rows = set()
    for number in range(ROUNDS):
        for size in (1, BATCH) if number % 2 else (BATCH, 1):
            member = User.objects.create_user(f"bench-{number}-{size}")
            _store(member)
            began = time.perf_counter()
            _apply_all(member, readings, size)
            seconds[size].append(time.perf_counter() - began)
            export = export_member(member)
            rows.add(repr([export["emails"], export["orders"], export["shipments"]]))
    if len(rows) != 1:
        raise AssertionError("Batches and single mails lead to different rows.")
    alone, together = sorted(seconds[1])[ROUNDS // 2], sorted(seconds[BATCH])[ROUNDS // 2]
    ratio = alone / together
    yield Figure(
        f"{len(readings)} mails: batches of {BATCH} against one transaction a mail, same final rows",
        f"{ratio:.1f}× faster ({len(readings) / together:.0f} against {len(readings) / alone:.0f} mails/s)",
        f"≥ {LEAST_TIMES}×",
        ratio >= LEAST_TIMES,
    )


def _store(member: User) -> None:
    arrivals = [Arrival(raw, len(raw)) for raw in demo_mails()]
    store(member_id=member.pk, source=Source.FILE, arrivals=arrivals, authserv_id=AUTHSERV_ID)


def _readings() -> dict[str, Reading]:
    """What each demo mail says, by its sha256: read once, before anything is measured."""
    member = User.objects.create_user("bench-reading")
    _store(member)
    with open_sandbox() as sandbox:
        return {mail.sha256: sandbox.read(mail.raw_bytes, trust=mail.trust) for mail in StoredEmail.objects.of(member)}


def _apply_all(member: User, readings: dict[str, Reading], size: int) -> None:
    """Claim `size` mails at a time and settle them in a transaction, until nothing of the member waits."""
    while claims := claim(owner="bench", limit=size, member_id=member.pk):
        mails = StoredEmail.objects.in_bulk([one.email_id for one in claims])
        results = []
        for one in claims:
            mail = mails[one.email_id]
            reading = readings[mail.sha256]
            state = State(reading.extraction.outcome.value)
            results.append(Result(one, state, reading.extraction.reason, mail, reading))
        settle(member=member, results=results)

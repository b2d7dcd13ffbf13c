"""From a waiting mail to what it changes: claim, read in the sandbox, apply, settle.

What a mail contributes, its new state and the end of its claim commit together, and only if nobody else has claimed it
in the meantime. Orders and parcels are a fold of all contributions, so neither the order in which workers take mail nor
a repetition shows in them.
"""

from __future__ import annotations

import logging
import math
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby
from operator import attrgetter

from accounts.models import User
from common import stopping
from common.outages import OUTAGES, Patience
from emailsync.models import DISMISSED, SET_ASIDE, State, StoredEmail, Trust
from emailsync.queue import Claim, claim, claim_exhausted, give_back, in_work, release, renew, worker_name
from emailsync.reading import Reader
from emailsync.sandbox.parent import ReaderDied, Reading, Sandbox, Unreadable
from emailsync.settling import Result, settle, settle_silent
from parsers.engine.extraction import Outcome

WORKER_DIED = "worker_died"
_RENEW_AFTER_SECONDS = 10.0
_RAW_AT_ONCE = 16 * 1024 * 1024
_WAIT_SECONDS = 0.5

log = logging.getLogger(__name__)


def drain(*, member_id: int | None = None, seconds: float = math.inf, wait: bool = False) -> Counter[str]:
    """Parse until nothing waits; returns how many mails reached each state.

    seconds: stop after about that long. wait: stay until mail that others are parsing is settled too, or comes back.
    Ends between two mails when the process is asked to, and goes on by itself once a database that went away is back.
    """
    owner = worker_name()
    deadline = time.monotonic() + seconds
    counts: Counter[str] = Counter()
    patience = Patience()
    with Reader() as reader:
        while time.monotonic() < deadline and not stopping.asked():
            try:
                done = _take_turn(owner, member_id, reader)
                if done is None and not (wait and in_work(member_id=member_id)):
                    break
            except OUTAGES as error:
                log.warning("The database does not answer: %s", error)
                if not _recovered(patience, owner):
                    raise
                continue
            patience.went_well()
            if done is None:
                time.sleep(_WAIT_SECONDS)
            else:
                counts += done
    return counts


def _take_turn(owner: str, member_id: int | None, reader: Reader) -> Counter[str] | None:
    """Claim and settle one batch; None if nothing waits."""
    if claims := claim(owner=owner, member_id=member_id):
        return work(claims, reader.current())
    if exhausted := claim_exhausted(owner=owner, member_id=member_id):
        return _settle_all([_failed(one, WORKER_DIED) for one in exhausted])
    return None


def _recovered(patience: Patience, owner: str) -> bool:
    """Wait for the database and return what this worker could not give back; False if it is time to give up."""
    while patience.lasts():
        try:
            release(owner=owner)
        except OUTAGES:
            continue
        return True
    return False


def work(claims: Sequence[Claim], sandbox: Sandbox) -> Counter[str]:
    """Parse claimed mails and settle them. What was not reached when something breaks is given back."""
    left = {one.email_id: one for one in claims}
    try:
        results = _results(left, sandbox)
        counts = _settle_all(results)
        for result in results:
            del left[result.claim.email_id]
    finally:
        if left:
            give_back(left.values(), tried=False)
    return counts


def _results(left: dict[int, Claim], sandbox: Sandbox) -> list[Result]:
    """Read the claimed mails as far as time is given; those for another try are given back and leave `left`."""
    results: list[Result] = []
    renewed = time.monotonic()
    for mail in _with_bytes(list(left.values())):
        if stopping.asked():
            break
        result = _read(mail, left[mail.pk], sandbox)
        if result is None:
            give_back([left.pop(mail.pk)], tried=True)
        else:
            results.append(result)
        if time.monotonic() - renewed > _RENEW_AFTER_SECONDS:
            renew(list(left.values()))
            renewed = time.monotonic()
    return results


def _with_bytes(claims: Sequence[Claim]) -> Iterator[StoredEmail]:
    """The claimed mails, newest first, a bounded number of bytes in memory at a time."""
    claimed = StoredEmail.objects.filter(pk__in=[one.email_id for one in claims]).order_by("-pk")
    group: list[int] = []
    weight = 0
    for pk, size in [*claimed.values_list("pk", "size"), (0, _RAW_AT_ONCE)]:
        if group and weight + size > _RAW_AT_ONCE:
            yield from claimed.filter(pk__in=group).defer("extraction")
            group, weight = [], 0
        group.append(pk)
        weight += size


def _read(mail: StoredEmail, claimed: Claim, sandbox: Sandbox) -> Result | None:
    """What a mail says, or why it cannot be read; None if another try may help."""
    trust = Trust.TRUSTED if mail.accepted_at else mail.trust
    try:
        reading = sandbox.read(mail.raw_bytes, trust=trust)
    except Unreadable as error:
        log.warning("Mail %s cannot be read: %s", mail.pk, error)
        return replace(_failed(claimed, error.reason), mail=mail)
    except ReaderDied as error:
        log.warning("The reader of mail %s %s", mail.pk, error)
        return None
    return _outcome(mail, claimed, reading)


def _outcome(mail: StoredEmail, claimed: Claim, reading: Reading) -> Result:
    extraction = reading.extraction
    if mail.reason == SET_ASIDE:
        return Result(claimed, State.IGNORED, SET_ASIDE, mail, reading)
    if extraction.outcome == Outcome.HELD and mail.accepted_at is None and mail.reason == DISMISSED:
        return Result(claimed, State.IGNORED, DISMISSED, mail, reading)
    accepted = extraction.outcome == Outcome.HELD and mail.accepted_at is not None
    state = State.PARSED if accepted else State(extraction.outcome.value)
    return Result(claimed, state, "accepted" if accepted else extraction.reason, mail, reading)


def _failed(claimed: Claim, reason: str) -> Result:
    return Result(claimed, State.FAILED, reason)


def _settle_all(results: Sequence[Result]) -> Counter[str]:
    """Settle what is silent together and the rest member by member."""
    counts = _in_parts(settle_silent, [result for result in results if result.is_silent])
    speaking = sorted((result for result in results if not result.is_silent), key=attrgetter("claim.member_id"))
    for member_id, group in groupby(speaking, key=attrgetter("claim.member_id")):
        member = User.objects.filter(pk=member_id).first()
        if member is not None:  # else deleted while we read, and the mail with them
            counts += _in_parts(partial(settle, member=member), list(group))
    return counts


def _in_parts(end: Callable[..., Counter[str]], results: Sequence[Result]) -> Counter[str]:
    """Settle these results at once; if that cannot be done, mail by mail, so that the one at fault fails alone."""
    if not results:
        return Counter()
    try:
        return end(results=results)
    except OUTAGES:
        raise
    except Exception as error:
        log.exception("Mails of member %s cannot be applied", results[0].claim.member_id)
        if len(results) == 1:
            broken = replace(results[0], state=State.FAILED, reason=f"error:{type(error).__name__}"[:80])
            return end(results=[broken])
    counts: Counter[str] = Counter()
    for result in results:
        counts += _in_parts(end, [result])
    return counts

"""The transaction that ends a claim: contributions, state and fence together."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import Q
from psycopg.errors import DeadlockDetected, SerializationFailure

from accounts.models import User
from emailsync.contributions import mail_facts
from emailsync.locks import lock_in_transaction
from emailsync.models import CONTRIBUTING_STATES, State, StoredEmail
from emailsync.queue import LEASE_SECONDS, Claim
from emailsync.sandbox.parent import Reading
from emailsync.text import safe_json, safe_text
from tracking.services import apply_mails, withdraw_mails

ORDER_MISSING = "order_missing"
ORDER_NEVER_CAME = "order_never_came"
"""Reason of a mail that waited for its order in vain. It contributes as before, and a person is asked what it is."""
AWAITING = Q(state=State.DEFERRED) | Q(state=State.PARSED, reason=ORDER_NEVER_CAME)
"""Mails whose order is not there."""
_TRIES = 3

_SETTLE = """
UPDATE emailsync_storedemail mail
   SET state = new.state, reason = new.reason, author = new.author, author_name = new.author_name, kind = new.kind,
       definition_key = new.definition_key, definition_version = new.definition_version, confidence = new.confidence,
       extraction = new.extraction, norm_version = new.norm_version, parsed_at = now(), owner = '', lease_until = NULL
  FROM jsonb_to_recordset(%s::jsonb) AS new(
       id bigint, claim_no bigint, state text, reason text, author text, author_name text, kind text,
       definition_key text, definition_version int, confidence float8, extraction jsonb, norm_version smallint)
 WHERE mail.id = new.id AND mail.claim_no = new.claim_no AND mail.state = 'parsing'
RETURNING mail.state
"""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one claimed mail."""

    claim: Claim
    state: State
    reason: str
    mail: StoredEmail | None = None
    reading: Reading | None = None

    @property
    def contributes(self) -> bool:
        return self.state in CONTRIBUTING_STATES

    @property
    def is_silent(self) -> bool:
        """Whether it says nothing of orders and parcels, as before: a mail that is read for the first time."""
        return not self.contributes and self.mail is not None and self.mail.parsed_at is None


def settle(*, member: User, results: Sequence[Result]) -> Counter[str]:
    """Apply what mails of one member say and end their claims; returns how many reached each state.

    Results whose claim was lost are dropped without a trace. One transaction, tried again after a deadlock.
    """
    return _with_retries(lambda: _settle(member, results))


def settle_silent(*, results: Sequence[Result]) -> Counter[str]:
    """End the claims of mails that are silent, whoever's they are, in one statement; returns how many by state.

    Most mail is no news of a purchase. Nothing has to be folded for it, so no member has to be locked.
    """
    return _with_retries(lambda: _end(results))


def hold_back_workers(*, member_id: int) -> None:
    """Until the running transaction ends, no mail of the member is stored and none is applied."""
    lock_in_transaction(f"emailsync.store:{member_id}")
    hold_back_settling(member_id=member_id)


def hold_back_settling(*, member_id: int) -> None:
    """Until the running transaction ends, no mail of the member is applied."""
    lock_in_transaction(f"emailsync.apply:{member_id}")


@transaction.atomic
def _settle(member: User, results: Sequence[Result]) -> Counter[str]:
    # Taken before any row, so that two workers with mail of one member never wait for each other's rows.
    hold_back_settling(member_id=member.pk)
    _end_if_frozen()
    kept, digests = _still_claimed(results)
    deferred = _apply(member, kept, digests)
    ended = [_awaiting(result) if digests[result.claim.email_id] in deferred else result for result in kept]
    return _end(ended)


def _end(results: Sequence[Result]) -> Counter[str]:
    """Write results over the claims that nobody has taken over."""
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE, [json.dumps(safe_json([_row(result) for result in results]))])
        return Counter(state for (state,) in cursor.fetchall())


def _awaiting(result: Result) -> Result:
    """The result of a mail whose order is not there. One that has waited long enough does not begin again."""
    if not result.contributes:
        return result
    if result.mail is not None and result.mail.reason == ORDER_NEVER_CAME:
        return replace(result, state=State.PARSED, reason=ORDER_NEVER_CAME)
    return replace(result, state=State.DEFERRED, reason=ORDER_MISSING)


def _end_if_frozen() -> None:
    """Let the database end this transaction if its process stands still: others wait for the locks that it holds."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = %s", [f"{LEASE_SECONDS}s"])


def _still_claimed(results: Sequence[Result]) -> tuple[list[Result], dict[int, str]]:
    """The fence: only claims that nobody has taken over may write. With the sha256 of each such mail by its id."""
    claims = {result.claim.email_id: result.claim.claim_no for result in results}
    mails = StoredEmail.objects.filter(pk__in=claims, state=State.PARSING).select_for_update().order_by("pk")
    ours = {pk: sha256 for pk, number, sha256 in mails.values_list("pk", "claim_no", "sha256") if number == claims[pk]}
    return [result for result in results if result.claim.email_id in ours], ours


def _apply(member: User, results: Sequence[Result], digests: dict[int, str]) -> frozenset[str]:
    """Bring orders and parcels up to date; returns the sha256 of mails that wait for their order now."""
    facts = [
        mail_facts(
            result.reading.extraction,
            sha256=digests[result.claim.email_id],
            sent_at=result.reading.sent_at or result.mail.sent_at,
        )
        for result in results
        if result.contributes and result.reading is not None and result.mail is not None
    ]
    withdrawn = [
        digests[result.claim.email_id] for result in results if not result.contributes and not result.is_silent
    ]
    applied = [
        *([withdraw_mails(member=member, sha256s=withdrawn)] if withdrawn else []),
        *([apply_mails(member=member, mails=facts)] if facts else []),
    ]
    deferred: frozenset[str] = frozenset()
    for change in applied:
        deferred = (deferred - change.settled) | change.deferred
    settled = frozenset(sha256 for change in applied for sha256 in change.settled) - deferred
    mark_waiting(StoredEmail.objects.of(member).exclude(pk__in=digests), deferred=deferred, settled=settled)
    return deferred


def withdraw(*, member: User, sha256s: Sequence[str]) -> None:
    """Take back what these mails contributed, and mark the mails that wait for an order by that.

    Joins the running transaction, which has to hold back the workers.
    """
    change = withdraw_mails(member=member, sha256s=sha256s)
    mark_waiting(StoredEmail.objects.of(member), deferred=change.deferred, settled=change.settled - change.deferred)


def mark_waiting(mails: Any, *, deferred: Any, settled: Any) -> None:
    """Let the states of those of `mails` that wait for an order now, and no longer do, say so; both are sha256s."""
    mails.filter(sha256__in=deferred, state=State.PARSED).exclude(AWAITING).update(
        state=State.DEFERRED, reason=ORDER_MISSING
    )
    mails.filter(AWAITING, sha256__in=settled).update(state=State.PARSED, reason="")


def _row(result: Result) -> dict[str, Any]:
    reading = result.reading
    row: dict[str, Any] = {
        "id": result.claim.email_id,
        "claim_no": result.claim.claim_no,
        "state": result.state.value,
        "reason": result.reason[:80],
        "author": "",
        "author_name": "",
        "kind": "",
        "definition_key": "",
    }
    if reading is None:
        return row
    said = reading.extraction
    return row | {
        "author": safe_text(said.author, 253),
        "author_name": safe_text(said.author_name, 253),
        "kind": said.kind.value if said.kind else "",
        "definition_key": said.definition[:80],
        "definition_version": said.version,
        "confidence": said.confidence,
        "extraction": {name: value for name, value in reading.json.items() if name != "trace"},
        "norm_version": reading.norm_version,
    }


def _with_retries(attempt: Callable[[], Counter[str]]) -> Counter[str]:
    for tries_left in reversed(range(_TRIES)):
        try:
            return attempt()
        except OperationalError as error:
            if not tries_left or not isinstance(error.__cause__, DeadlockDetected | SerializationFailure):
                raise
    raise AssertionError("unreachable")

"""The queue of mail that waits to be parsed: rows of `StoredEmail` in state `stored`.

A claim is one UPDATE of rows that nobody else is claiming. It has a lease by the database's clock, so the mail of a
dead worker is claimed again; and it raises `claim_no`, so a worker that outlived its lease cannot write a result.
Attempts are counted by the claim, before the work, so that a mail that kills its worker is counted too.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Greatest

from emailsync.models import SETTLED_STATES, State, StoredEmail

LEASE_SECONDS = 40
MAX_ATTEMPTS = 3
BATCH = 50

# The newest mail first and the members in turn: each waiting member gets an equal share of a batch, so one member's
# backlog never delays another's new mail. The recursive part hops over the index from member to member. Sorted as the
# index of waiting mail is, so that a claim reads what it takes, however much has been settled.
_CLAIM = """
WITH RECURSIVE waiting AS (
    (SELECT member_id FROM emailsync_storedemail
      WHERE state = 'stored' AND (%(member)s::bigint IS NULL OR member_id = %(member)s)
      ORDER BY member_id LIMIT 1)
    UNION ALL
    SELECT (SELECT next.member_id FROM emailsync_storedemail next
             WHERE next.state = 'stored' AND next.member_id > waiting.member_id AND %(member)s::bigint IS NULL
             ORDER BY next.member_id LIMIT 1)
      FROM waiting WHERE waiting.member_id IS NOT NULL
), members AS (
    SELECT member_id, greatest(1, %(limit)s / count(*) OVER ()) AS share
      FROM waiting WHERE member_id IS NOT NULL
), taken AS (
    SELECT mail.id
      FROM (SELECT * FROM members ORDER BY random()) member
      CROSS JOIN LATERAL (
        SELECT id FROM emailsync_storedemail
         WHERE state = 'stored' AND member_id = member.member_id AND attempts BETWEEN %(least)s AND %(most)s
         ORDER BY attempts, id DESC LIMIT member.share
         FOR UPDATE SKIP LOCKED
      ) mail
     LIMIT %(limit)s
)
UPDATE emailsync_storedemail mail
   SET state = 'parsing', attempts = mail.attempts + 1, claim_no = mail.claim_no + 1, owner = %(owner)s,
       lease_until = now() + make_interval(secs => %(lease)s)
 WHERE mail.id = ANY (ARRAY(SELECT id FROM taken))
RETURNING mail.id, mail.member_id, mail.claim_no
"""

_EXPIRED = """
UPDATE emailsync_storedemail SET state = 'stored', owner = '', lease_until = NULL
 WHERE id IN (SELECT id FROM emailsync_storedemail
               WHERE state = 'parsing' AND lease_until < now() FOR UPDATE SKIP LOCKED)
"""

_RENEW = """
UPDATE emailsync_storedemail mail SET lease_until = now() + make_interval(secs => %(lease)s)
  FROM unnest(%(ids)s::bigint[], %(claims)s::bigint[]) AS mine(id, claim_no)
 WHERE mail.id = mine.id AND mail.claim_no = mine.claim_no AND mail.state = 'parsing'
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to parse one mail, as long as nobody has claimed it since."""

    email_id: int
    member_id: int
    claim_no: int


def worker_name() -> str:
    """A name for this worker in claims that no other has."""
    return f"{os.uname().nodename[:40]}:{os.getpid()}:{secrets.token_hex(3)}"


def claim(*, owner: str, limit: int = BATCH, member_id: int | None = None) -> list[Claim]:
    """Take up to `limit` waiting mails. Those of dead workers come back first; a mail tried before is taken alone.

    Alone, because a mail that killed its worker must not use up the attempts of others in its batch.
    """
    _execute(_EXPIRED, {})
    common = {"owner": owner, "member": member_id, "lease": LEASE_SECONDS}
    first = _claimed(common | {"limit": limit, "least": 0, "most": 0})
    return first or _claimed(common | {"limit": 1, "least": 1, "most": MAX_ATTEMPTS - 1})


def claim_exhausted(*, owner: str, member_id: int | None = None) -> list[Claim]:
    """Take waiting mails that used up their attempts, to settle them as failed."""
    common = {"owner": owner, "member": member_id, "lease": LEASE_SECONDS}
    return _claimed(common | {"limit": BATCH, "least": MAX_ATTEMPTS, "most": 32_000})


def renew(claims: Sequence[Claim]) -> None:
    """Start the lease of these claims anew. A claim that was lost stays lost."""
    _execute(
        _RENEW,
        {
            "lease": LEASE_SECONDS,
            "ids": [claim.email_id for claim in claims],
            "claims": [claim.claim_no for claim in claims],
        },
    )


@transaction.atomic
def give_back(claims: Iterable[Claim], *, tried: bool) -> None:
    """Return claims unsettled. `tried`: the attempt counts, because the work was begun."""
    for claim in claims:
        StoredEmail.objects.filter(pk=claim.email_id, claim_no=claim.claim_no, state=State.PARSING).update(
            state=State.STORED,
            owner="",
            lease_until=None,
            attempts=F("attempts") if tried else Greatest(F("attempts") - 1, 0),
        )


def release(*, owner: str) -> int:
    """Return everything that this worker holds, uncounted: it was cut off from the database. Returns how many."""
    held = StoredEmail.objects.filter(state=State.PARSING, owner=owner)
    return int(held.update(state=State.STORED, owner="", lease_until=None, attempts=Greatest(F("attempts") - 1, 0)))


def requeue(*, member_id: int | None = None, email_ids: Sequence[int] | None = None) -> int:
    """Have settled mails read again, from all members unless one is named. Returns how many."""
    mails = StoredEmail.objects.filter(state__in=SETTLED_STATES, raw__isnull=False)
    if member_id is not None:
        mails = mails.filter(member=member_id)
    if email_ids is not None:
        mails = mails.filter(pk__in=email_ids)
    return int(mails.update(state=State.STORED, attempts=0))


def _claimed(parameters: dict[str, Any]) -> list[Claim]:
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, parameters)
        return [Claim(*row) for row in cursor.fetchall()]


def _execute(statement: str, parameters: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def in_work(*, member_id: int | None = None) -> bool:
    """Whether any mail is claimed at the moment, by a worker that lives or by one whose lease still runs."""
    mails = StoredEmail.objects.filter(state=State.PARSING)
    return bool((mails if member_id is None else mails.filter(member=member_id)).exists())

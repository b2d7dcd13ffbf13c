"""What an operator does with mail that the queue cannot get done with: put it aside, or take it from its worker."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F
from django_q.tasks import async_task

from emailsync.models import CONTRIBUTING_STATES, State, StoredEmail
from emailsync.settling import hold_back_workers, withdraw
from emailsync.storing import DRAIN_TASK, PARSE_CLUSTER

PARKED = "parked"


@transaction.atomic
def park(*, mail: StoredEmail) -> bool:
    """Settle a mail as failed, whatever it is doing, until somebody has it read again.

    Whoever is reading it loses the claim. Returns whether it had contributed, which is withdrawn.
    """
    hold_back_workers(member_id=mail.member_id)
    row = StoredEmail.objects.select_for_update(of=("self",)).light().select_related("member").get(pk=mail.pk)
    # A mail that waits to be read again still gives what it gave before.
    contributed = row.state in CONTRIBUTING_STATES or (
        row.state in (State.STORED, State.PARSING) and row.parsed_at is not None
    )
    if contributed and row.sha256:
        withdraw(member=row.member, sha256s=[row.sha256])
    StoredEmail.objects.filter(pk=row.pk).update(
        state=State.FAILED, reason=PARKED, claim_no=F("claim_no") + 1, owner="", lease_until=None
    )
    return contributed


@transaction.atomic
def take_from_worker(*, email_ids: Sequence[int]) -> int:
    """Let claimed mails wait again; a worker that lives after all can write nothing of them. Returns how many."""
    claimed = StoredEmail.objects.filter(pk__in=email_ids, state=State.PARSING)
    count = int(claimed.update(state=State.STORED, claim_no=F("claim_no") + 1, owner="", lease_until=None))
    if count:
        async_task(DRAIN_TASK, cluster=PARSE_CLUSTER)
    return count

"""Handing a redacted mail over, taking it back, and what the admins decide about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.notices import tell
from emailsync.detection.models import HELD, Says, Submission, SubmissionState
from emailsync.envelope import raw_headers, read_envelope
from emailsync.models import StoredEmail
from parsers.engine.redaction import Redacted


class NotHeld(Exception):
    """A submission that was withdrawn or decided in the meantime."""

    def __init__(self) -> None:
        super().__init__("It was withdrawn or decided in the meantime.")


@transaction.atomic
def hand_over(*, member: Any, redacted: Mapping[int, Redacted], says: Says, note: str = "") -> int:
    """Give the admins these redacted mails, by the id of the original. The member has just consented.

    A mail whose copy they have already is left as it is; one that was withdrawn or not used is given anew. Returns how
    many were given.
    """
    mails = StoredEmail.objects.of(member).filter(pk__in=redacted).select_for_update().order_by("pk")
    held = set(Submission.objects.of(member).filter(mail__in=redacted, state__in=HELD).values_list("mail", flat=True))
    given = [mail for mail in mails.light() if mail.pk not in held and not redacted[mail.pk].refused]
    rows = [_submission(mail, redacted[mail.pk], says=says, note=note) for mail in given]
    fields = ["says", "state", "subject", "sender", "sealed", "blanked", "note", "consented_at", "decided_by"]
    fields.append("decided_at")
    Submission.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["member", "sha256"], update_fields=fields
    )
    return len(given)


@transaction.atomic
def withdraw_submissions(*, member: Any, email_ids: Sequence[int]) -> int:
    """Take these mails back from the admins: their redacted copies are deleted. Returns how many."""
    held = Submission.objects.of(member).filter(mail__in=email_ids, state__in=HELD)
    return int(held.update(state=SubmissionState.WITHDRAWN, sealed=None))


@transaction.atomic
def take_submission(*, submission: Submission, by: Any) -> None:
    """Use a submission to teach Flux; its member is told. Raises NotHeld."""
    _decide(submission, SubmissionState.TAKEN, by)
    _tell(
        submission,
        "The admins took an e-mail that you handed over",
        "They use it to teach Flux this kind of e-mail. Once it can be read, yours is read by itself.",
    )


@transaction.atomic
def refuse_submission(*, submission: Submission, by: Any) -> None:
    """Leave a submission unused and delete the copy; its member is told. Raises NotHeld."""
    _decide(submission, SubmissionState.REFUSED, by, sealed=None)
    _tell(
        submission,
        "The admins could not use an e-mail that you handed over",
        "The redacted copy is deleted. Your own e-mail stays as it was.",
    )


def _submission(mail: StoredEmail, redacted: Redacted, *, says: Says, note: str) -> Submission:
    head = read_envelope(raw_headers(redacted.raw))
    return Submission(
        member_id=mail.member_id,
        mail=mail,
        sha256=mail.sha256,
        says=says,
        subject=head.subject,
        sender=head.sender,
        sealed=Submission.seal(redacted.raw),
        blanked=dict(redacted.blanked),
        note=note,
        consented_at=timezone.now(),
    )


def _decide(submission: Submission, state: SubmissionState, by: Any, **fields: Any) -> None:
    waiting = Submission.objects.filter(pk=submission.pk, state=SubmissionState.SENT)
    if not waiting.update(state=state, decided_by=by, decided_at=timezone.now(), **fields):
        raise NotHeld


def _tell(submission: Submission, title: str, text: str) -> None:
    url = reverse("emailsync:detail", args=[submission.sha256])
    key = f"submission:{submission.pk}"
    tell(member_id=submission.member_id, key=key, title=title, text=text, url=url, outcome=True)

"""What the admins were given of which mails."""

from __future__ import annotations

from collections.abc import Iterable

from emailsync.detection.models import HELD, Submission, SubmissionState
from emailsync.models import StoredEmail


def submission_of(mail: StoredEmail) -> Submission | None:
    """What became of the redacted copy of a mail, unless it was withdrawn; without the copy."""
    given = Submission.objects.of(mail.member_id).filter(mail=mail).exclude(state=SubmissionState.WITHDRAWN)
    submission: Submission | None = given.defer("sealed").first()
    return submission


def held_copy(mail: StoredEmail) -> Submission | None:
    """The submission of a mail whose redacted copy the admins have."""
    submission: Submission | None = Submission.objects.of(mail.member_id).filter(mail=mail, state__in=HELD).first()
    return submission


def handed_over(mails: Iterable[StoredEmail]) -> set[int]:
    """Ids of those mails whose redacted copy the admins have. The mails are the member's own."""
    held = Submission.objects.filter(mail__in=[mail.pk for mail in mails], state__in=HELD)
    return set(held.values_list("mail", flat=True))

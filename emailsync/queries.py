"""Reading mail and mailboxes of one member."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, Prefetch, Q, QuerySet
from django.db.models.functions import Now
from django_q.models import Schedule

from emailsync.models import Mailbox, MailboxState, MessageLocation, Scan, SignIn, State, StoredEmail, secrets_of
from emailsync.schedules import RECOVERY


def emails_of(member: Any) -> QuerySet[StoredEmail]:
    """A member's mail, newest first, without the bytes and the extractions."""
    mails: QuerySet[StoredEmail] = StoredEmail.objects.of(member).light().order_by("-sent_at", "-pk")
    return mails


def matching(mails: QuerySet[StoredEmail], text: str) -> QuerySet[StoredEmail]:
    """Those whose subject, sender, Message-ID or hash holds `text`."""
    text = text.replace("\0", "").strip()[:200]
    if not text:
        return mails
    return mails.filter(
        Q(subject__icontains=text)
        | Q(sender__icontains=text)
        | Q(sender_name__icontains=text)
        | Q(message_id=text.strip("<>"))
        | Q(sha256__startswith=text.lower())
    )


NEEDS_PASSWORD = Q(sign_in=SignIn.PASSWORD, password="")
"""Mailboxes that were made from a list: nobody signs in to them before their password is entered."""
_NEEDS_PASSWORD = ExpressionWrapper(NEEDS_PASSWORD, BooleanField())


def mailboxes_of(member: Any) -> QuerySet[Mailbox]:
    """A member's mailboxes with their folders, their newest scans as `recent_scans`, and `needs_password`."""
    scans = Prefetch("scans", Scan.objects.order_by("-pk")[:10], to_attr="recent_scans")
    mailboxes: QuerySet[Mailbox] = Mailbox.objects.of(member).prefetch_related("folders", scans)
    return mailboxes.annotate(needs_password=_NEEDS_PASSWORD)


def ailing_mailboxes(member: Any) -> QuerySet[Mailbox]:
    """A member's mailboxes that are not read before the member does something, with `needs_password`."""
    broken = Q(enabled=True, state__in=[MailboxState.WRONG_CREDENTIALS, MailboxState.BROKEN])
    mailboxes: QuerySet[Mailbox] = Mailbox.objects.of(member).annotate(needs_password=_NEEDS_PASSWORD)
    return mailboxes.filter(broken | NEEDS_PASSWORD)


def scans_of(member: Any) -> QuerySet[Scan]:
    """Scans of a member's mailboxes, each with its mailbox and the request that it serves."""
    scans = Scan.objects.filter(mailbox__member=member).select_related("mailbox", "request")
    return scans.defer(*secrets_of("mailbox"))


def next_recovery() -> datetime | None:
    """When the schedule has all mailboxes looked at next; None before the schedules are there."""
    found: datetime | None = Schedule.objects.filter(name=RECOVERY).values_list("next_run", flat=True).first()
    return found


def due_for_scan() -> QuerySet[Mailbox]:
    """Mailboxes that schedules may look at now: enabled, not paused, not waiting after a failure."""
    mailboxes = Mailbox.objects.filter(enabled=True, member__is_active=True)
    due: QuerySet[Mailbox] = (
        mailboxes.exclude(state=MailboxState.WRONG_CREDENTIALS).exclude(retry_at__gt=Now()).order_by("pk")
    )
    return due


@dataclass(frozen=True, slots=True)
class MailCounts:
    """What became of the mail of one mailbox. `used`: in orders or parcels; `failed`: could not be read."""

    stored: int
    used: int
    failed: int


def mail_counts(member: Any) -> dict[int, MailCounts]:
    """By mailbox id, for all mailboxes of a member that mail came from."""
    mails = MessageLocation.objects.filter(folder__mailbox__member=member).order_by().values("folder__mailbox")
    used = Q(email__state=State.PARSED)
    counted = mails.annotate(
        stored=Count("email", distinct=True),
        used=Count("email", filter=used, distinct=True),
        failed=Count("email", filter=Q(email__state=State.FAILED), distinct=True),
    )
    return {row["folder__mailbox"]: MailCounts(row["stored"], row["used"], row["failed"]) for row in counted}

"""Reading mail and mailboxes of one member."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.db.models.functions import Now

from emailsync.models import Mailbox, MailboxState, MessageLocation, Scan, State, StoredEmail


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


def mailboxes_of(member: Any) -> QuerySet[Mailbox]:
    """A member's mailboxes with their folders and, as `recent_scans`, their newest scans; without passwords."""
    scans = Prefetch("scans", Scan.objects.order_by("-pk")[:10], to_attr="recent_scans")
    mailboxes: QuerySet[Mailbox] = Mailbox.objects.of(member).prefetch_related("folders", scans)
    return mailboxes


def due_for_scan() -> QuerySet[Mailbox]:
    """Mailboxes that schedules and the watcher may look at now: enabled, not paused, not waiting after a failure."""
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

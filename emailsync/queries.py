"""Reading mail and mailboxes of one member."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from emailsync.models import Mailbox, Scan, State, StoredEmail


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


def state_counts(member: Any) -> dict[str, int]:
    """How many of a member's mails are in each state; states without any are 0."""
    counted = StoredEmail.objects.of(member).order_by().values_list("state").annotate(count=Count("pk"))
    return {state.value: 0 for state in State} | dict(counted)


def mailboxes_of(member: Any) -> QuerySet[Mailbox]:
    """A member's mailboxes with their folders and, as `recent_scans`, their scans, newest first."""
    mailboxes: QuerySet[Mailbox] = Mailbox.objects.of(member).prefetch_related(
        "folders", Prefetch("scans", Scan.objects.order_by("-started_at")[:10], to_attr="recent_scans")
    )
    return mailboxes

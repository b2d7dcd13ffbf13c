"""When a mailbox is looked at next, and how soon its new mail shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from emailsync.models import Mailbox, MailboxState


@dataclass(frozen=True, slots=True)
class Rhythm:
    """`next_at`: the next scan by itself, None if there is none or nobody knows; `retry`: it is one after a failure."""

    next_at: datetime | None = None
    due: bool = False
    """It should have begun by now, and does as soon as a worker is free."""
    retry: bool = False
    arrival: str = ""
    """How soon new mail shows, in a sentence."""


def rhythm_of(mailbox: Mailbox, next_recovery: datetime | None) -> Rhythm:
    """How a mailbox is looked at. next_recovery: when all mailboxes are looked at next, by the schedule."""
    if not mailbox.enabled or mailbox.state == MailboxState.WRONG_CREDENTIALS:
        return Rhythm()
    now = timezone.now()
    if mailbox.retry_at is not None and mailbox.retry_at > now:
        return Rhythm(mailbox.retry_at, retry=True)
    due = next_recovery is not None and next_recovery <= now
    return Rhythm(next_recovery, due=due, arrival=_arrival(mailbox))


def _arrival(mailbox: Mailbox) -> str:
    if mailbox.state != MailboxState.OK or mailbox.idle_supported is None:
        return ""
    if mailbox.idle_supported:
        return "New mail shows at once."
    return "This server does not tell of new mail, so Flux looks every few minutes."

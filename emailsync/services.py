"""What members and schedules do with mailboxes and mail: one function per use case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_q.tasks import async_task

from emailsync.authentication import suggested_authserv_id
from emailsync.envelope import raw_headers
from emailsync.models import Folder, Mailbox, MailboxState, Scan, ScanKind, State, StoredEmail
from emailsync.queue import requeue
from emailsync.storing import DRAIN_TASK, PARSE_CLUSTER

INGEST_CLUSTER = "ingest"
SCAN_TASK = "emailsync.tasks.scan_mailbox_task"
_REQUEST_IS_STALE = timedelta(minutes=10)
_SCANS_ARE_KEPT = timedelta(days=30)


@transaction.atomic
def request_scan(*, mailbox_id: int, lookback_hours: int = 1, kind: ScanKind = ScanKind.MANUAL) -> bool:
    """Queue a scan unless one is queued already. Returns whether it was queued."""
    now = timezone.now()
    free = Mailbox.objects.filter(pk=mailbox_id, enabled=True).exclude(scan_requested_at__gt=now - _REQUEST_IS_STALE)
    if not free.update(scan_requested_at=now):
        return False
    async_task(SCAN_TASK, mailbox_id, lookback_hours, kind.value, cluster=INGEST_CLUSTER)
    return True


def forget_old_scans() -> int:
    """Delete the records of scans of more than a month ago. Returns how many."""
    return Scan.objects.filter(started_at__lt=timezone.now() - _SCANS_ARE_KEPT).delete()[0]


@transaction.atomic
def add_mailbox(*, member: Any, **fields: Any) -> Mailbox:
    """Make a member's mailbox and queue its first scan. `fields`: those of Mailbox that a member types."""
    mailbox: Mailbox = Mailbox.objects.create(member=member, **fields)
    request_scan(mailbox_id=mailbox.pk, kind=ScanKind.FIRST)
    return mailbox


@transaction.atomic
def change_mailbox(*, mailbox: Mailbox, **fields: Any) -> None:
    """Change what a member typed; a mailbox that was paused after failures is tried again."""
    for name, value in fields.items():
        setattr(mailbox, name, value)
    mailbox.failures, mailbox.retry_at, mailbox.scan_requested_at = 0, None, None
    mailbox.state = MailboxState.OK if mailbox.last_success_at else MailboxState.NEW
    mailbox.save(update_fields=[*fields, "failures", "retry_at", "scan_requested_at", "state"])
    if mailbox.enabled:
        request_scan(mailbox_id=mailbox.pk)


def choose_folders(*, mailbox: Mailbox, folder_ids: Sequence[int]) -> None:
    """Watch exactly these folders of the mailbox."""
    mailbox.folders.filter(pk__in=folder_ids).update(watched=True)
    mailbox.folders.exclude(pk__in=folder_ids).update(watched=False)


@transaction.atomic
def remove_mailbox(*, mailbox: Mailbox) -> None:
    """Forget a mailbox and its password. Mail that came from it stays until it is deleted by itself."""
    mailbox.delete()


def authserv_id_seen(mailbox: Mailbox) -> str:
    """The authentication server that stamped all of the mailbox's last twenty mails, to be confirmed; else ""."""
    folders = Folder.objects.filter(mailbox=mailbox)
    mails = (
        StoredEmail.objects.of(mailbox.member_id)
        .filter(locations__folder__in=folders, raw__isnull=False)
        .order_by("-pk")
        .distinct()[:20]
    )
    return suggested_authserv_id([raw_headers(mail.raw_bytes) for mail in mails])


@transaction.atomic
def read_again(*, member: Any | None, email_ids: Sequence[int]) -> int:
    """Have these mails read again: those that are the member's, or (None) whoever's they are. Returns how many."""
    count = requeue(member_id=None if member is None else member.pk, email_ids=email_ids)
    if count:
        async_task(DRAIN_TASK, cluster=PARSE_CLUSTER)
    return count


@transaction.atomic
def accept_held(*, member: Any, email_ids: Sequence[int]) -> int:
    """Take what held mails say as if their senders were known; they are read again and applied. Returns how many."""
    held = StoredEmail.objects.of(member).filter(pk__in=email_ids, state=State.HELD)
    ids = list(held.values_list("pk", flat=True))
    held.update(accepted_at=timezone.now())
    return read_again(member=member, email_ids=ids)

"""What members and schedules do with mailboxes and mail: one function per use case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models import CharField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils import timezone
from django_q.tasks import async_task

from emailsync.authentication import suggested_authserv_id
from emailsync.envelope import raw_headers
from emailsync.imap.scanning import MAX_HOLE_TRIES
from emailsync.models import (
    DELETED,
    DISMISSED,
    Folder,
    Hole,
    Mailbox,
    MailboxState,
    MessageLocation,
    Scan,
    ScanKind,
    State,
    StoredEmail,
)
from emailsync.queue import requeue
from emailsync.settling import hold_back_workers, withdraw
from emailsync.storing import DRAIN_TASK, PARSE_CLUSTER

INGEST_CLUSTER = "ingest"
SCAN_TASK = "emailsync.tasks.scan_mailbox_task"
WATCHER_BEAT = "emailsync.watcher"
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


@transaction.atomic
def scan_again_if_asked(*, mailbox_id: int) -> None:
    """Queue a scan if one was asked for since the last one began, in place of a task that found it running."""
    asked = Mailbox.objects.filter(pk=mailbox_id, enabled=True, scan_requested_at__isnull=False)
    if asked.update(scan_requested_at=timezone.now()):
        async_task(SCAN_TASK, mailbox_id, 1, ScanKind.IDLE.value, True, cluster=INGEST_CLUSTER)


def note_watcher() -> None:
    """Leave a sign that the watcher gets on."""
    cache.set(WATCHER_BEAT, timezone.now().timestamp(), timeout=None)


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


@transaction.atomic
def choose_folders(*, mailbox: Mailbox, folder_ids: Sequence[int], primary_folder: str = "") -> None:
    """Watch exactly these folders, and wait for new mail in `primary_folder` (a raw name; "" leaves it as it is)."""
    mailbox.folders.filter(pk__in=folder_ids).update(watched=True)
    mailbox.folders.exclude(pk__in=folder_ids).update(watched=False)
    if primary_folder and primary_folder != mailbox.primary_folder:
        mailbox.primary_folder = primary_folder
        mailbox.save(update_fields=["primary_folder"])


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


@transaction.atomic
def unaccept(*, member: Any, email_ids: Sequence[int]) -> int:
    """Hold accepted mails again; what they gave is withdrawn once they are read. Returns how many."""
    accepted = StoredEmail.objects.of(member).filter(pk__in=email_ids, accepted_at__isnull=False, raw__isnull=False)
    # Whatever their state: a worker that is reading one as accepted at this moment loses its claim.
    count = int(accepted.update(accepted_at=None, state=State.STORED, attempts=0, owner="", lease_until=None))
    if count:
        async_task(DRAIN_TASK, cluster=PARSE_CLUSTER)
    return count


def dismiss_held(*, member: Any, email_ids: Sequence[int]) -> list[int]:
    """Put held mails aside unused. Returns the ids of those that were held."""
    held = StoredEmail.objects.of(member).filter(state=State.HELD)
    ids = list(held.filter(pk__in=email_ids).values_list("pk", flat=True))
    held.filter(pk__in=ids).update(state=State.IGNORED, reason=DISMISSED)
    return ids


def undismiss(*, member: Any, email_ids: Sequence[int]) -> int:
    """Hold dismissed mails again, for the reason that their reading gave. Returns how many."""
    dismissed = StoredEmail.objects.of(member).filter(pk__in=email_ids, state=State.IGNORED, reason=DISMISSED)
    why = Cast(KeyTextTransform("reason", "extraction"), CharField())
    return int(dismissed.update(state=State.HELD, reason=why))


@transaction.atomic
def delete_mails(*, member: Any, email_ids: Sequence[int]) -> int:
    """Delete mails and withdraw what they gave to orders and parcels. Returns how many.

    At the provider they stay; scans do not bring them back.
    """
    hold_back_workers(member_id=member.pk)
    mails = StoredEmail.objects.of(member).filter(pk__in=email_ids)
    doomed = dict(mails.values_list("pk", "sha256"))
    withdraw(member=member, sha256s=[sha256 for sha256 in doomed.values() if sha256])
    places = MessageLocation.objects.filter(email__in=doomed)
    Hole.objects.bulk_create(
        [
            Hole(folder_id=folder, uidvalidity=uidvalidity, uid=uid, reason=DELETED, tries=MAX_HOLE_TRIES)
            for folder, uidvalidity, uid in places.values_list("folder_id", "uidvalidity", "uid")
        ],
        update_conflicts=True,
        unique_fields=["folder", "uidvalidity", "uid"],
        update_fields=["reason", "tries"],
    )
    mails.filter(pk__in=doomed).delete()
    return len(doomed)

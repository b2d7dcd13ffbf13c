"""What members and schedules do with mailboxes and mail: one function per use case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
from emailsync.imap.folders import readable_name
from emailsync.imap.ledger import MAX_HOLE_TRIES
from emailsync.models import (
    DELETED,
    DISMISSED,
    NOT_RECOGNISED,
    SET_ASIDE,
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
from emailsync.outcomes import ask_for_authserv_id, authserv_id_is_known
from emailsync.queries import due_for_scan
from emailsync.queue import requeue
from emailsync.scan_queue import LANES, cancel_scans, enqueue, restore_scan, withdraw_scan
from emailsync.settling import hold_back_workers, withdraw
from emailsync.storing import DRAIN_TASK, PARSE_CLUSTER

SCAN_TASK = "emailsync.tasks.run_waiting_scans"
WATCHER_BEAT = "emailsync.watcher"
_SCANS_ARE_KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class MailboxDraft:
    """A mailbox of a list: what a member would type of it, and the raw names of the folders to read.

    Without folders it is read in the usual ones.
    """

    fields: dict[str, Any]
    watched: Sequence[str]


@transaction.atomic
def request_scan(
    *, mailbox_id: int, lookback: timedelta = timedelta(hours=1), kind: ScanKind = ScanKind.MANUAL
) -> bool:
    """Queue a scan of a mailbox that is not paused; one that waits already looks as far back as either wish.

    Returns whether none waited.
    """
    enabled = list(Mailbox.objects.filter(pk=mailbox_id, enabled=True).values_list("pk", flat=True))
    return bool(_queue(enabled, kind, lookback))


@transaction.atomic
def request_scans(*, kind: ScanKind, lookback: timedelta) -> int:
    """Queue a scan of every mailbox that is due for one. Returns for how many none waited."""
    return _queue(list(due_for_scan().values_list("pk", flat=True)), kind, lookback)


def wake_scans(lane: str) -> None:
    """Have a worker of the lane's cluster look for what waits."""
    async_task(SCAN_TASK, lane, cluster=lane)


def _queue(mailbox_ids: Sequence[int], kind: ScanKind, lookback: timedelta) -> int:
    count = enqueue(mailbox_ids=mailbox_ids, kind=kind, lookback=lookback)
    if count:
        wake_scans(LANES[kind])
    return count


def take_back_scan(*, member: Any, scan_id: int) -> bool:
    """Withdraw a member's scan that has not begun. Returns False if it is none of theirs, or has begun."""
    return Scan.objects.filter(pk=scan_id, mailbox__member=member).exists() and withdraw_scan(scan_id)


@transaction.atomic
def put_scan_back(*, member: Any, scan_id: int) -> bool:
    """Undo `take_back_scan`. Returns False if there is no such scan, or its mailbox is paused by now."""
    scan = Scan.objects.filter(pk=scan_id, mailbox__member=member, mailbox__enabled=True).first()
    if scan is None or not restore_scan(scan):
        return False
    wake_scans(scan.lane)
    return True


def note_watcher() -> None:
    """Leave a sign that the watcher gets on."""
    cache.set(WATCHER_BEAT, timezone.now().timestamp(), timeout=None)


def forget_old_scans() -> int:
    """Delete the records of scans of more than a month ago. Returns how many."""
    return Scan.objects.filter(finished_at__lt=timezone.now() - _SCANS_ARE_KEPT).delete()[0]


@transaction.atomic
def add_mailbox(*, member: Any, **fields: Any) -> Mailbox:
    """Make a member's mailbox and queue its first scan. `fields`: those of Mailbox that a member types."""
    mailbox: Mailbox = Mailbox.objects.create(member=member, **fields)
    request_scan(mailbox_id=mailbox.pk, kind=ScanKind.FIRST)
    return mailbox


@transaction.atomic
def add_listed_mailboxes(*, member: Any, drafts: Sequence[MailboxDraft]) -> int:
    """Make mailboxes that wait for their passwords: paused, so that nobody signs in to them. Returns how many.

    All are made or none: raises IntegrityError if one of the accounts is connected already.
    """
    waiting = [Mailbox(member=member, password="", enabled=False, **draft.fields) for draft in drafts]
    made = Mailbox.objects.bulk_create(waiting)
    Folder.objects.bulk_create(
        Folder(mailbox=mailbox, raw_name=name, name=readable_name(name), watched=True)
        for mailbox, draft in zip(made, drafts, strict=True)
        for name in draft.watched
    )
    return len(made)


@transaction.atomic
def change_mailbox(*, mailbox: Mailbox, **fields: Any) -> None:
    """Change what a member typed; a mailbox that was paused after failures is tried again."""
    for name, value in fields.items():
        setattr(mailbox, name, value)
    mailbox.failures, mailbox.retry_at = 0, None
    mailbox.state = MailboxState.OK if mailbox.last_success_at else MailboxState.NEW
    mailbox.save(update_fields=[*fields, "failures", "retry_at", "state"])
    if mailbox.authserv_id:
        authserv_id_is_known(mailbox.pk)
    if mailbox.enabled:
        request_scan(mailbox_id=mailbox.pk)
    else:
        cancel_scans(mailbox_id=mailbox.pk)


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


def ask_for_authserv_ids() -> int:
    """Ask members to confirm the authentication servers of mailboxes that name none, where their mail tells which.

    Returns for how many mailboxes it does. Mailbox by mailbox, so for a worker.
    """
    unnamed = Mailbox.objects.filter(enabled=True, authserv_id="", last_success_at__isnull=False)
    seen = [(mailbox, authserv_id_seen(mailbox)) for mailbox in unnamed.iterator()]
    told = [(mailbox, name) for mailbox, name in seen if name]
    for mailbox, name in told:
        ask_for_authserv_id(mailbox, name)
    return len(told)


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
    return int(dismissed.update(state=State.HELD, reason=_said("reason")))


def _said(name: str) -> Cast:
    """What the stored reading says of the mail itself."""
    return Cast(KeyTextTransform(name, "extraction"), CharField())


def set_aside(*, member: Any, email_ids: Sequence[int]) -> list[int]:
    """Put mails that Flux did not recognise aside as not relevant. Returns the ids of those that it had not."""
    unread = StoredEmail.objects.of(member).filter(state__in=NOT_RECOGNISED)
    ids = list(unread.filter(pk__in=email_ids).values_list("pk", flat=True))
    unread.filter(pk__in=ids).update(state=State.IGNORED, reason=SET_ASIDE)
    return ids


@transaction.atomic
def take_up(*, member: Any, email_ids: Sequence[int]) -> int:
    """Undo `set_aside`: mails are what their reading said, or are read once more if that was more. Returns how many."""
    aside = StoredEmail.objects.of(member).filter(pk__in=email_ids, state=State.IGNORED, reason=SET_ASIDE)
    ids = list(aside.values_list("pk", flat=True))
    said = {"state": _said("outcome"), "reason": _said("reason")}
    aside.filter(extraction__outcome__in=NOT_RECOGNISED).update(**said)
    rest = list(aside.values_list("pk", flat=True))
    aside.update(reason="")
    read_again(member=member, email_ids=rest)
    return len(ids)


@transaction.atomic
def delete_mails(*, member: Any, email_ids: Sequence[int]) -> int:
    """Delete mails and withdraw what they gave to orders and parcels. Returns how many.

    At the provider they stay; scans do not bring them back from where they lay.
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

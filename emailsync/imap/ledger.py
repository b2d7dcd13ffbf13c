"""What is remembered of a folder: its numbering, its cursor, the mail that was stored from it, and the holes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from emailsync.models import DELETED, Folder, Hole, MessageLocation

MAX_HOLE_TRIES = 3
VANISHED = "vanished"
_DAY = timedelta(days=1)
_NUMBERS_AT_ONCE = 5_000


def unknown(folder: Folder, uidvalidity: int, uids: Collection[int], *, due: Collection[int] = ()) -> list[int]:
    """Those UIDs, ascending, that are neither in the archive nor holes, such as mail that the member deleted.

    due: holes that are to be tried again.
    """
    ordered = sorted(uids)
    known: set[int] = set()
    for start in range(0, len(ordered), _NUMBERS_AT_ONCE):
        here = {"folder": folder, "uidvalidity": uidvalidity, "uid__in": ordered[start : start + _NUMBERS_AT_ONCE]}
        known.update(MessageLocation.objects.filter(**here).values_list("uid", flat=True))
        known.update(set(Hole.objects.filter(**here).values_list("uid", flat=True)).difference(due))
    return [uid for uid in ordered if uid not in known]


def holes_due(folder: Folder, uidvalidity: int) -> list[int]:
    """Holes to look at now, ascending: each three times in a row, then once a day for as long as it is one."""
    soon = Q(tries__lt=MAX_HOLE_TRIES) | Q(seen_at__lt=timezone.now() - _DAY)
    holes = folder.holes.filter(soon, uidvalidity=uidvalidity).exclude(reason=DELETED)
    return list(holes.order_by("uid").values_list("uid", flat=True))


@transaction.atomic
def note_holes(folder: Folder, uidvalidity: int, reasons: Mapping[int, str]) -> None:
    """Remember UIDs that were listed and gave no message, with the reason."""
    now = timezone.now()
    for reason in sorted(set(reasons.values())):
        uids = [uid for uid, why in reasons.items() if why == reason]
        old = folder.holes.filter(uidvalidity=uidvalidity, uid__in=uids).exclude(reason=DELETED)
        old.update(reason=reason[:40], tries=F("tries") + 1, seen_at=now)
        Hole.objects.bulk_create(
            [Hole(folder=folder, uidvalidity=uidvalidity, uid=uid, reason=reason[:40]) for uid in uids],
            ignore_conflicts=True,
        )


def close_holes(folder: Folder, uidvalidity: int, uids: Sequence[int]) -> None:
    """Forget holes whose mail is stored now."""
    folder.holes.filter(uidvalidity=uidvalidity, uid__in=uids).delete()


def count_reset(folder: Folder) -> int:
    """Note that the server numbers the folder anew; returns how often it did so within a day."""
    now = timezone.now()
    if folder.resets_since is None or now - folder.resets_since > _DAY:
        folder.resets, folder.resets_since = 0, now
    folder.resets += 1
    folder.save(update_fields=["resets", "resets_since"])
    return folder.resets


@transaction.atomic
def end_numbering(folder: Folder, *, places_are_void: bool) -> None:
    """Take the cursor away, so that the folder is read anew.

    places_are_void: the server gives the old numbers to other mail, under the same UIDVALIDITY. That mail was seen here
    stays known, under a number that no server gives.
    """
    if places_are_void:
        void = Q(uidvalidity=folder.uidvalidity)
        folder.locations.filter(void).update(uidvalidity=-int(timezone.now().timestamp()))
        folder.holes.filter(void).delete()
    folder.uidvalidity, folder.last_uid = None, 0
    folder.save(update_fields=["uidvalidity", "last_uid"])


def begin_cursor(folder: Folder, *, uidvalidity: int, last_uid: int, since: datetime, now: datetime) -> None:
    """A numbering has been read through: all up to `last_uid` that came in `since`, and from there on all."""
    folder.uidvalidity, folder.last_uid = uidvalidity, last_uid
    folder.read_since, folder.read_after = since, last_uid
    folder.last_scan_at = now
    folder.save(update_fields=["uidvalidity", "last_uid", "read_since", "read_after", "last_scan_at"])


def mark_scanned(folder: Folder, now: datetime) -> None:
    folder.last_scan_at = now
    folder.save(update_fields=["last_scan_at"])

"""One folder, scanned: what is new on the server goes into the archive, and the cursor moves with it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import Error, InterfaceError, OperationalError, transaction
from django.db.models import F
from django.utils import timezone

from emailsync.imap import fetching
from emailsync.imap.client import Client
from emailsync.imap.fetching import Fact, Fetched
from emailsync.imap.problems import Code, MailboxProblem
from emailsync.models import DELETED, Folder, Hole, Mailbox, MessageLocation, Source
from emailsync.storing import Arrival, Place, StoreReport, store

MAX_HOLE_TRIES = 3
_MAX_RESETS_A_DAY = 3
_AFTER_RESET = timedelta(days=7)

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Tally:
    """What a scan has seen and done so far."""

    expected: int = 0
    """Messages to look at in the folders begun so far."""
    seen: int = 0
    stored: int = 0
    known: int = 0
    too_big: int = 0
    outside: int = 0
    unfinished: bool = False
    """The time was up; the next scan goes on."""
    errors: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Plan:
    """How far a scan looks."""

    lookback: timedelta
    """Messages that came in since are compared with the archive, besides the new ones."""
    first_reach: timedelta
    """How far back a folder is read that was never scanned."""
    deadline: float | None = None
    """time.monotonic() at which to stop."""
    should_stop: Callable[[], bool] = lambda: False
    senders: Sequence[str] = ()
    progress: Callable[[Tally], None] = lambda tally: None


def scan_folder(client: Client, mailbox: Mailbox, folder: Folder, plan: Plan, tally: Tally) -> None:
    """Store what the folder has that the archive has not. Raises MailboxProblem(unstable_folder), IMAP errors.

    The cursor decides what is new: dates lie (a restored message keeps its old one) and only bound a folder's first
    scan. Until a first scan is through, the cursor stays unset, so a crash in it repeats the search, not the bodies.
    """
    selected = client.select_folder(folder.raw_name, readonly=True)
    uidvalidity = int(selected.get(b"UIDVALIDITY") or 0)
    now = timezone.now()
    if folder.uidvalidity == uidvalidity:
        since = now - plan.lookback
        above = fetching.uids_after(client, folder.last_uid)
        below = [uid for uid in fetching.uids_since(client, since) if uid <= folder.last_uid]
        holes = _open_holes(folder, uidvalidity)
        unknown = _unknown(folder, uidvalidity, {*above, *below, *holes})
        always = {*above, *holes}
        last = None
    else:
        if folder.uidvalidity is not None:
            _count_reset(folder)
        since = now - (plan.first_reach if folder.uidvalidity is None else max(plan.lookback, _AFTER_RESET))
        unknown = _unknown(folder, uidvalidity, fetching.uids_since(client, since))
        always = set()
        # Mail that comes while we read has higher numbers and is left to the next scan.
        last = int(selected.get(b"UIDNEXT") or max(unknown, default=0) + 1) - 1
    _read(client, mailbox, folder, uidvalidity, unknown, plan, tally, wanted=lambda fact: _wanted(fact, since, always))
    if not tally.unfinished:
        _finish(folder, uidvalidity, last, now)


def _wanted(fact: Fact, since: datetime, always: set[int]) -> bool:
    return fact.uid in always or fact.received_at is None or fact.received_at >= since


def _read(
    client: Client,
    mailbox: Mailbox,
    folder: Folder,
    uidvalidity: int,
    uids: Sequence[int],
    plan: Plan,
    tally: Tally,
    *,
    wanted: Callable[[Fact], bool],
) -> None:
    limit = settings.FLUX_MAX_MAIL_BYTES
    tally.expected += len(uids)
    for found, unanswered in fetching.facts(client, uids):
        _note_holes(folder, uidvalidity, dict.fromkeys(unanswered, "vanished"))
        inside = [fact for fact in found if wanted(fact)]
        tally.outside += len(found) - len(inside)
        for block in fetching.blocks(inside, max_bytes=limit):
            if plan.should_stop() or (plan.deadline is not None and time.monotonic() > plan.deadline):
                tally.unfinished = True
                return
            fetched, missing = fetching.fetch(client, block, max_bytes=limit)
            tally.seen += len(block)
            _note_holes(folder, uidvalidity, missing)
            for report in _keep(mailbox, folder, uidvalidity, fetched, cursor=block[-1].uid):
                tally.stored += report.stored
                tally.known += report.known
                tally.too_big += report.too_big
            plan.progress(tally)


def _keep(
    mailbox: Mailbox, folder: Folder, uidvalidity: int, fetched: list[Fetched], *, cursor: int
) -> Iterator[StoreReport]:
    """Store a block; if the database refuses it, message by message, so that one cannot hold up the rest."""
    try:
        yield _keep_together(mailbox, folder, uidvalidity, fetched, cursor=cursor)
    except (OperationalError, InterfaceError):
        raise
    except (Error, ValueError) as error:
        if len(fetched) == 1:
            log.exception("A message of folder %s cannot be stored", folder.pk)
            _note_holes(folder, uidvalidity, {fetched[0].fact.uid: f"error:{type(error).__name__}"})
            yield _keep_together(mailbox, folder, uidvalidity, [], cursor=cursor)
        else:
            for message in fetched:
                yield from _keep(mailbox, folder, uidvalidity, [message], cursor=message.fact.uid)


@transaction.atomic
def _keep_together(
    mailbox: Mailbox, folder: Folder, uidvalidity: int, fetched: list[Fetched], *, cursor: int
) -> StoreReport:
    """Messages and cursor in one transaction. `cursor`: each UID up to it is stored with this, or before, or a hole."""
    Folder.objects.select_for_update().get(pk=folder.pk)
    report = store(
        member_id=mailbox.member_id,
        source=Source.IMAP,
        authserv_id=mailbox.authserv_id,
        arrivals=[
            Arrival(
                message.raw,
                max(message.fact.size, len(message.raw)),
                Place(folder.pk, uidvalidity, message.fact.uid),
                message.fact.received_at,
                message.too_big,
            )
            for message in fetched
        ],
    )
    folder.holes.filter(uidvalidity=uidvalidity, uid__in=[message.fact.uid for message in fetched]).delete()
    if folder.uidvalidity == uidvalidity and cursor > folder.last_uid:
        folder.last_uid = cursor
        folder.save(update_fields=["last_uid"])
    return report


@transaction.atomic
def _note_holes(folder: Folder, uidvalidity: int, reasons: dict[int, str]) -> None:
    """Remember UIDs that were listed and gave no message, before the cursor passes them."""
    for uid, reason in reasons.items():
        Hole.objects.update_or_create(
            folder=folder,
            uidvalidity=uidvalidity,
            uid=uid,
            defaults={"reason": reason[:40], "tries": F("tries") + 1},
            create_defaults={"reason": reason[:40]},
        )


def _open_holes(folder: Folder, uidvalidity: int) -> list[int]:
    return list(folder.holes.filter(uidvalidity=uidvalidity, tries__lt=MAX_HOLE_TRIES).values_list("uid", flat=True))


def _unknown(folder: Folder, uidvalidity: int, uids: Sequence[int] | set[int]) -> list[int]:
    """Those that are neither in the archive nor deleted from it by the member, ascending."""
    here = {"folder": folder, "uidvalidity": uidvalidity, "uid__in": list(uids)}
    known = {
        *MessageLocation.objects.filter(**here).values_list("uid", flat=True),
        *Hole.objects.filter(**here, reason=DELETED).values_list("uid", flat=True),
    }
    return sorted(uid for uid in uids if uid not in known)


def _count_reset(folder: Folder) -> None:
    """Note that the server numbers the folder anew. Raises MailboxProblem once that makes no sense any more."""
    now = timezone.now()
    if folder.resets_since is None or now - folder.resets_since > timedelta(days=1):
        folder.resets, folder.resets_since = 0, now
    folder.resets += 1
    folder.save(update_fields=["resets", "resets_since"])
    if folder.resets > _MAX_RESETS_A_DAY:
        raise MailboxProblem(Code.UNSTABLE_FOLDER, folder=folder.name)


def _finish(folder: Folder, uidvalidity: int, last: int | None, now: datetime) -> None:
    if last is not None:
        folder.uidvalidity, folder.last_uid = uidvalidity, last
    folder.last_scan_at = now
    folder.save(update_fields=["uidvalidity", "last_uid", "last_scan_at"])

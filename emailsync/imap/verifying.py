"""Is all stored that should be? The server's numbers of each watched folder beside the archive's."""

from __future__ import annotations

import imaplib
from collections.abc import Sequence
from dataclasses import dataclass, field

from emailsync.imap import fetching
from emailsync.imap.client import Client, FolderRefused, Opened
from emailsync.imap.problems import Code
from emailsync.imap.scanning import numbers_fell
from emailsync.models import DELETED, Folder, Mailbox


@dataclass(frozen=True, slots=True)
class Hole:
    uid: int
    reason: str


@dataclass(slots=True)
class FolderReport:
    """One folder. Every message on the server is counted once, from `stored` to `waiting`."""

    name: str
    uidvalidity: int | None = None
    on_server: int = 0
    stored: int = 0
    too_big: int = 0
    deleted_by_member: int = 0
    outside: int = 0
    """Older than the first scan of the folder reached."""
    holes: list[Hole] = field(default_factory=list)
    """Not handed out by the server so far; scans try again."""
    missing: list[int] = field(default_factory=list)
    """UIDs that should be stored and are not."""
    waiting: list[int] = field(default_factory=list)
    """UIDs that the next scan reads."""
    gone: int = 0
    """Stored, and no longer on the server."""
    error: str = ""
    """Code of why the folder could not be compared."""

    @property
    def complete(self) -> bool:
        return not self.missing and not self.error


def verify(client: Client, mailbox: Mailbox) -> list[FolderReport]:
    """Compare every watched folder. Changes nothing on either side. Raises IMAP4.abort, OSError."""
    return [_verify_folder(client, folder) for folder in mailbox.folders.filter(watched=True).order_by("name", "pk")]


def _verify_folder(client: Client, folder: Folder) -> FolderReport:
    report = FolderReport(folder.name)
    try:
        opened = client.examine(folder.raw_name)
        there = [] if opened.exists == 0 else client.uids("ALL")
        _compare(client, folder, opened, there, report)
    except imaplib.IMAP4.abort:
        raise
    except FolderRefused as error:
        report.error = error.code or Code.FOLDER_GONE
    except imaplib.IMAP4.error:
        report.error = Code.ODD_ANSWER
    return report


def _compare(client: Client, folder: Folder, opened: Opened, there: Sequence[int], report: FolderReport) -> None:
    report.uidvalidity = opened.uidvalidity
    report.on_server = len(there)
    if folder.uidvalidity == opened.uidvalidity and numbers_fell(client, folder, opened):
        report.waiting = list(there)  # the archive knows these numbers as those of other mail
        return
    whole, headless = _stored(folder, opened.uidvalidity)
    holes = dict(folder.holes.filter(uidvalidity=opened.uidvalidity).values_list("uid", "reason"))
    # Without a cursor for this numbering nothing has been read through yet.
    cursor = folder.last_uid if folder.uidvalidity == opened.uidvalidity else 0
    absent: list[int] = []
    for uid in there:
        if uid in whole:
            report.stored += 1
        elif uid in headless:
            report.too_big += 1
        elif holes.get(uid) == DELETED:
            report.deleted_by_member += 1
        elif uid > cursor:
            report.waiting.append(uid)
        elif uid in holes:
            report.holes.append(Hole(uid, holes[uid]))
        else:
            absent.append(uid)
    report.gone = len((whole | headless).difference(there))
    report.missing = _inside(client, folder, absent)
    report.outside = len(absent) - len(report.missing)


def _stored(folder: Folder, uidvalidity: int) -> tuple[set[int], set[int]]:
    """UIDs of what is stored, and of what was too big to be."""
    places = folder.locations.filter(uidvalidity=uidvalidity)
    whole = set(places.filter(email__raw__isnull=False).values_list("uid", flat=True))
    return whole, set(places.filter(email__raw__isnull=True).values_list("uid", flat=True))


def _inside(client: Client, folder: Folder, uids: Sequence[int]) -> list[int]:
    """Those that the folder's scans should have read: all since its first one, before that by their date."""
    early = [uid for uid in uids if uid <= folder.read_after]
    outside = {
        fact.uid
        for block, _ in fetching.facts(client, early)
        for fact in block
        if folder.read_since is not None and fact.received_at is not None and fact.received_at < folder.read_since
    }
    return [uid for uid in uids if uid not in outside]

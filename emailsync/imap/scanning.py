"""One folder, scanned: what is new on the server goes into the archive, and the cursor moves with it."""

from __future__ import annotations

import imaplib
from datetime import datetime, timedelta

from django.utils import timezone
from imapclient.exceptions import ProtocolError

from emailsync.imap import fetching, ledger
from emailsync.imap.client import Client, FolderRefused, Opened
from emailsync.imap.plan import Plan, Tally
from emailsync.imap.problems import Code, MailboxProblem, trouble_told
from emailsync.imap.reading import Reading, Wanted
from emailsync.models import Folder, Mailbox

__all__ = ["Plan", "Tally", "scan_folder"]

_MAX_RESETS_A_DAY = 3
_AFTER_RESET = timedelta(days=7)
_CLOCK_SLACK = timedelta(days=1)
"""Servers' clocks and zones are off by hours."""


def scan_folder(client: Client, mailbox: Mailbox, folder: Folder, plan: Plan, tally: Tally) -> None:
    """Store what the folder has that the archive has not.

    The cursor decides what is new: dates lie (a restored message keeps its old one) and only bound the first scan of a
    folder, or of a numbering. Until that one is through, the cursor stays unset, so a crash in it repeats the search,
    not the bodies. Mail that the server lists and does not hand out is noted in the tally and tried again.

    Raises MailboxProblem for what is wrong with this folder, IMAP4.abort and OSError if the connection is lost.
    """
    try:
        _scan_open_folder(client, mailbox, folder, plan, tally)
    except imaplib.IMAP4.abort:
        raise
    except FolderRefused as error:
        raise MailboxProblem(error.code or Code.FOLDER_REFUSED, host=client.host, folder=folder.name) from error
    except ProtocolError as error:
        raise MailboxProblem(Code.ODD_ANSWER, host=client.host) from error
    except imaplib.IMAP4.error as error:
        code = trouble_told(str(error)) or Code.FOLDER_REFUSED
        raise MailboxProblem(code, host=client.host, folder=folder.name) from error


def _scan_open_folder(client: Client, mailbox: Mailbox, folder: Folder, plan: Plan, tally: Tally) -> None:
    opened = client.examine(folder.raw_name)
    _check_numbering(client, folder, opened)
    now = timezone.now()
    reading = Reading(client, mailbox, folder, opened.uidvalidity, plan, tally)
    if plan.senders:
        reading.read(_since(client, folder, opened, now - plan.lookback, plan))
    elif folder.uidvalidity is not None:
        reading.read(_new_mail(client, folder, opened, now - plan.lookback))
        if not tally.unfinished:
            ledger.mark_scanned(folder, now)
    else:
        last = _last_uid(client, opened)
        since = now - _first_reach(folder, plan, now)
        reading.read(_since(client, folder, opened, since, plan))
        if not tally.unfinished:
            ledger.begin_cursor(folder, uidvalidity=opened.uidvalidity, last_uid=last, since=since, now=now)


def _check_numbering(client: Client, folder: Folder, opened: Opened) -> None:
    """If the server numbers the folder anew, begin anew. Raises MailboxProblem once that makes no sense any more."""
    if folder.uidvalidity is None:
        return
    fell = folder.uidvalidity == opened.uidvalidity and numbers_fell(client, folder, opened)
    if folder.uidvalidity == opened.uidvalidity and not fell:
        return
    if ledger.count_reset(folder) > _MAX_RESETS_A_DAY:
        raise MailboxProblem(Code.UNSTABLE_FOLDER, folder=folder.name)
    ledger.end_numbering(folder, places_are_void=fell)


def numbers_fell(client: Client, folder: Folder, opened: Opened) -> bool:
    """Whether the folder was made anew by a server that breaks the rule to change UIDVALIDITY then (RFC 9051 2.3.1.1).

    UIDNEXT is above every number that was ever given. One that its own folder belies tells nothing.
    """
    if opened.uidnext is None or opened.uidnext > folder.last_uid:
        return False
    return opened.exists == 0 or fetching.highest_uid(client) < opened.uidnext


def _last_uid(client: Client, opened: Opened) -> int:
    """Where the cursor begins. Mail that comes from now on is left to the next scan, whatever its date.

    A UIDNEXT may promise too much, and none at all is allowed; so the last message counts, too.
    """
    last = 0 if opened.exists == 0 else fetching.highest_uid(client)
    return last if opened.uidnext is None else min(last, opened.uidnext - 1)


def _first_reach(folder: Folder, plan: Plan, now: datetime) -> timedelta:
    """How far back to read a folder without cursor: one that was scanned under other numbers since that scan."""
    if folder.last_scan_at is None:
        return plan.first_reach
    return max(plan.lookback, _AFTER_RESET, now - folder.last_scan_at + _CLOCK_SLACK)


def _new_mail(client: Client, folder: Folder, opened: Opened, since: datetime) -> Wanted:
    """What lies above the cursor, and what at or below it should be stored and is not."""
    if opened.exists == 0:
        return Wanted([], since)
    above = fetching.uids_after(client, folder.last_uid)
    below = [uid for uid in fetching.uids_since(client, since) if uid <= folder.last_uid]
    holes = _holes_to_try(client, folder, opened.uidvalidity)
    unknown = ledger.unknown(folder, opened.uidvalidity, {*above, *below, *holes}, due=holes)
    return Wanted(unknown, since, frozenset([*above, *holes]), moves_cursor=True)


def _holes_to_try(client: Client, folder: Folder, uidvalidity: int) -> set[int]:
    holes = ledger.holes_due(folder, uidvalidity)
    there = fetching.uids_still_there(client, holes)
    ledger.note_holes(folder, uidvalidity, dict.fromkeys(sorted(set(holes) - there), ledger.VANISHED))
    return there


def _since(client: Client, folder: Folder, opened: Opened, since: datetime, plan: Plan) -> Wanted:
    """What came in since, of the plan's senders if it names any, and should be stored and is not."""
    found = [] if opened.exists == 0 else fetching.uids_since(client, since, senders=plan.senders)
    due = ledger.holes_due(folder, opened.uidvalidity)
    return Wanted(ledger.unknown(folder, opened.uidvalidity, found, due=due), since)

"""Messages of one folder into the archive, block by block, each block together with the cursor."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import Error, InterfaceError, OperationalError, transaction

from emailsync.imap import fetching, ledger
from emailsync.imap.client import Client
from emailsync.imap.fetching import Fact, Fetched
from emailsync.imap.plan import Plan, Tally
from emailsync.imap.problems import Code, MailboxProblem
from emailsync.models import Folder, Mailbox, Source
from emailsync.storing import Arrival, Place, StoreReport, store

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which messages of a folder a scan is after."""

    uids: list[int]
    """Those that the archive does not know, ascending."""
    since: datetime
    always: frozenset[int] = frozenset()
    """These whatever their date."""
    moves_cursor: bool = False
    """Every UID above the cursor is among `uids`, stored, or gone."""

    def includes(self, fact: Fact) -> bool:
        return fact.uid in self.always or fact.received_at is None or fact.received_at >= self.since


@dataclass(frozen=True, slots=True)
class Reading:
    """One folder that is open on the server, being read by a scan."""

    client: Client
    mailbox: Mailbox
    folder: Folder
    uidvalidity: int
    plan: Plan
    tally: Tally

    def read(self, wanted: Wanted) -> None:
        """Fetch and store what is wanted, until all is read or the plan says stop."""
        self.tally.expected += len(wanted.uids)
        for found, unanswered in fetching.facts(self.client, wanted.uids):
            self._note_unread(dict.fromkeys(unanswered, fetching.UNANSWERED))
            inside = [fact for fact in found if wanted.includes(fact)]
            self.tally.outside += len(found) - len(inside)
            self._read_blocks(inside, moves_cursor=wanted.moves_cursor)
            if self.tally.unfinished or (not inside and self._is_over()):
                return
        if wanted.moves_cursor and wanted.uids and wanted.uids[-1] > self.folder.last_uid:
            self._keep_together([], cursor=wanted.uids[-1])  # the last ones are holes

    def _read_blocks(self, inside: list[Fact], *, moves_cursor: bool) -> None:
        limit = settings.FLUX_MAX_MAIL_BYTES
        for block in fetching.blocks(inside, max_bytes=limit):
            if self._is_over():
                return
            fetched, missing = fetching.fetch(self.client, block, max_bytes=limit)
            self.tally.seen += len(block)
            self._note_unread(missing)
            for report in self._keep(fetched, cursor=block[-1].uid if moves_cursor else 0):
                self.tally.stored += report.stored
                self.tally.known += report.known
                self.tally.too_big += report.too_big
            self.plan.progress(self.tally)

    def _is_over(self) -> bool:
        self.tally.unfinished = self.plan.is_over()
        return self.tally.unfinished

    def _note_unread(self, reasons: dict[int, str]) -> None:
        """Remember what gave no message, before the cursor passes it, and say so if the server still lists it."""
        if not reasons:
            return
        there = fetching.uids_still_there(self.client, sorted(reasons))
        gone = dict.fromkeys(reasons.keys() - there, ledger.VANISHED)
        ledger.note_holes(self.folder, self.uidvalidity, reasons | gone)
        if there:
            self.tally.note(MailboxProblem(Code.UNREAD_MAIL, folder=self.folder.name), folder=self.folder.name)

    def _keep(self, fetched: list[Fetched], *, cursor: int) -> Iterator[StoreReport]:
        """Store a block; if the database refuses it, message by message, so that one cannot hold up the rest."""
        try:
            yield self._keep_together(fetched, cursor=cursor)
        except (OperationalError, InterfaceError):
            raise
        except (Error, ValueError) as error:
            if len(fetched) == 1:
                log.exception("A message of folder %s cannot be stored", self.folder.pk)
                reason = f"error:{type(error).__name__}"
                ledger.note_holes(self.folder, self.uidvalidity, {fetched[0].fact.uid: reason})
            for message in fetched if len(fetched) > 1 else ():
                yield from self._keep([message], cursor=min(cursor, message.fact.uid))
            # What stands last in the block need not be among them: it may be a hole.
            yield self._keep_together([], cursor=cursor)

    @transaction.atomic
    def _keep_together(self, fetched: list[Fetched], *, cursor: int) -> StoreReport:
        """Messages and cursor in one transaction: each UID up to `cursor` is stored by now, or a hole."""
        locked = Folder.objects.select_for_update().get(pk=self.folder.pk)
        report = store(
            member_id=self.mailbox.member_id,
            source=Source.IMAP,
            authserv_id=self.mailbox.authserv_id,
            arrivals=[self._arrival(message) for message in fetched],
        )
        ledger.close_holes(self.folder, self.uidvalidity, [message.fact.uid for message in fetched])
        if locked.uidvalidity == self.uidvalidity and cursor > locked.last_uid:
            self.folder.last_uid = cursor
            self.folder.save(update_fields=["last_uid"])
        return report

    def _arrival(self, message: Fetched) -> Arrival:
        return Arrival(
            message.raw,
            max(message.fact.size, len(message.raw)),
            Place(self.folder.pk, self.uidvalidity, message.fact.uid),
            message.fact.received_at,
            message.too_big,
        )

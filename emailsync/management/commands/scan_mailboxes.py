"""Scan mailboxes once, now."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.core.management.base import CommandParser

from common.commands import OperatorCommand
from emailsync.models import Mailbox, ScanKind
from emailsync.scans import MAX_LOOKBACK, scan_mailbox

_LOOKBACK = re.compile(r"(\d{1,4})([hd])")


class Command(OperatorCommand):
    help = (
        "Scan all enabled mailboxes, or one, and store what is new. The look back, at most 7 days, only bounds what "
        "is compared again: new mail is found by its number. A folder's first scan reaches further."
    )
    example = "python manage.py scan_mailboxes --lookback 1h"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mailbox", type=int, metavar="ID")
        parser.add_argument("--lookback", required=True, metavar="1h|7d")
        parser.add_argument("--folder", default="", metavar="NAME", help="only this folder, watched or not")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        lookback = self._lookback(options["lookback"])
        outcomes = [
            scan_mailbox(mailbox=mailbox, kind=ScanKind.MANUAL, lookback=lookback, folder_name=options["folder"])
            for mailbox in self._mailboxes(options["mailbox"])
        ]
        for outcome in outcomes:
            tally = outcome.tally
            self.say(
                f"Mailbox {outcome.mailbox_id}: {outcome.folders} folders, {tally.seen} new messages seen, "
                f"{tally.stored} stored, {tally.too_big} too big, {tally.outside} older than the first scan reaches."
            )
            for error in tally.errors:
                self.say(f"  {error['folder'] or 'mailbox'}: {error['text']}")
        if options["json"]:
            self.print_json(
                [
                    {
                        "mailbox": outcome.mailbox_id,
                        "folders": outcome.folders,
                        "seen": outcome.tally.seen,
                        "stored": outcome.tally.stored,
                        "errors": outcome.tally.errors,
                    }
                    for outcome in outcomes
                ]
            )
        if any(outcome.tally.errors for outcome in outcomes):
            self.fail("Not every mailbox could be read.")

    def _lookback(self, text: str) -> timedelta:
        match = _LOOKBACK.fullmatch(text)
        lookback = timedelta(**{"hours" if match[2] == "h" else "days": int(match[1])}) if match else timedelta()
        if not timedelta() < lookback <= MAX_LOOKBACK:
            self.wrong_use("--lookback takes hours or days up to 7d, such as 1h or 7d.")
        return lookback

    def _mailboxes(self, mailbox_id: int | None) -> list[Mailbox]:
        if mailbox_id is None:
            return list(Mailbox.objects.filter(enabled=True).order_by("pk"))
        found = list(Mailbox.objects.filter(pk=mailbox_id))
        if not found:
            self.wrong_use(f"There is no mailbox {mailbox_id}.")
        return found

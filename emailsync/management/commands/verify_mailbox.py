"""Is all mail of a mailbox stored?"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandParser

from common.commands import OperatorCommand
from emailsync.imap.client import connected
from emailsync.imap.problems import MailboxProblem
from emailsync.imap.verifying import FolderReport, verify
from emailsync.locks import held_by_session
from emailsync.models import Mailbox
from emailsync.scans import account_of


class Command(OperatorCommand):
    help = (
        "Compare what the server has in each watched folder of a mailbox with what is stored, and say what is missing. "
        "Waits for a scan that is under way, and changes nothing on either side. Exits with 1 if mail is missing that "
        "should be stored, or if a folder could not be compared."
    )
    example = "python manage.py verify_mailbox 3 --json"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("mailbox", type=int, metavar="ID")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        mailbox = Mailbox.objects.filter(pk=options["mailbox"]).first()
        if mailbox is None:
            self.wrong_use(f"There is no mailbox {options['mailbox']}.")
        try:
            reports = self._verify(mailbox)
        except MailboxProblem as problem:
            self.fail(f"{problem} {problem.advice}")
        for report in reports:
            self._say(report)
        if options["json"]:
            self.print_json({"mailbox": mailbox.pk, "folders": [asdict(report) for report in reports]})
        if not all(report.complete for report in reports):
            self.fail("Not all mail is stored that should be.")

    def _verify(self, mailbox: Mailbox) -> list[FolderReport]:
        # A scan in between would shift what is compared, and open one connection more than servers like.
        with held_by_session(f"emailsync.mailbox:{mailbox.pk}", wait=True), connected(account_of(mailbox)) as client:
            return verify(client, mailbox)

    def _say(self, report: FolderReport) -> None:
        if report.error:
            self.say(f"{report.name}: could not be compared ({report.error}).")
            return
        self.say(
            f"{report.name}: {report.on_server} on the server, {report.stored} stored, {report.too_big} too big, "
            f"{report.deleted_by_member} deleted by the member, {report.outside} older than the first scan reaches, "
            f"{len(report.holes)} not handed out, {len(report.waiting)} waiting for the next scan, "
            f"{len(report.missing)} missing; {report.gone} stored that are gone from the server."
        )
        if report.missing:
            self.say(f"  missing: {' '.join(map(str, report.missing))}")

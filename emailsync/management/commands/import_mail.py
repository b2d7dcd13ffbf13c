"""Store mail from files as a member's mail."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from accounts.queries import member_named
from common.commands import OperatorCommand
from emailsync.importing import import_files


class Command(OperatorCommand):
    help = (
        "Store .eml files, .mbox files, Maildirs and folders of them as a member's mail; anything else in a folder is "
        "skipped. No network. Files count as handed over by the member, so their senders are trusted, unless "
        "--authserv-id names the server whose Authentication-Results decide."
    )
    example = "python manage.py import_mail --member mara ~/Mail/orders inbox.mbox"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", metavar="PATH")
        parser.add_argument("--member", required=True)
        parser.add_argument("--authserv-id", metavar="ID", help="such as mx.google.com")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        member = member_named(options["member"])
        if member is None:
            name = options["member"]
            self.wrong_use(f"There is no member “{name}”. Make one with: python manage.py create_member {name}")
        report = import_files(member_id=member.pk, paths=options["paths"], authserv_id=options["authserv_id"])
        if options["json"]:
            self.print_json(
                {
                    "stored": report.stored,
                    "duplicates": report.duplicates,
                    "rejected": [{"path": file.path, "reason": file.reason} for file in report.rejected],
                }
            )
        else:
            for file in report.rejected:
                self.say(f"Rejected {file.path}: {file.reason}")
            self.say(f"Stored {report.stored}, known already {report.duplicates}, rejected {len(report.rejected)}.")
        if not (report.stored or report.duplicates):
            self.fail("Nothing was taken: there is no .eml or .mbox file and no Maildir that could be read.")

"""Delete a member for good."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from accounts.queries import member_named
from common.commands import OperatorCommand
from flux.members import LastAdmin, delete_member


class Command(OperatorCommand):
    help = "Delete a member and all their data, irrevocably. Export first if anything of it is to be kept."
    example = "python manage.py delete_member --member mara --yes"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--member", required=True)
        parser.add_argument("--yes", action="store_true", help="needed: nothing can be brought back")

    def handle(self, *args: Any, **options: Any) -> None:
        member = member_named(options["member"])
        if member is None:
            self.wrong_use(f"There is no member “{options['member']}”.")
        if not options["yes"]:
            self.wrong_use(f"This deletes {member.username} and all their data for good. Add --yes to do it.")
        try:
            report = delete_member(member)
        except LastAdmin as error:
            self.fail(str(error))
        for name, count in report.items():
            self.stdout.write(f"{count:>8} {name}")
        self.say(f"Deleted {options['member']}.")

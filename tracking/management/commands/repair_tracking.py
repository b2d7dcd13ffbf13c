"""Merge, link and tidy parcels."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from accounts.models import User
from accounts.queries import member_named
from common.commands import OperatorCommand
from tracking.repair import repair


class Command(OperatorCommand):
    help = (
        "Normalise carriers, merge short and full tracking numbers, link what can be linked and remove empty parcels. "
        "Prints each change; unlinked parcels with a number are listed and kept."
    )
    example = "python manage.py repair_tracking --member mara --dry-run"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--member", metavar="M", help="only this member")
        parser.add_argument("--dry-run", action="store_true", help="say what would change and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        members = list(User.objects.order_by("pk"))
        if options["member"]:
            member = member_named(options["member"])
            if member is None:
                self.wrong_use(f"No member is called {options['member']}. `create_member` makes one.")
            members = [member]
        lines = repair(members=members, dry_run=options["dry_run"])
        for line in lines:
            self.stdout.write(line)
        self.say(f"{len(lines)} lines{' (dry run: nothing was changed)' if options['dry_run'] else ''}.")

"""All of a member's data as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from accounts.queries import member_named
from common.commands import OperatorCommand
from flux.members import export_member_json


class Command(OperatorCommand):
    help = "Write all of a member's data as JSON: no secrets, and the same data gives the same bytes."
    example = "python manage.py export_member --member mara --out mara.json"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--member", required=True)
        parser.add_argument("--out", metavar="FILE", help="instead of standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        member = member_named(options["member"])
        if member is None:
            self.wrong_use(f"There is no member “{options['member']}”.")
        text = export_member_json(member)
        if options["out"] is None:
            self.stdout.write(text, ending="")
            return
        try:
            Path(options["out"]).write_text(text, encoding="utf-8")
        except OSError as error:
            self.fail(f"{options['out']} cannot be written: {error.strerror}.")
        self.say(f"Wrote {options['out']}.")

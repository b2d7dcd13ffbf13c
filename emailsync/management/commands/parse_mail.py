"""Parse waiting mail."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import CommandParser

from accounts.queries import member_named
from common.commands import OperatorCommand
from emailsync.models import SETTLED_STATES
from emailsync.pipeline import drain
from emailsync.queue import requeue


class Command(OperatorCommand):
    help = (
        "Claim and parse mail until nothing is waiting. Any number of these may run beside each other and beside the "
        "workers of `up`. With --reparse all mail is read again; orders and parcels only change where the reading does."
    )
    example = "python manage.py parse_mail --member mara --json"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--member")
        parser.add_argument("--reparse", action="store_true", help="read mail again that was read before")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        member_id = self._member_id(options["member"])
        began = time.monotonic()
        if options["reparse"]:
            requeue(member_id=member_id)
        counts = drain(member_id=member_id, wait=True)
        seconds = time.monotonic() - began
        report = {state.value: counts[state.value] for state in SETTLED_STATES}
        if options["json"]:
            self.print_json(report | {"seconds": round(seconds, 3)})
        else:
            told = ", ".join(f"{count} {state}" for state, count in report.items() if count)
            self.say(f"{told or 'Nothing was waiting'} in {seconds:.1f} s.")

    def _member_id(self, username: str | None) -> int | None:
        if username is None:
            return None
        member = member_named(username)
        if member is None:
            self.wrong_use(f"There is no member “{username}”. Make one with: python manage.py create_member {username}")
        return int(member.pk)

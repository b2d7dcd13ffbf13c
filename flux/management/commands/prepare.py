"""Tables, definitions and schedules, without starting anything."""

from __future__ import annotations

from typing import Any

from common.commands import OperatorCommand
from flux.preparing import prepare


class Command(OperatorCommand):
    help = (
        "Bring the database to what this version needs: migrations, cache table, definitions, schedules. `up` does it "
        "at every start, and with the embedded database every command does it where it is due."
    )
    example = "python manage.py prepare"
    needs_tables = False

    def handle(self, *args: Any, **options: Any) -> None:
        prepare()
        self.say("The database is ready.")

"""How operators' commands speak: text for people, JSON alone under --json, and the exit codes of the contract."""

from __future__ import annotations

import json
import sys
from argparse import RawDescriptionHelpFormatter
from functools import cache
from typing import Any, NoReturn

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

FAILED = 1
WRONG_USE = 2


class OperatorCommand(BaseCommand):
    """Base of the operators' commands. `example` is shown by --help; wrong use exits with 2, failure with 1.

    needs_tables: the database is brought up to date before the command runs, so that the first command of a fresh
    checkout works. An outside database is changed only when its operator says so.
    """

    example = ""
    needs_tables = True

    def execute(self, *args: Any, **options: Any) -> str | None:
        if self.needs_tables and not _tables_are_current():
            if not settings.EMBEDDED:
                self.fail("The database is not ready for this version. Run: python manage.py prepare")
            call_command("prepare")
        return super().execute(*args, **options)

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(
            prog_name,
            subcommand,
            epilog=f"Example:\n  {self.example}" if self.example else None,
            formatter_class=kwargs.pop("formatter_class", RawDescriptionHelpFormatter),
            **kwargs,
        )

    def say(self, text: str) -> None:
        """One line for people; on stderr, so that stdout stays machine-readable."""
        print(text, file=sys.stderr)  # noqa: T201

    def print_json(self, value: Any) -> None:
        self.stdout.write(json.dumps(value, ensure_ascii=False, indent=2))

    def wrong_use(self, message: str) -> NoReturn:
        raise CommandError(message, returncode=WRONG_USE)

    def fail(self, message: str) -> NoReturn:
        raise CommandError(message, returncode=FAILED)


@cache
def _tables_are_current() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())

"""How operators' commands speak: text for people, JSON alone under --json, and the exit codes of the contract."""

from __future__ import annotations

import json
import sys
from argparse import RawDescriptionHelpFormatter
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser

FAILED = 1
WRONG_USE = 2


class OperatorCommand(BaseCommand):
    """Base of the operators' commands. `example` is shown by --help; wrong use exits with 2, failure with 1."""

    example = ""

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

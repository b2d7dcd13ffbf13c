"""Write definitions as JSON documents."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from common.commands import OperatorCommand
from parsers.exporting import export_document
from parsers.models import ParserDefinition


class Command(OperatorCommand):
    help = "Print the active definitions (all, or those named) as a JSON list that import_definitions reads."
    example = "python manage.py export_definitions nike-order > nike.json"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("keys", nargs="*", metavar="KEY")

    def handle(self, *args: Any, **options: Any) -> None:
        keys: list[str] = options["keys"]
        known = set(ParserDefinition.objects.filter(key__in=keys).values_list("key", flat=True))
        if unknown := [key for key in keys if key not in known]:
            self.wrong_use(f"No definition is called {', '.join(unknown)}. `export_definitions` alone lists all.")
        self.print_json(export_document(keys))

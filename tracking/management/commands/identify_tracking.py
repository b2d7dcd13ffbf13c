"""Say whose a tracking number can be."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from common.commands import OperatorCommand
from tracking.numbers.book import CARRIERS


class Command(OperatorCommand):
    help = "Tell which carriers' formats and check digits accept a number, and whether it needs context to be believed."
    example = "python manage.py identify_tracking 1Z5R89390357567127 --json"
    needs_tables = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("numbers", nargs="+", metavar="NUMBER")
        parser.add_argument("--json", action="store_true", help="a JSON list on stdout and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        results = [self._describe(number) for number in options["numbers"]]
        if options["json"]:
            self.print_json(results)
            return
        for result in results:
            verdict = ", ".join(result["carriers"]) or "no carrier's format"
            doubt = " (needs a label, a carrier's link or sender beside it)" if result["needs_context"] else ""
            self.stdout.write(f"{result['number']}: {verdict}{doubt}")

    @staticmethod
    def _describe(number: str) -> dict[str, Any]:
        found = CARRIERS.identify(number)
        return {
            "number": number,
            "valid": bool(found),
            "carriers": [CARRIERS.name(match.carrier) for match in found],
            "needs_context": bool(found) and not any(match.self_identifying for match in found),
        }

"""Read every stored sample by the active definitions."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, cast

from django.core.management.base import CommandParser

from common.commands import OperatorCommand
from parsers.engine.knowledge import CarrierBook
from parsers.gate import check_active, stored_samples
from parsers.queries import active_definitions
from tracking.numbers.book import CARRIERS


class Command(OperatorCommand):
    help = (
        "Check every active definition against every stored sample: owners, required fields, labelled values, mappings "
        "that never give a value. Exits with 1 if one is wrong."
    )
    example = "python manage.py check_definitions --json"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        report = check_active(active_definitions(), stored_samples(), carriers=cast(CarrierBook, CARRIERS))
        if options["json"]:
            self.print_json(asdict(report) | {"passed": report.passed})
        else:
            for failure in report.failures:
                self.stdout.write(str(failure))
            for key in report.thin:
                self.stdout.write(f"thin: {key} rests on one sample")
            for key in report.unproven:
                self.stdout.write(f"unproven: {key} has mappings and no sample")
        self.say(f"{report.definitions} definitions, {report.samples} samples: {len(report.failures)} wrong.")
        if not report.passed:
            self.fail("A sample is read wrongly; see above.")

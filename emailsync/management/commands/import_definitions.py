"""Bring definitions from JSON documents into the database."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from django.core.management.base import CommandParser

from common.commands import OperatorCommand
from parsers.engine.knowledge import CarrierBook
from parsers.gate import GateClosed
from parsers.importing import ImportRefused, read_documents, store_documents
from tracking.numbers.book import CARRIERS


class Command(OperatorCommand):
    help = (
        "Store definitions, with the samples in their documents, as candidates. With --activate they read mail at once "
        "if every stored sample and every sample in the documents is read rightly by them. All files, or nothing."
    )
    example = "python manage.py import_definitions nike.json --activate"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="JSON as export_definitions writes it")
        parser.add_argument("--activate", action="store_true", help="let them read mail, if the gate lets them through")

    def handle(self, *args: Any, **options: Any) -> None:
        files: list[Path] = options["files"]
        for path in files:
            if not path.is_file():
                self.wrong_use(f"There is no file {path}.")
        try:
            documents = [document for path in files for document in read_documents(path)]
            stored, report = store_documents(
                documents, activate=options["activate"], carriers=cast(CarrierBook, CARRIERS)
            )
        except ImportRefused as error:
            self.fail(f"{error}\nNothing was imported.")
        except GateClosed as error:
            self.fail(f"{error}\nNothing was imported: these samples would be read wrongly.")
        for one in stored:
            self.say(f"{one.change}: {one.key} v{one.version.number} ({one.version.state})")
        for key in report.thin if report else ():
            self.say(f"thin: {key} rests on one sample; add another as soon as there is one.")

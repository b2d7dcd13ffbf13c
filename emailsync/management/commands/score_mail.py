"""Score the reader on labelled mails."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from common.commands import OperatorCommand
from emailsync.reading import open_sandbox
from emailsync.scoring.folder import Report, score_folder


class Command(OperatorCommand):
    help = (
        "Read a folder of .eml files with labels beside them (NAME.eml, NAME.json) and score what is read. Touches no "
        "member's data. docs/labels.md says what a label holds and how each field is scored."
    )
    example = "python manage.py score_mail samples/ --json"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument("--json", action="store_true", help="print the figures as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        if not folder.is_dir():
            self.wrong_use(f"{folder} is not a folder. Name one that holds .eml files with .json labels.")
        try:
            with open_sandbox() as sandbox:
                report = score_folder(folder, sandbox)
        except ValueError as error:
            self.fail(str(error))
        if not report.mails:
            self.wrong_use(f"{folder} holds no labelled mail. A label NAME.json stands beside its NAME.eml.")
        if options["json"]:
            self.print_json(report.as_json())
        else:
            self._print(report)

    def _print(self, report: Report) -> None:
        figures = report.as_json()
        self.stdout.write(
            f"{figures['exact']} of {figures['matched']} mails exactly right, {figures['noise']} of "
            f"{figures['ignored']} read though they should be ignored, {figures['ambiguous']} left out as ambiguous"
        )
        for name, field in figures["fields"].items():
            self.stdout.write(f"{name:13} F1 {field['f1']:.4f}  precision {field['p']:.4f}  recall {field['r']:.4f}")
        for mail in report.mails:
            if not mail.right:
                wrong = ", ".join(score.field for score in mail.scores if not score.exact) or "noise"
                self.stdout.write(f"{mail.name}: {wrong}")
        for name in report.missing:
            self.stdout.write(f"{name}: the mail is missing")

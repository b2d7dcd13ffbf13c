"""Bring the definitions that come with Flux into the database."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from common.commands import OperatorCommand
from parsers.models import Sample
from parsers.seeds import all_seeds
from parsers.seeds.check import suspects
from parsers.services import Change, store_seeds


class Command(OperatorCommand):
    help = (
        "Load the seeds into the database. Local edits stay: a changed seed becomes a candidate beside them. "
        "With --check nothing is written; terms that rest on a single sample are printed."
    )
    example = "python manage.py load_seeds"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; print terms that rest on one sample")
        parser.add_argument("--samples", type=Path, help="with --check: a folder of .eml beside the stored samples")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            self._check(options["samples"])
            return
        stored = store_seeds(all_seeds())
        for one in stored:
            if one.change != Change.UNCHANGED:
                self.say(f"{one.change}: {one.key} v{one.version.number}")
        counts = Counter(one.change for one in stored)
        self.say(f"{len(stored)} seeds: " + ", ".join(f"{count} {change}" for change, count in sorted(counts.items())))

    def _check(self, folder: Path | None) -> None:
        samples = {sample.sha256: sample.raw for sample in Sample.objects.all().iterator()}
        if folder is not None:
            if not folder.is_dir():
                self.wrong_use(f"{folder} is not a folder. Name one that holds .eml files.")
            samples |= {path.name: path.read_bytes() for path in sorted(folder.glob("*.eml"))}
        if not samples:
            self.say("Nothing was checked: there are no samples here. Name a folder of .eml files: --samples FOLDER")
            return
        found = list(suspects(all_seeds(), samples))
        for one in found:
            self.stdout.write(f"{one.definition}: {one.place}: “{one.term}” only in {one.sample}")
        self.say(f"{len(all_seeds())} seeds checked against {len(samples)} samples: {len(found)} terms to mend.")
        if found:
            self.fail("A term above rests on one sample. Reword it, or add the fact it rests on.")

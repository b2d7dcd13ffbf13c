"""Say what waits in the queues."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from common.commands import OperatorCommand
from flux.queue import status


class Command(OperatorCommand):
    help = "How many mails are in which state, how long the oldest waits, and whether the queue's clusters get on."
    example = "python manage.py queue_status --json"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="JSON on stdout and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        found = status()
        if options["json"]:
            self.print_json(found)
            return
        for state, count in found["states"].items():
            self.stdout.write(f"{state:12} {count}")
        self.stdout.write(f"oldest       {_ago(found['oldest_s'])}")
        for name, cluster in found["clusters"].items():
            self.stdout.write(
                f"{name:12} {cluster['depth']} queued, {cluster['failed']} failed, "
                f"last sign of life {_ago(cluster['heartbeat_s'])}"
            )


def _ago(seconds: float | None) -> str:
    return "–" if seconds is None else f"{seconds:.0f} s ago"

"""Bring the schedules that are declared in code into the queue."""

from __future__ import annotations

from typing import Any

from common.commands import OperatorCommand
from flux.queue import sync_schedules


class Command(OperatorCommand):
    help = "Write the schedules declared in code into the queue's table. `up` does it at every start."
    example = "python manage.py sync_schedules"

    def handle(self, *args: Any, **options: Any) -> None:
        self.say(f"{sync_schedules()} schedules.")

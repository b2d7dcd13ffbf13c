"""Everything under one supervisor."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.db import close_old_connections, connections

from accounts.links import sign_in_url
from accounts.services import setup_open
from common.commands import OperatorCommand
from flux.demo.service import DemoNameTaken, load_demo
from flux.embedded.client import revive
from flux.preparing import prepare
from flux.queue import catch_up, stuck
from flux.supervisor.run import Supervisor, children, port_is_free


class Command(OperatorCommand):
    help = "Run Flux: database, migrations, definitions, web, queue and mailbox watcher. Ctrl-C stops all of it."
    example = "python manage.py up --port 8000"
    needs_tables = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="where the web page answers (default 8000)")
        parser.add_argument("--demo", action="store_true", help="make a demo member with a year of invented mail")

    def handle(self, *args: Any, **options: Any) -> None:
        port = options["port"]
        if not 0 < port < 65_536:
            self.wrong_use(f"{port} is no port. Choose one from 1 to 65535.")
        if not port_is_free(port):
            self.fail(f"Port {port} is in use. Choose another: make run PORT={port + 1}")
        self.say("Preparing the database …")
        prepare()
        catch_up()
        address = f"http://localhost:{port}"
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        settings.ADDRESS_FILE.write_text(address)
        if options["demo"]:
            settings.FLUX_PUBLIC_URL = address
            self._demo()
        if setup_open():
            self.say(f"Flux runs at {address} – open it to make the first account. Ctrl-C stops it.")
        else:
            self.say(f"Flux runs at {address} – sign in there. Ctrl-C stops it.")
        connections.close_all()
        Supervisor(children(port), _stuck, each_tick=_keep_database).run()
        self.say("Stopped.")

    def _demo(self) -> None:
        try:
            member = load_demo()
        except DemoNameTaken as error:
            self.say(f"No demo: {error}")
            return
        self.say(f"The demo member signs in with {sign_in_url(member)}")


def _keep_database() -> None:
    if settings.EMBEDDED:
        revive(settings.DATA_DIR)


def _stuck() -> set[str]:
    close_old_connections()  # between two looks the server may have been started again
    return stuck()

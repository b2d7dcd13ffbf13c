"""Bring a database to what this version of Flux needs: tables, cache, definitions, schedules."""

from __future__ import annotations

from django.core.management import call_command
from django.db import connection

from flux.queue import sync_schedules
from parsers.seeds import all_seeds
from parsers.services import store_seeds

_LOCK = 0x464C5558
"""Advisory lock of PostgreSQL under which one process prepares and others wait."""


def prepare() -> None:
    """Idempotent, and safe from several processes at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
    try:
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        store_seeds(all_seeds())
        sync_schedules()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])

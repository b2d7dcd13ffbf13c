"""A database for the measurements alone, made and dropped with them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import setup_databases, teardown_databases


@contextmanager
def own_database() -> Iterator[None]:
    """Within the block Django talks to an empty, migrated database beside the real one."""
    connection.settings_dict["TEST"]["NAME"] = "bench_flux"
    made = setup_databases(verbosity=0, interactive=False)
    try:
        yield
    finally:
        teardown_databases(made, verbosity=0)

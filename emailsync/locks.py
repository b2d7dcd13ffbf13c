"""Named advisory locks: who else wants the same thing waits, or is told that it is taken."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


def lock_in_transaction(name: str) -> None:
    """Wait for the lock `name`; the running transaction holds it to its end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


@contextmanager
def held_by_session(name: str, *, wait: bool = False) -> Iterator[bool]:
    """Hold the lock `name` for a block that spans transactions; yields whether it is ours, as it is after a wait.

    A process that dies gives it back, because its database session ends.
    """
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [name])
            ours = True
        else:
            cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name])
            (ours,) = cursor.fetchone()
    try:
        yield ours
    finally:
        # A session that was lost has given the lock back already, and a broken one cannot be asked.
        if ours and connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])

"""Going on after the database went away: restarted, out of connections, or cut off."""

from __future__ import annotations

import random
import time

from django.db import Error, InterfaceError, OperationalError, close_old_connections, connection

from common import stopping

OUTAGES = (OperationalError, InterfaceError)
_FIRST_PAUSE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 5.0
_PATIENCE_SECONDS = 120.0
_MOST_IN_A_ROW = 5


class Patience:
    """How long a loop puts up with a database that does not answer.

    A fault that comes back at once although the database answers is no outage: after five in a row it is to be raised.
    """

    def __init__(self) -> None:
        self._in_a_row = 0

    def went_well(self) -> None:
        """The loop did a piece of its work: the next outage is a new one."""
        self._in_a_row = 0

    def lasts(self) -> bool:
        """Wait until the database answers; False if it is time to give up, or if this process is to end."""
        self._in_a_row += 1
        pause = _FIRST_PAUSE_SECONDS
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while self._in_a_row <= _MOST_IN_A_ROW and time.monotonic() < deadline and not stopping.asked():
            # Not all at the same moment: the database has just come up.
            time.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311
            if _answers():
                return True
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
        return False


def _answers() -> bool:
    close_old_connections()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    return True

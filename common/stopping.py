"""Whether this family of processes has been asked to end, for loops that look up between two pieces of work.

The flag lies in memory that is shared by everything forked after this module was imported. It has no lock, so a worker
that is killed while it looks cannot leave it locked.
"""

from __future__ import annotations

from ctypes import c_bool
from multiprocessing.sharedctypes import RawValue

_asked = RawValue(c_bool, False)


def ask() -> None:
    """Ask this process, its forks and whoever it was forked from to end at their next good moment. Safe in a signal."""
    _asked.value = True


def asked() -> bool:
    """Whether to end now rather than begin another piece of work."""
    return bool(_asked.value)


def forget() -> None:
    """Work on, as if nobody had asked."""
    _asked.value = False

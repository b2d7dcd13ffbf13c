"""The reader of mail as this installation has it: its active definitions, in a sandbox."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Self

from emailsync.sandbox.parent import Sandbox
from parsers.engine.definition import Definition
from parsers.queries import Revision, definitions_at, revision
from parsers.seeds import all_seeds


def open_sandbox(at: Revision | None = None) -> Sandbox:
    """A sandbox with the definitions of a revision, or those active now; close it, or use it as a context."""
    return Sandbox(_definitions(revision() if at is None else at))


class Reader:
    """A sandbox that keeps up with the definitions. A context; opened when it is first asked for."""

    def __init__(self) -> None:
        self._at: Revision | None = None
        self._sandbox: Sandbox | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._close()

    def current(self) -> Sandbox:
        """The sandbox with the definitions that are active now; valid until the next call."""
        now = revision()
        if self._sandbox is None or now != self._at:
            self._close()
            self._sandbox, self._at = open_sandbox(now), now
        return self._sandbox

    def _close(self) -> None:
        if self._sandbox is not None:
            self._sandbox.close()


@lru_cache(maxsize=1)
def _definitions(at: Revision) -> Sequence[Definition]:
    # An installation that has not loaded its seeds yet reads by them all the same.
    return definitions_at(at) or all_seeds()

"""The reader of mail as this installation has it: its active definitions, in a sandbox."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from emailsync.sandbox.parent import Sandbox
from parsers.engine.definition import Definition
from parsers.queries import Revision, definitions_at, revision
from parsers.seeds import all_seeds


def open_sandbox(at: Revision | None = None) -> Sandbox:
    """A sandbox with the definitions of a revision, or those active now; close it, or use it as a context."""
    return Sandbox(_definitions(revision() if at is None else at))


@lru_cache(maxsize=1)
def _definitions(at: Revision) -> Sequence[Definition]:
    # An installation that has not loaded its seeds yet reads by them all the same.
    return definitions_at(at) or all_seeds()

"""The reader of mail as this installation has it: its active definitions, in a sandbox."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from emailsync.sandbox.parent import Sandbox
from parsers.engine.definition import Definition
from parsers.queries import active_definitions, revision
from parsers.seeds import all_seeds


def open_sandbox() -> Sandbox:
    """A sandbox with the definitions that are active now; close it, or use it as a context."""
    return Sandbox(_definitions(revision()))


def definitions_revision() -> str:
    """Changes whenever a sandbox that was opened before no longer reads by the active definitions."""
    return revision()


@lru_cache(maxsize=1)
def _definitions(_revision: str) -> Sequence[Definition]:
    # An installation that has not loaded its seeds yet reads by them all the same.
    return active_definitions() or all_seeds()

"""How far a scan looks, and what it has found."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from emailsync.imap.problems import MailboxProblem


@dataclass(slots=True)
class Tally:
    """What a scan has seen and done so far."""

    expected: int = 0
    """Messages to look at in the folders begun so far."""
    seen: int = 0
    stored: int = 0
    known: int = 0
    too_big: int = 0
    outside: int = 0
    unfinished: bool = False
    """The time was up; the next scan goes on."""
    errors: list[dict[str, str]] = field(default_factory=list)

    def note(self, problem: MailboxProblem, *, folder: str = "") -> None:
        """Keep what went wrong with the mailbox, or with one folder; the same thing once."""
        error = {"folder": folder, "code": problem.code.value, "text": str(problem)}
        if error not in self.errors:
            self.errors.append(error)


@dataclass(frozen=True, slots=True)
class Plan:
    """How far a scan looks."""

    lookback: timedelta
    """Messages that came in since are compared with the archive, besides the new ones."""
    first_reach: timedelta
    """How far back a folder is read that was never scanned."""
    senders: Sequence[str] = ()
    """Domains: only their mail within the lookback is looked for, and the cursor stays where it is."""
    deadline: float | None = None
    """time.monotonic() at which to stop."""
    should_stop: Callable[[], bool] = lambda: False
    """Asked between blocks."""
    progress: Callable[[Tally], None] = lambda tally: None

    def is_over(self) -> bool:
        return self.should_stop() or (self.deadline is not None and time.monotonic() > self.deadline)

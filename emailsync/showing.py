"""A mail as its page shows it, laid out in a child process so that no mail can stall or harm a web worker."""

from __future__ import annotations

import json
import signal
from collections.abc import Sequence
from dataclasses import dataclass

from emailsync.sandbox.parent import Unreadable
from emailsync.sandbox.process import ask_child, end_child, start_child

WALL_SECONDS = 8.0
_CHILD = "emailsync.sandbox.showing"


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page needs of one mail."""

    text: str
    """The canonical text, into which the spans of read values point."""
    sections: Sequence[tuple[str, int, int]]
    """The text from its start to its end by the parts of the mail: (part, start, end)."""
    html: str
    """Harmless HTML, "" for a mail without any."""
    plain: str
    attachments: Sequence[str]
    """File names."""
    truncated: str
    """Why part of the mail is left out, "" if all of it is here."""
    norm_version: int


def show_mail(raw: bytes) -> Shown:
    """Lay out one mail. Raises Unreadable with a reason code for one that is beyond the limits."""
    child = start_child(_CHILD)
    try:
        data = ask_child(child, raw, seconds=WALL_SECONDS)
    finally:
        end_child(child)
    if data is None:
        raise Unreadable("too_slow" if child.returncode in (-signal.SIGXCPU, -signal.SIGKILL) else "worker_died")
    return _shown(data)


def _shown(data: bytes) -> Shown:
    try:
        answer = json.loads(data)
        if "failed" in answer:
            raise Unreadable(str(answer["failed"])[:80])
        return Shown(
            text=str(answer["text"]),
            sections=[(str(part), int(start), int(end)) for part, start, end in answer["sections"]],
            html=str(answer["html"]),
            plain=str(answer["plain"]),
            attachments=[str(name) for name in answer["attachments"]],
            truncated=str(answer["truncated"]),
            norm_version=int(answer["norm_version"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable("error:Malformed", str(error)) from error

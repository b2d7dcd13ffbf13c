"""A mail as its page shows it, laid out in a child process so that no mail can stall or harm a web worker."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from emailsync.sandbox.frames import read_frame, write_frame
from emailsync.sandbox.parent import Unreadable

WALL_SECONDS = 8.0
_CHILD = "emailsync.sandbox.showing"
_ROOT = Path(__file__).resolve().parent.parent


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
    child = subprocess.Popen(
        [sys.executable, "-m", _CHILD],
        cwd=_ROOT,
        env={"PATH": os.defpath, "PYTHONPATH": str(_ROOT), "LC_ALL": "C.UTF-8"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    timer = threading.Timer(WALL_SECONDS, child.kill)
    timer.start()
    try:
        data = _exchange(child, raw)
    finally:
        timer.cancel()
        child.kill()
        child.communicate()
    if data is None:
        raise Unreadable("too_slow" if child.returncode in (-signal.SIGXCPU, -signal.SIGKILL) else "worker_died")
    return _shown(data)


def _exchange(child: subprocess.Popen[bytes], raw: bytes) -> bytes | None:
    try:
        write_frame(cast(BinaryIO, child.stdin), raw)
        return read_frame(cast(BinaryIO, child.stdout))
    except BrokenPipeError:
        return None


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

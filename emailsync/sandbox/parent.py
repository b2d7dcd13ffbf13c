"""The parent's side of the sandbox: one child at a time, replaced when it dies, hangs or has served long enough."""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Self, cast

from emailsync.codec import Malformed, from_json
from emailsync.sandbox.frames import read_frame, write_frame
from parsers.engine.definition import Definition
from parsers.engine.extraction import Extraction

WALL_SECONDS = 9.0
START_SECONDS = 60.0
MAILS_PER_CHILD = 1_000
_ROOT = Path(__file__).resolve().parent.parent.parent
_TRUST_CODES = {"trusted": b"\0", "unknown": b"\1", "failed": b"\2"}


class Unreadable(Exception):
    """A mail could not be read; `reason` is the code to store, `detail` is for operators."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason} {detail}".strip())
        self.reason = reason
        self.detail = detail


class ReaderDied(Exception):
    """The child ended or hung while it read a mail. Another try may go better: the machine may have been busy."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the sandbox says of one mail."""

    extraction: Extraction
    json: dict[str, Any]
    """The same as JSON, as it is stored."""
    sent_at: datetime | None
    """Aware UTC; of the original where the mail was forwarded."""
    norm_version: int


class Sandbox:
    """A context in which mails are read. Not for use from several threads."""

    def __init__(self, definitions: Sequence[Definition]) -> None:
        self._definitions = pickle.dumps(tuple(definitions))
        self._child: subprocess.Popen[bytes] | None = None
        self._served = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """End the child, if there is one."""
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.communicate()

    def read(self, raw: bytes, *, trust: str) -> Reading:
        """Read one mail. Raises Unreadable, or ReaderDied if another try may help."""
        if self._child is None or self._served >= MAILS_PER_CHILD:
            self._start()
        self._served += 1
        data = self._exchange(_TRUST_CODES[trust] + raw, WALL_SECONDS)
        try:
            answer = json.loads(data)
            if "failed" in answer:
                raise Unreadable(str(answer["failed"])[:80], str(answer.get("detail", "")))
            sent_at = datetime.fromisoformat(answer["sent_at"]).astimezone(UTC) if answer["sent_at"] else None
            return Reading(
                from_json(answer["extraction"]),
                answer["extraction"],
                sent_at,
                answer["norm_version"],
            )
        except (KeyError, TypeError, ValueError, OverflowError, Malformed) as error:
            self.close()
            raise Unreadable("error:Malformed", str(error)) from error

    def _start(self) -> None:
        self.close()
        self._served = 0
        self._child = subprocess.Popen(
            [sys.executable, "-m", "emailsync.sandbox.child"],
            cwd=_ROOT,
            env={"PATH": os.defpath, "PYTHONPATH": str(_ROOT), "LC_ALL": "C.UTF-8"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        if self._exchange(self._definitions, START_SECONDS) != b"ready":
            self.close()
            raise RuntimeError("The mail reader did not start; its error stands above.")

    def _exchange(self, message: bytes, limit: float) -> bytes:
        """Send a message and wait for the answer; a child that takes longer than `limit` seconds is killed."""
        child = self._child
        assert child is not None
        inbox, outbox = _pipes(child)
        timer = threading.Timer(limit, child.kill)
        timer.start()
        try:
            write_frame(inbox, message)
            answer = read_frame(outbox)
        except BrokenPipeError:
            answer = None
        finally:
            timer.cancel()
        if answer is not None:
            return answer
        self.close()
        if child.returncode == -signal.SIGXCPU:
            raise Unreadable("too_slow")
        raise ReaderDied(f"ended with {child.returncode}")


def _pipes(child: subprocess.Popen[bytes]) -> tuple[BinaryIO, BinaryIO]:
    assert child.stdin is not None
    assert child.stdout is not None
    return cast(BinaryIO, child.stdin), cast(BinaryIO, child.stdout)

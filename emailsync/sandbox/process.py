"""Starting a child of the sandbox and talking with it: one message, one answer, within a time."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import BinaryIO, cast

from emailsync.sandbox.frames import read_frame, write_frame

_ROOT = Path(__file__).resolve().parent.parent.parent


def start_child(module: str) -> subprocess.Popen[bytes]:
    """A child that runs a module with nothing of ours in its environment."""
    return subprocess.Popen(
        [sys.executable, "-m", module],
        cwd=_ROOT,
        env={"PATH": os.defpath, "PYTHONPATH": str(_ROOT), "LC_ALL": "C.UTF-8"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def ask_child(child: subprocess.Popen[bytes], message: bytes, *, seconds: float) -> bytes | None:
    """The answer to a message; None from a child that died or was killed because it took longer."""
    timer = threading.Timer(seconds, child.kill)
    timer.start()
    try:
        write_frame(cast(BinaryIO, child.stdin), message)
        return read_frame(cast(BinaryIO, child.stdout))
    except BrokenPipeError:
        return None
    finally:
        timer.cancel()


def end_child(child: subprocess.Popen[bytes]) -> None:
    """Whatever it does, it ends."""
    child.kill()
    child.communicate()

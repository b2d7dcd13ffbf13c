"""The child: reads mail after mail from its standard input and answers with JSON. Pure Python, no Django.

Started as `python -m emailsync.sandbox.child`. First message: the definitions, pickled by the parent. Every further
one: a byte for the trust in the sender, then the mail. The answer is an object with `extraction`, or with `failed`.
"""

from __future__ import annotations

import ctypes
import json
import os
import pickle
import resource
import signal
import sys
from typing import Any, cast

from emailsync.codec import to_json
from emailsync.sandbox.frames import read_frame, write_frame
from parsers.engine.build import build_document
from parsers.engine.document import NORM_VERSION
from parsers.engine.knowledge import CarrierBook
from parsers.engine.limits import TooMuch
from parsers.engine.reader import Reader, Trust
from tracking.numbers.book import CARRIERS

CPU_SECONDS = 6
MEMORY_BYTES = 1024 * 1024 * 1024
TRUST_CODES = (Trust.TRUSTED, Trust.UNKNOWN, Trust.FAILED)

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_FORBIDDEN = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.system",
    "os.posix_spawn",
    "shutil.",
    "ctypes.",
)


def main() -> None:
    inbox, outbox = sys.stdin.buffer, sys.stdout.buffer
    definitions = read_frame(inbox)
    if definitions is None:
        return
    # The book answers in dataclasses of its own that have the shape which the engine asks for.
    carriers = cast(CarrierBook, CARRIERS)
    reader = Reader(pickle.loads(definitions), carriers)  # noqa: S301 - written by the parent, before any mail
    confine()
    write_frame(outbox, b"ready")
    while (message := read_frame(inbox)) is not None:
        _allow_cpu_seconds(CPU_SECONDS)
        answer = _answer(reader, message[1:], TRUST_CODES[message[0]])
        write_frame(outbox, json.dumps(answer).encode())


def confine() -> None:
    """Give up what reading mail does not need. What the kernel does not permit us to drop stays as it is."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if libc.unshare(_CLONE_NEWNET):
        libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
    for limit, value in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event.startswith(_FORBIDDEN):
        raise PermissionError(f"{event} is not allowed while reading mail")


def _allow_cpu_seconds(seconds: int) -> None:
    """SIGXCPU ends the process when it has used up its seconds for this mail."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds, hard))


def _answer(reader: Reader, raw: bytes, trust: Trust) -> dict[str, Any]:
    try:
        document = build_document(raw)
        extraction = reader.read(document, trust=trust)
    except TooMuch as error:
        return {"failed": error.reason}
    except MemoryError:
        return {"failed": "too_much_memory"}
    except RecursionError:
        return {"failed": "too_deep"}
    except Exception as error:  # noqa: BLE001 - whatever a mail provokes is an answer about that mail
        place = error.__traceback__
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        where = f"{os.path.basename(place.tb_frame.f_code.co_filename)}:{place.tb_lineno}" if place else ""
        return {"failed": f"error:{type(error).__name__}", "detail": f"{where} {error}"[:500]}
    date = document.headers.date
    return {
        "extraction": to_json(extraction),
        "sent_at": date.isoformat() if date else None,
        "headers": {
            name: document.headers.raw.get(name, ("",))[0][:2000] for name in ("in-reply-to", "references", "list-id")
        },
        "norm_version": NORM_VERSION,
    }


if __name__ == "__main__":
    main()

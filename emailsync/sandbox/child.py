"""The child: reads mail after mail from its standard input and answers with JSON. Pure Python, no Django.

Started as `python -m emailsync.sandbox.child`. First message: the definitions, pickled by the parent. Every further
one: a byte for the trust in the sender, then the mail. The answer is an object with `extraction`, or with `failed`.
"""

from __future__ import annotations

import json
import os
import pickle
import sys
from typing import Any, cast

from emailsync.codec import to_json
from emailsync.sandbox.confinement import allow_cpu_seconds, confine
from emailsync.sandbox.frames import read_frame, write_frame
from parsers.engine.build import build_document
from parsers.engine.document import NORM_VERSION
from parsers.engine.knowledge import CarrierBook
from parsers.engine.limits import TooMuch
from parsers.engine.reader import Reader, Trust
from tracking.numbers.book import CARRIERS

CPU_SECONDS = 6
TRUST_CODES = (Trust.TRUSTED, Trust.UNKNOWN, Trust.FAILED)


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
        allow_cpu_seconds(CPU_SECONDS)
        answer = _answer(reader, message[1:], TRUST_CODES[message[0]])
        write_frame(outbox, json.dumps(answer).encode())


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
        "norm_version": NORM_VERSION,
    }


if __name__ == "__main__":
    main()

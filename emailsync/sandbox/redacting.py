"""The child that redacts mails. Pure Python, no Django.

Started as `python -m emailsync.sandbox.redacting`. First message: what is known of the person, as JSON with `names`,
`addresses` and `typed`. Every further one: a mail. The answer begins with JSON (`blanked`, `refused`) and a line end;
behind it stands the redacted mail.
"""

from __future__ import annotations

import json
import sys

from emailsync.sandbox.confinement import allow_cpu_seconds, confine
from emailsync.sandbox.frames import read_frame, write_frame
from parsers.engine.redaction import Redacted, redact

CPU_SECONDS = 8


def main() -> None:
    inbox, outbox = sys.stdin.buffer, sys.stdout.buffer
    person = read_frame(inbox)
    if person is None:
        return
    known = json.loads(person)
    confine()
    write_frame(outbox, b"ready")
    while (raw := read_frame(inbox)) is not None:
        allow_cpu_seconds(CPU_SECONDS)
        found = _redacted(raw, known)
        head = json.dumps({"blanked": dict(found.blanked), "refused": found.refused})
        write_frame(outbox, head.encode() + b"\n" + found.raw)


def _redacted(raw: bytes, known: dict[str, list[str]]) -> Redacted:
    try:
        return redact(raw, names=known["names"], addresses=known["addresses"], typed=known["typed"])
    except MemoryError:
        return Redacted(b"", {}, "too_much_memory")
    except Exception as error:  # noqa: BLE001 - whatever a mail provokes is an answer about that mail
        return Redacted(b"", {}, f"error:{type(error).__name__}")


if __name__ == "__main__":
    main()

"""The child that lays out one mail for its page, then ends. Pure Python, no Django.

Started as `python -m emailsync.sandbox.showing`; reads the mail from its standard input as one message and answers with
an object with `text`, `sections`, `html` and more, or with `failed`.
"""

from __future__ import annotations

import json
import sys
from itertools import groupby
from typing import Any

from emailsync.sandbox.confinement import allow_cpu_seconds, confine
from emailsync.sandbox.frames import read_frame, write_frame
from emailsync.sandbox.markup import safe_html
from parsers.engine.build import build_document
from parsers.engine.document import NORM_VERSION, Document, Forwarding, Section
from parsers.engine.limits import TooMuch
from parsers.engine.mime import collect, parse

CPU_SECONDS = 5


def main() -> None:
    raw = read_frame(sys.stdin.buffer)
    if raw is None:
        return
    confine()
    allow_cpu_seconds(CPU_SECONDS)
    write_frame(sys.stdout.buffer, json.dumps(_answer(raw)).encode())


def _answer(raw: bytes) -> dict[str, Any]:
    try:
        document = build_document(raw)
        html = safe_html(_html(raw, document))
    except TooMuch as error:
        return {"failed": error.reason}
    except MemoryError:
        return {"failed": "too_much_memory"}
    except RecursionError:
        return {"failed": "too_deep"}
    except Exception as error:  # noqa: BLE001 - whatever a mail provokes is an answer about that mail
        return {"failed": f"error:{type(error).__name__}"}
    return {
        "text": document.text,
        "sections": _sections(document),
        "html": html,
        "plain": "\n".join(line.text for line in document.section(Section.PLAIN, hidden=True)),
        "attachments": [name for name in document.attachments if name],
        "truncated": document.truncated,
        "norm_version": NORM_VERSION,
    }


def _html(raw: bytes, document: Document) -> str:
    """The HTML body that the document was made from: of a forwarded attachment its own."""
    parts = collect(parse(raw))
    if document.forwarding == Forwarding.ATTACHED:
        parts = collect(parts.attached[0])
    return parts.html


def _sections(document: Document) -> list[tuple[str, int, int]]:
    """The whole text cut where another part of the mail begins: (part, start, end)."""
    starts = [
        (section.value, next(lines).span.start) for section, lines in groupby(document.lines, lambda one: one.section)
    ]
    ends = [start for _, start in starts[1:]] + [len(document.text)]
    return [(name, start if at else 0, end) for at, ((name, start), end) in enumerate(zip(starts, ends, strict=True))]


if __name__ == "__main__":
    main()

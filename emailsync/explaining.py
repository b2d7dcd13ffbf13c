"""Why a mail was read as it was, in lines for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emailsync.contributions import plain
from emailsync.sandbox.parent import Reading
from parsers.engine.extraction import Extraction, Value

_PARTS = ("orders", "shipments", "lines")
_SHOWN = 120


def explain(reading: Reading) -> Iterator[str]:
    """The outcome, how it was come to, each value with the characters that gave it, what is missing, what lost."""
    said = reading.extraction
    yield f"outcome     {said.outcome}{f' ({said.reason})' if said.reason else ''}"
    yield f"author      {said.author or '?'} ({said.author_name or 'no name'}, {said.author_type or 'type unknown'})"
    yield f"kind        {said.kind or '?'}"
    yield f"read by     {said.tier}{f', definition {said.definition} v{said.version}' if said.definition else ''}"
    yield f"confidence  {said.confidence:.3f}"
    if said.identity:
        yield f"prices      identity {said.identity} holds"
    yield from _section("how it was come to", said.trace)
    yield from _section("values", _values(said, ""))
    yield from _section("missing", said.missing)
    yield from _section(
        "lost",
        (f"{one.field} “{one.raw[:_SHOWN]}” by {one.source}: {one.reason}" for one in said.alternatives),
    )


def _section(title: str, lines: Any) -> Iterator[str]:
    listed = list(lines)
    if listed:
        yield f"{title}:"
        yield from (f"  {line}" for line in listed)


def _values(part: Any, prefix: str) -> Iterator[str]:
    for name in part.__dataclass_fields__:
        value = getattr(part, name)
        if isinstance(value, Value):
            yield _line(f"{prefix}{name}", value)
        elif name in _PARTS:
            for number, child in enumerate(value, start=1):
                yield from _values(child, f"{prefix}{name}[{number}].")
        elif isinstance(value, tuple) and not isinstance(part, Extraction):
            yield from (_line(f"{prefix}{name}", item) for item in value)


def _line(name: str, value: Value[Any]) -> str:
    where = f"{value.span.start}-{value.span.end}" if value.span else "nowhere"
    raw = " ".join(value.raw.split())[:_SHOWN]
    return f"{name} = {plain(value.value)}  “{raw}” at {where} by {value.source} ({value.confidence:.2f})"

"""schema.org in mail: JSON-LD blocks and microdata, as plain nodes.

Source: schema.org Order and ParcelDelivery as mail readers use them; WooCommerce writes the former since 3.0.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from parsers.engine.charset import clean
from parsers.engine.document import LineKind, MarkupNode, Section, Span
from parsers.engine.writer import Writer

_TYPES = frozenset(("Order", "ParcelDelivery", "Invoice"))
_TRAILING_COMMA = re.compile(r",\s*([}\]])")
_MAX_NODES = 50
_MAX_DEPTH = 12


def write_markup(writer: Writer, root: Any | None) -> tuple[MarkupNode, ...]:
    """Print the order and parcel nodes of a body, a property a line, and return them."""
    if root is None:
        return ()
    nodes = []
    for data in [*_json_ld(root), *_microdata(root)][:_MAX_NODES]:
        start = writer.position
        _write(writer, data, _type(data), 0)
        nodes.append(MarkupNode(_type(data), data, Span(start, max(start, writer.position - 1))))
    return tuple(nodes)


def _type(data: dict[str, Any]) -> str:
    kind = data.get("@type", "")
    kind = kind[0] if isinstance(kind, list) and kind else kind
    return str(kind).rpartition("/")[2]


def _json_ld(root: Any) -> Iterator[dict[str, Any]]:
    for script in root.iter("script"):
        if "ld+json" not in (script.get("type") or ""):
            continue
        text = (script.text or "")[:200_000]
        try:
            data = json.loads(text, strict=False)
        except ValueError:
            try:
                data = json.loads(_TRAILING_COMMA.sub(r"\1", text), strict=False)
            except (ValueError, RecursionError):
                continue
        except RecursionError:
            continue
        yield from _wanted(data, 0)


def _wanted(data: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(data, list):
        for entry in data[:_MAX_NODES]:
            yield from _wanted(entry, depth + 1)
    elif isinstance(data, dict):
        if _type(data) in _TYPES:
            yield data
        elif "@graph" in data:
            yield from _wanted(data["@graph"], depth + 1)


def _microdata(root: Any) -> Iterator[dict[str, Any]]:
    for element in root.iterfind(".//*[@itemscope]"):
        if (element.get("itemtype") or "").rpartition("/")[2] in _TYPES and element.get("itemprop") is None:
            yield _item(element, 0)


def _item(element: Any, depth: int) -> dict[str, Any]:
    data: dict[str, Any] = {"@type": (element.get("itemtype") or "").rpartition("/")[2]}
    waiting = list(element) if depth < _MAX_DEPTH else []
    while waiting:
        child = waiting.pop(0)
        name = child.get("itemprop")
        nested = child.get("itemscope") is not None
        if name:
            value: Any = _item(child, depth + 1) if nested else _property(child)
            if name in data:
                present = data[name] if isinstance(data[name], list) else [data[name]]
                data[name] = [*present, value]
            else:
                data[name] = value
        if not nested:
            waiting = list(child) + waiting
    return data


def _property(element: Any) -> str:
    for attribute in ("content", "href", "src", "datetime"):
        if element.get(attribute):
            return str(element.get(attribute))
    return " ".join("".join(element.itertext()).split())


def _write(writer: Writer, value: Any, path: str, depth: int) -> None:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, dict):
        for name, inner in value.items():
            if not str(name).startswith("@"):
                _write(writer, inner, f"{path}.{name}", depth + 1)
    elif isinstance(value, list):
        for inner in value[:200]:
            _write(writer, inner, path, depth + 1)
    elif value not in (None, ""):
        writer.text(clean(f"{path}: {value}"[:1000]))
        writer.end_line(Section.MARKUP, LineKind.PARAGRAPH)

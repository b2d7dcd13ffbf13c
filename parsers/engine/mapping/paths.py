"""Dotted paths into structured markup: `Order.acceptedOffer[*].itemOffered.name`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from parsers.engine.mapping.regions import Node
from parsers.engine.model import DefinitionError

TYPES = ("Order", "ParcelDelivery", "Invoice")
_STEP = re.compile(r"([A-Za-z@][A-Za-z0-9_:-]*)(\[\*\])?")
_MAX_STEPS = 12
_MAX_FOUND = 200


@dataclass(frozen=True, slots=True)
class Path:
    """kind: the type of node that it begins at, "" for any. steps: (property, every entry of a list or the first)."""

    kind: str
    steps: tuple[tuple[str, bool], ...]

    def find(self, node: Node) -> list[Node]:
        """What stands at the end of the path, in order."""
        if self.kind and node.data is node.origin.data and node.origin.type != self.kind:
            return []
        found = [node]
        for name, every in self.steps:
            found = [inner for one in found for inner in _property(one, name, every)][:_MAX_FOUND]
        return found


def _property(node: Node, name: str, every: bool) -> Iterator[Node]:
    value: Any = node.data.get(name) if isinstance(node.data, Mapping) else None
    if isinstance(value, list):
        for entry in value if every else value[:1]:
            yield Node(entry, node.origin)
    elif value not in (None, ""):
        yield Node(value, node.origin)


def parse_path(text: str, place: str) -> Path:
    """Raises DefinitionError naming `place` for what is no path."""
    parts = text.split(".") if isinstance(text, str) else []
    kind = parts.pop(0) if parts and parts[0] in TYPES else ""
    steps = []
    for part in parts:
        match = _STEP.fullmatch(part)
        if match is None:
            raise DefinitionError(f"{place}: “{part}” is no step. Write for example Order.acceptedOffer[*].price.")
        steps.append((match.group(1), bool(match.group(2))))
    if not (steps or kind) or len(steps) > _MAX_STEPS:
        raise DefinitionError(f"{place}: needs 1 to {_MAX_STEPS} steps such as Order.orderNumber.")
    return Path(kind, tuple(steps))

"""Short ways to read a mail under a definition that is given as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, cast

from parsers.engine.build import build_document
from parsers.engine.definition import Definition, from_json
from parsers.engine.extraction import Value
from parsers.engine.knowledge import CarrierBook, LinkMatch, NumberMatch
from parsers.engine.mapping.compile import compile_definition
from parsers.engine.mapping.layering import map_document
from parsers.engine.reader import Reader, Trust

SENDER_MATCHER = {
    "target": "from_domain",
    "op": "domain",
    "value": "lampharbour.example",
    "role": "should",
    "weight": 1.0,
}


@dataclass(frozen=True)
class Match:
    """A `NumberMatch`."""

    carrier: str
    checked: bool
    self_identifying: bool


class Book:
    """A book with one carrier, whose numbers are ZX and eight digits, the last of them even."""

    def identify(self, number: str) -> tuple[NumberMatch, ...]:
        fits = self.looks_like(number, "zip") and int(number[-1]) % 2 == 0
        return (Match("zip", checked=True, self_identifying=True),) if fits else ()

    def looks_like(self, number: str, carrier: str) -> bool:
        return carrier == "zip" and re.fullmatch(r"ZX\d{8}", number) is not None

    def name(self, carrier: str) -> str:
        return {"zip": "Zip Parcels", "hub": "Parcel Hub"}.get(carrier, carrier)

    def by_name(self, text: str) -> str | None:
        return {"zip": "zip", "zip parcels": "zip", "parcel hub": "hub"}.get(text.lower())

    def by_domain(self, domain: str) -> str | None:
        return None

    def by_link(self, url: str) -> LinkMatch | None:
        return None

    def find(self, text: str) -> Iterator[tuple[int, int, NumberMatch]]:
        return iter(())

    def is_aggregator(self, carrier: str) -> bool:
        return carrier == "hub"


BOOK = cast(CarrierBook, Book())


def definition(*mappings: dict[str, Any], **more: Any) -> Definition:
    """A definition of the invented shop with these mappings."""
    document = {
        "key": "lamps",
        "name": "Lamp Harbour",
        "author": "lampharbour",
        "author_type": "retailer",
        "kind": "auto",
        "matchers": [SENDER_MATCHER],
        "mappings": list(mappings),
    }
    return from_json(document | more)


def mapped(one: Definition, raw: bytes) -> tuple[Any, Any]:
    """(what the mappings alone find, the document)."""
    document = build_document(raw)
    return map_document(compile_definition(one), document, BOOK, match_score=1.0), document


def read(one: Definition, raw: bytes, *others: Definition) -> Any:
    """The extraction by one definition beside others."""
    return Reader((one, *others), BOOK).read(build_document(raw), trust=Trust.TRUSTED)


def order_value(mapping: dict[str, Any], raw: bytes, **more: Any) -> Any:
    """The value that one mapping of an order's or parcel's field gives, None if it gives none."""
    found, _ = mapped(definition(mapping, **more), raw)
    name = {"eta": "eta_from", "tracking_alias": "aliases"}.get(mapping["field"], mapping["field"])
    parts: list[Any] = [
        *found.layer.orders,
        found.layer.common_order,
        *found.layer.shipments,
        found.layer.common_shipment,
    ]
    if mapping["field"] == "status":
        return found.layer.status.value if found.layer.status else None
    value = next((value for part in parts if (value := getattr(part, name, None))), None)
    return value.value if isinstance(value, Value) else value


def values_of(part: Any) -> Iterator[Value[Any]]:
    """Every value in an extraction or a part of it."""
    if isinstance(part, Value):
        yield part
    elif isinstance(part, tuple):
        for inner in part:
            yield from values_of(inner)
    elif is_dataclass(part):
        for field in fields(part):
            yield from values_of(getattr(part, field.name))

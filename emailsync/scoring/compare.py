"""One mail's label against what was read in it, field by field.

A label holds what the mail states (its schema: docs/labels.md); `said` is the mail's entry of `export_member`.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

Label = Mapping[str, Any]
Said = Mapping[str, Any]

FIELDS = (
    "kind", "order_number", "tracking", "status", "total", "currency", "eta", "title", "quantity", "unit_price",
)  # fmt: skip
_PARCEL_KINDS = ("shipping", "out_for_delivery", "delivered", "exception")
_ORDER_KINDS = ("order_confirmation", "invoice")
_APPLIED = ("parsed", "deferred")


@dataclass(frozen=True, slots=True)
class Score:
    """Values of one field in one mail: read rightly, read though not there (or wrongly), stated but not read."""

    field: str
    right: int = 0
    surplus: int = 0
    lost: int = 0

    @property
    def exact(self) -> bool:
        return not self.surplus and not self.lost


def is_noise(said: Said) -> bool:
    """Whether a mail that is nobody's order was applied as one; held back is as good as silent."""
    return said["state"] in _APPLIED and bool(said["orders"] or said["shipments"])


def compare(label: Label, said: Said) -> list[Score]:
    """A score for every field that the label and its kind ask for."""
    return list(_scores(label, said))


def _scores(label: Label, said: Said) -> Iterator[Score]:
    yield _single("kind", label["kind"], [said["kind"]])
    yield _set("order_number", map(_number, label.get("order_numbers", ())), _order_numbers(said))
    yield _set("tracking", (_number(one["number"]) for one in label.get("tracking", ())), _tracking(said))
    if label["kind"] in _PARCEL_KINDS and "status" in label:
        statuses = [parcel["status"] for parcel in said["shipments"]] or [said["status"]]
        yield _single("status", label["status"], set(statuses))
    if label["kind"] in _ORDER_KINDS and len(label.get("order_numbers", ())) <= 1:
        for field in ("total", "currency"):
            if field in label:
                read = [order[field] for order in said["orders"] if order[field] is not None]
                yield _single(field, _amount(label[field]), [_amount(value) for value in read])
    yield from _eta(label, said)
    yield from _lines(label.get("items", ()), [line for order in said["orders"] for line in order["lines"]])


def _single(field: str, wanted: Any, read: Iterable[Any]) -> Score:
    """A field with one value: anything else that was read beside it is surplus."""
    values = [value for value in read if value is not None]
    right = int(wanted in values)
    return Score(field, right, len(values) - right, 1 - right)


def _set(field: str, wanted: Iterable[str], read: Iterable[str]) -> Score:
    wanted, read = set(wanted), set(read)
    return Score(field, len(wanted & read), len(read - wanted), len(wanted - read))


def _bag(field: str, wanted: list[str], read: list[str], *, lines: int) -> Score:
    """Values of a mail's `lines` labelled lines; lines whose value is not labelled may have any."""
    right = sum((Counter(wanted) & Counter(read)).values())
    unasked = lines - len(wanted)
    return Score(field, right, max(0, len(read) - right - unasked), len(wanted) - right)


def _eta(label: Label, said: Said) -> Iterator[Score]:
    read = {part[name] for part in (*said["shipments"], *said["orders"]) for name in ("eta_from", "eta_to")} - {None}
    if "eta" in label:
        right = int(label["eta"] in read)
        yield Score("eta", right, int(bool(read) and not right), 1 - right)
    elif "eta_text" not in label:
        yield Score("eta", surplus=int(bool(read)))


def _lines(items: Iterable[Mapping[str, Any]], lines: list[Mapping[str, Any]]) -> Iterator[Score]:
    items = list(items)
    titles = [_text(line["title"]) for line in lines if line["title"]]
    yield _bag("title", [_text(item["name"]) for item in items], titles, lines=len(items))
    wanted = [str(item["quantity"]) for item in items if "quantity" in item]
    quantities = [str(line["quantity"]) for line in lines if line["quantity"] is not None]
    yield _bag("quantity", wanted, quantities, lines=len(items))
    named = "line_total" if any("line_total" in item and "unit_price" not in item for item in items) else "unit_price"
    prices = [price for item in items if (price := item.get("line_total") or item.get("unit_price"))]
    read = [_amount(price) for line in lines if (price := _price(line, named)) is not None]
    yield _bag("unit_price", [_amount(price) for price in prices], read, lines=len(items))


def _price(line: Mapping[str, Any], named: str) -> Any:
    """A line's price in the meaning that the label has: of the whole line where a label gives one, else of a unit."""
    return line[named] if line[named] is not None else line["unit_price"] or line["line_total"]


def _order_numbers(said: Said) -> Iterator[str]:
    for order in said["orders"]:
        if order["order_number"]:
            yield _number(order["order_number"])
    for parcel in said["shipments"]:
        yield from map(_number, parcel["order_numbers"])


def _tracking(said: Said) -> Iterator[str]:
    for parcel in said["shipments"]:
        if parcel["tracking_number"]:
            yield _number(parcel["tracking_number"])


def _text(value: str) -> str:
    normal = unicodedata.normalize("NFKC", value)
    visible = "".join(character for character in normal if unicodedata.category(character) != "Cf")
    return " ".join(visible.split()).casefold()


def _number(value: str) -> str:
    return "".join(character for character in _text(value) if character not in " -#")


def _amount(value: Any) -> str:
    try:
        return str(Decimal(str(value)).quantize(Decimal("0.01")))
    except InvalidOperation:
        return str(value)

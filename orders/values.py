"""The values of an order as its page shows them: what stands, who says so, and how it can be changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from common import dates
from common.money import split_money
from common.templatetags.flux import UNKNOWN
from orders.models import Order, OrderLine

LABELS = {
    "retailer_name": "Retailer",
    "ordered_at": "Placed",
    "seller": "Seller",
    "eta_from": "Expected from",
    "eta_to": "Expected by",
    "currency": "Currency",
    "subtotal": "Items",
    "discount": "Discount",
    "shipping": "Delivery",
    "tax": "Tax",
    "total": "Total",
    "title": "Item",
    "quantity": "Quantity",
    "unit_price": "Unit price",
    "line_total": "Line total",
}
FACTS = ("retailer_name", "seller", "ordered_at", "eta_from", "eta_to", "currency")
AMOUNTS = ("subtotal", "discount", "shipping", "tax", "total")
MONEY = (*AMOUNTS, "unit_price", "line_total")
DAYS = ("ordered_at", "eta_from", "eta_to")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A value that a person tried to set and why it cannot stand."""

    field: str
    line: str
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class ValueView:
    """One value with its form. `provenance`: all of its owner; `read`: what the e-mail says, as printed, "" if none."""

    field: str
    line: str
    label: str
    html: SafeString | str
    raw: str
    provenance: dict[str, Any]
    typed: bool
    read: str
    id: str
    error: str = ""

    @property
    def input_type(self) -> str:
        return "date" if self.field in DAYS else "text"

    @property
    def inputmode(self) -> str:
        return "decimal" if self.field in MONEY else "numeric" if self.field == "quantity" else "text"


@dataclass(frozen=True, slots=True)
class LineView:
    """One line of an order with its editable values."""

    line: OrderLine
    title: ValueView
    quantity: ValueView
    unit_price: ValueView
    line_total: ValueView


class Presenter:
    """Turns an order into what its page shows, in the member's locale."""

    def __init__(self, order: Order, *, locale: str, refusal: Refusal | None = None) -> None:
        self.order = order
        self.locale = locale
        self.refusal = refusal

    def facts(self) -> list[ValueView]:
        """Who sold it, when it was placed and is expected, in which currency it was paid: what is known of it."""
        return [self._value(self.order, name, "") for name in FACTS if getattr(self.order, name)]

    def totals(self) -> list[ValueView]:
        """The amounts; the total always, the others where they are known."""
        known = [name for name in AMOUNTS if name == "total" or getattr(self.order, name) is not None]
        return [self._value(self.order, name, "") for name in known]

    def missing(self) -> list[ValueView]:
        """What no e-mail gave and a person may add."""
        names = [name for name in (*FACTS, *AMOUNTS) if name != "total"]
        return [self._value(self.order, name, "") for name in names if getattr(self.order, name) in (None, "")]

    def lines(self) -> list[LineView]:
        """Every line in the order of the e-mail."""
        return [
            LineView(
                line, *(self._value(line, name, line.key) for name in ("title", "quantity", "unit_price", "line_total"))
            )
            for line in self.order.lines.all()
        ]

    def _value(self, owner: Order | OrderLine, name: str, line_key: str) -> ValueView:
        value = getattr(owner, name)
        origin = owner.provenance.get(name) or {}
        mail = origin.get("mail") if origin.get("typed") else origin
        refused = self.refusal
        at_fault = refused if refused and (refused.field, refused.line) == (name, line_key) else None
        owner_id = owner.pk if line_key else "order"
        return ValueView(
            field=name,
            line=line_key,
            label=LABELS[name],
            html=self._shown(name, value),
            raw=at_fault.text if at_fault else _raw(name, value),
            provenance=owner.provenance,
            typed=bool(origin.get("typed")),
            read=str((mail or {}).get("raw") or (mail or {}).get("value") or ""),
            id=f"value-{owner_id}-{name}",
            error=at_fault.reason if at_fault else "",
        )

    def _shown(self, name: str, value: Any) -> SafeString | str:
        if value in (None, ""):
            return UNKNOWN
        if name in MONEY:
            return self._money(-value if name == "discount" else value)
        if name == "ordered_at":
            return self._placed(str(value))
        return dates.short_day(value, locale=self.locale) if isinstance(value, date) else str(value)

    def _money(self, amount: Decimal) -> SafeString:
        minus, sign, figures = split_money(amount, self.order.currency, locale=self.locale)
        return format_html('<span class="money">{}<small>{}</small>{}</span>', minus, sign, figures)

    def _placed(self, text: str) -> str:
        """`ordered_at` is a day, or an instant as the e-mail means it; the instant is shown in the member's zone."""
        placed = dates.day_or_instant(text)
        if isinstance(placed, datetime):
            return dates.long_time(placed, locale=self.locale)
        return dates.long_day(placed, locale=self.locale)


def _raw(name: str, value: Any) -> str:
    if value is None:
        return ""
    return str(value)[:10] if name in DAYS else str(value)

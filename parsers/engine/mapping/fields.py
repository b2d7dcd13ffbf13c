"""The fields a definition can fill: what type each has, and in which scopes it may stand."""

from __future__ import annotations

from enum import StrEnum


class Type(StrEnum):
    """What a field holds; it decides how a text becomes a value and how the value is judged."""

    TEXT = "text"
    MONEY = "money"
    QUANTITY = "quantity"
    DATE = "date"
    PERIOD = "period"
    """A first and a last day."""
    ORDER = "order"
    TRACKING = "tracking"
    CARRIER = "carrier"
    STATUS = "status"
    CURRENCY = "currency"
    ADDRESS = "address"
    """A web address."""


ORDER_FIELDS = (
    "order_number", "ordered_at", "retailer", "retailer_name", "seller", "currency", "subtotal", "shipping", "discount",
    "tax", "total", "refund", "eta", "status",
)  # fmt: skip
LINE_FIELDS = ("title", "sku", "quantity", "unit_price", "line_total", "price", "image")
SHIPMENT_FIELDS = (
    "tracking_number", "tracking_alias", "parcel_key", "carrier", "via", "merchant", "status", "shipped_at",
    "delivered_at", "eta", "order_number",
)  # fmt: skip
SUMS = ("subtotal", "shipping", "discount", "tax", "total", "refund")
"""What belongs to one order alone."""

ALLOWED = {
    "message": frozenset(ORDER_FIELDS + LINE_FIELDS + SHIPMENT_FIELDS),
    "orders": frozenset(ORDER_FIELDS),
    "shipments": frozenset(SHIPMENT_FIELDS),
    "lines": frozenset(LINE_FIELDS),
}
PARENTS = {"orders": ("",), "shipments": ("", "orders"), "lines": ("", "orders", "shipments")}
"""What the parent scope of each kind may hold; "" for the mail itself."""

MULTIPLE = frozenset(("order_number", "tracking_number", "tracking_alias"))
"""Fields of which one place may give several."""

_TYPES = {
    Type.MONEY: (*SUMS, "unit_price", "line_total", "price"),
    Type.QUANTITY: ("quantity",),
    Type.DATE: ("ordered_at", "shipped_at", "delivered_at"),
    Type.PERIOD: ("eta",),
    Type.ORDER: ("order_number",),
    Type.TRACKING: ("tracking_number", "tracking_alias"),
    Type.CARRIER: ("carrier", "via"),
    Type.STATUS: ("status",),
    Type.CURRENCY: ("currency",),
    Type.ADDRESS: ("image",),
}
_BY_FIELD = {name: kind for kind, names in _TYPES.items() for name in names}


def type_of(field: str) -> Type:
    """The type of a field of the closed vocabulary."""
    return _BY_FIELD.get(field, Type.TEXT)

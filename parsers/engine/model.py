"""The parts of a parser definition, typed: how a template is recognised and where its values stand.

`definition.py` reads and writes them as JSON; `mapping` compiles and runs them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MATCH_TARGETS = (
    "from_addr", "from_domain", "from_name", "reply_to", "return_path", "subject", "heading", "body_text",
    "link_host", "img_host", "header", "signature", "attachment_name",
)  # fmt: skip
MATCH_OPS = ("equals", "domain", "contains", "icontains_all", "re2", "similar")
METHODS = (
    "label", "table_column", "css", "xpath", "regex", "jsonld", "link_param", "image", "header", "attachment",
    "const", "derive",
)  # fmt: skip
SCOPE_KINDS = ("css_repeat", "xpath_repeat", "table", "text_block", "jsonld_array")
FIELDS = (
    # order
    "order_number", "ordered_at", "retailer", "retailer_name", "seller", "currency", "subtotal", "shipping", "discount",
    "tax", "total", "refund",
    # line
    "title", "sku", "quantity", "unit_price", "line_total", "price", "image",
    # shipment
    "tracking_number", "tracking_alias", "parcel_key", "carrier", "via", "merchant", "status", "shipped_at",
    "delivered_at", "eta",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Matcher:
    """One test of a mail. role: `must`, `should` or `must_not`; weight in 0..1 counts for `should` only."""

    target: str
    op: str
    value: str
    role: str = "should"
    weight: float = 0.5
    header: str = ""
    """Header name when target is `header`."""


@dataclass(frozen=True, slots=True)
class Transform:
    """One step of the closed vocabulary, e.g. Transform("strip_prefix", ("Order",))."""

    name: str
    args: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Mapping_:
    """One way to find one field. Several for a field form a chain ordered by `priority`; the first valid value wins."""

    field: str
    method: str
    selector: str
    """Method's own language: label phrases separated by `|`, header phrases, CSS, XPath, RE2, dotted path, …"""
    scope: str = "message"
    """`message`, or the name of the row scope that it is resolved in."""
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    transforms: tuple[Transform, ...] = ()
    required: bool = False
    multiple: bool = False
    priority: int = 1
    note: str = ""


@dataclass(frozen=True, slots=True)
class RowScope:
    """Repeated parts of a mail: the items (`of="lines"`), the parcels (`shipments`) or the orders (`orders`)."""

    name: str
    of: str
    how: str
    selector: str
    parent: str = ""
    start_after: tuple[str, ...] = ()
    stop_before: tuple[str, ...] = ()
    row_must_contain: tuple[str, ...] = ()
    """Any of `money`, `quantity`, `image`, `link`."""
    skip_if: tuple[str, ...] = ()
    """Phrases that make a row not an item (delivery charge, gift card, discount)."""


@dataclass(frozen=True, slots=True)
class Definition:
    """One template family of one author. Immutable; a change is a new version.

    kind: one of `Kind`, or `auto`: a parcel mail whose kind follows its status.
    order_pattern: RE2 that an order number of this author must match whole, "" if unknown.
    status_phrases: phrase -> Status value, in the author's own words, most specific first.
    price_meaning: `unit`, `line`, or "" to let the price identities decide.
    """

    key: str
    name: str
    author: str
    author_type: str
    kind: str
    version: int = 1
    author_name: str = ""
    family: bool = False
    """A shop platform: the retailer is the shop, named by the sender."""
    brand: str = ""
    """Retailer or carrier key that the values belong to; default: author."""
    language: str = ""
    currency: str = ""
    dayfirst: bool | None = None
    """How 03/04 is read; None: by the sender's country and language."""
    part: str = ""
    """`plain` or `html` where one of the two is to be preferred."""
    order_pattern: str = ""
    status_phrases: Mapping[str, str] = dataclasses.field(default_factory=dict)
    ignore_phrases: tuple[str, ...] = ()
    """Sentences of this author in which status phrases mean nothing (footers, hints)."""
    price_meaning: str = ""
    matchers: tuple[Matcher, ...] = ()
    mappings: tuple[Mapping_, ...] = ()
    row_scopes: tuple[RowScope, ...] = ()
    required: tuple[str, ...] = ()
    """Fields without which the mail is `incomplete`; empty: the minimum of the kind."""
    proven: bool = False
    """False while the definition was made from facts only and no real mail has confirmed it."""
    health: float = 1.0


class DefinitionError(ValueError):
    """A definition document is wrong; the text names the place and what to do."""

"""A template taught by data alone: three mails of an invented shop."""

from decimal import Decimal

import pytest

from parsers.engine.definition import from_json, to_json
from parsers.engine.extraction import Kind, Outcome, Status, Tier
from parsers.engine.tests.harbour import order_mail, parcels_mail, two_orders_mail
from parsers.engine.tests.reading import SENDER_MATCHER, mapped, read, values_of

ORDER = {
    "key": "lamps-order",
    "name": "Lamp Harbour orders",
    "author": "lampharbour",
    "author_type": "retailer",
    "author_name": "Lamp Harbour",
    "kind": "order_confirmation",
    "currency": "AUD",
    "order_pattern": "LH-[0-9]{5}",
    "matchers": [
        SENDER_MATCHER,
        {"target": "subject", "op": "contains", "value": "We have your order", "role": "must"},
    ],
    "required": ["order_number", "title"],
    "row_scopes": [
        {"name": "order", "of": "orders", "how": "css_repeat", "selector": "div.order"},
        {
            "name": "item",
            "of": "lines",
            "how": "table",
            "selector": "Lamp",
            "parent": "order",
        },
        {
            "name": "lamp",
            "of": "lines",
            "how": "table",
            "selector": "Lamp",
            "start_after": ["Your lamps"],
            "stop_before": ["You may also like"],
            "row_must_contain": ["money", "quantity"],
            "skip_if": ["Goods"],
        },
    ],
    "mappings": [
        {"field": "order_number", "method": "label", "selector": "Order reference", "scope": scope}
        for scope in ("message", "order")
    ]
    + [
        {
            "field": "total",
            "method": "label",
            "selector": "To pay",
            "scope": scope,
            "params": {"direction": "next_cell"},
        }
        for scope in ("message", "order")
    ]
    + [
        {"field": "ordered_at", "method": "regex", "selector": "Placed on (?P<value>.+)", "transforms": [["date"]]},
        {"field": "shipping", "method": "label", "selector": "Postage"},
        {"field": "subtotal", "method": "label", "selector": "Goods"},
        {"field": "sku", "method": "image", "selector": "/p/(?P<value>[A-Z0-9-]+)\\.jpg", "scope": "lamp"},
    ]
    + [
        {"field": field, "method": "table_column", "selector": heading, "scope": scope}
        for scope in ("item", "lamp")
        for field, heading in (("title", "Lamp"), ("quantity", "How many"), ("price", "Price"))
    ],
}
SHIPPED = {
    "key": "lamps-shipped",
    "name": "Lamp Harbour parcels",
    "author": "lampharbour",
    "author_type": "retailer",
    "kind": "auto",
    "order_pattern": "LH-[0-9]{5}",
    "matchers": [SENDER_MATCHER, {"target": "subject", "op": "contains", "value": "on the way", "role": "must"}],
    "required": ["order_number", "tracking_number", "status"],
    "row_scopes": [
        {"name": "parcel", "of": "shipments", "how": "css_repeat", "selector": ".parcel"},
        {"name": "content", "of": "lines", "how": "xpath_repeat", "selector": ".//li", "parent": "parcel"},
    ],
    "mappings": [
        {"field": "order_number", "method": "label", "selector": "Order reference"},
        {"field": "tracking_number", "method": "link_param", "selector": "consignment", "scope": "parcel"},
        {
            "field": "status",
            "method": "link_param",
            "selector": "stage",
            "scope": "parcel",
            "transforms": [["status_map", {"sent": "shipped"}]],
        },
        {
            "field": "title",
            "method": "regex",
            "selector": "\\d+ x (?P<value>.+)",
            "scope": "content",
        },
        {"field": "quantity", "method": "regex", "selector": "(?P<value>\\d+) x ", "scope": "content"},
    ],
}


def test_a_whole_order_is_read_by_its_definition():
    found = read(from_json(ORDER), order_mail(), from_json(SHIPPED))
    assert (found.outcome, found.tier, found.definition) == (Outcome.PARSED, Tier.DEFINITION, "lamps-order")
    assert found.kind == Kind.ORDER_CONFIRMATION
    assert found.status is not None
    assert found.status.value == Status.ORDERED
    (order,) = found.orders
    assert order.order_number.value == "LH-20261"
    assert order.order_number.source == "lamps-order/order_number/1:label"
    assert (order.subtotal.value, order.shipping.value, order.total.value) == (
        Decimal("95.50"),
        Decimal("9.95"),
        Decimal("105.45"),
    )
    assert order.ordered_at.value.isoformat() == "2026-03-01"
    lines = [
        (line.title.value, line.quantity.value, line.unit_price.value, line.line_total.value, line.sku.value)
        for line in order.lines
    ]
    assert lines == [
        ("Brass Desk Lamp", 2, Decimal("40.00"), Decimal("80.00"), "BDL-2"),
        ("Linen Shade", 1, Decimal("15.50"), Decimal("15.50"), "LS-9"),
    ]
    assert found.identity == "I1"
    assert found.confidence >= 0.9


def test_several_orders_in_one_mail_keep_their_own_lines_and_totals():
    found = read(from_json(ORDER), two_orders_mail())
    assert [(order.order_number.value, order.total.value) for order in found.orders] == [
        ("LH-30001", Decimal("40.00")),
        ("LH-30002", Decimal("82.00")),
    ]
    assert [[line.title.value for line in order.lines] for order in found.orders] == [
        ["Reading Lamp"],
        ["Floor Lamp", "Bulb"],
    ]
    assert found.orders[1].lines[1].unit_price.value == Decimal("3.00")
    assert found.shared_total is None


def test_several_parcels_of_an_order_have_their_numbers_and_its_lines():
    found = read(from_json(SHIPPED), parcels_mail(), from_json(ORDER))
    assert found.outcome == Outcome.PARSED
    assert found.kind == Kind.SHIPPING
    assert [parcel.tracking_number.value for parcel in found.shipments] == ["ZX10044551", "ZX10044552"]
    assert [[number.value for number in parcel.order_numbers] for parcel in found.shipments] == [["LH-20261"]] * 2
    assert {parcel.status.value for parcel in found.shipments} == {Status.SHIPPED}
    (order,) = found.orders
    assert [(line.title.value, line.quantity.value) for line in order.lines] == [
        ("Brass Desk Lamp", 2),
        ("Linen Shade", 1),
    ]


@pytest.mark.parametrize(
    ("document", "raw"), [(ORDER, order_mail()), (ORDER, two_orders_mail()), (SHIPPED, parcels_mail())]
)
def test_every_value_stands_where_its_span_says(document, raw):
    found, mail = mapped(from_json(document), raw)
    values = list(values_of(found.layer))
    assert values
    for value in values:
        assert value.span is not None
        assert mail.text[value.span.start : value.span.end] == value.raw
        assert value.raw


def test_reading_the_same_mail_twice_gives_the_same_result():
    for document, raw in ((ORDER, order_mail()), (SHIPPED, parcels_mail())):
        assert repr(read(from_json(document), raw)) == repr(read(from_json(document), raw))


@pytest.mark.parametrize("document", [ORDER, SHIPPED])
def test_a_definition_survives_writing_and_reading(document):
    one = from_json(document)
    assert to_json(from_json(to_json(one))) == to_json(one)


def test_a_required_field_that_is_missing_makes_the_mail_incomplete():
    found = read(from_json(ORDER | {"required": ["order_number", "discount"]}), order_mail())
    assert found.outcome == Outcome.INCOMPLETE
    assert found.missing == ("discount",)
    assert found.reason == "missing:discount"


def test_an_amount_without_a_currency_has_its_authors():
    said = read(from_json({**ORDER, "currency": "AUD"}), order_mail())
    assert said.orders[0].total is not None
    assert said.orders[0].currency is not None
    assert said.orders[0].currency.value == "AUD"

"""How values are judged, weighed and put over what the words and the markup of a mail say."""

from dataclasses import replace
from decimal import Decimal

import pytest

from parsers.engine.extraction import Kind, Outcome, Status
from parsers.engine.tests.harbour import mail
from parsers.engine.tests.reading import definition, mapped, order_value, read


def by(method: str, selector: str, field: str = "order_number", **more) -> dict:
    return {"field": field, "method": method, "selector": selector} | more


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("order_number", "LH-41001", "LH-41001"),
        ("order_number", "Mara", None),
        ("tracking_number", "ZX10044552", "ZX10044552"),
        ("tracking_number", "0400 123 456", None),
        ("tracking_number", "ABCDEFGH", None),
        ("total", "-$4.00", Decimal("-4.00")),
        ("subtotal", "-$4.00", None),
        ("total", "$99,000,000.00", None),
        ("discount", "-$4.00", Decimal("4.00")),
        ("eta", "5 March 2026", "2026-03-05"),
        ("eta", "5 March 2024", None),
        ("delivered_at", "5 March 2026", None),
        ("delivered_at", "1 March 2026", "2026-03-01"),
        ("retailer", "Lamp Harbour Pty", "lamp-harbour-pty"),
        ("seller", "x" * 500, None),
    ],
)
def test_a_value_is_taken_only_if_its_field_may_hold_it(field, text, value):
    got = order_value(by("label", "Here", field), mail(plain=f"Here: {text}"))
    assert (got.isoformat() if hasattr(got, "isoformat") else got) == value


def test_an_order_number_has_the_author_s_shape_or_is_none():
    raw = mail(plain="Number: 12345\n")
    assert order_value(by("label", "Number"), raw, order_pattern="LH-[0-9]+") is None
    assert order_value(by("label", "Number"), raw, order_pattern="[0-9]{5}") == "12345"


def test_a_tracking_number_is_never_the_order_number():
    one = definition(by("label", "Order"), by("label", "Order|Parcel", "tracking_number"))
    found, _ = mapped(one, mail(plain="Order: LH-99120\nParcel: ZX10044552\n"))
    assert [parcel.tracking_number.value for parcel in found.layer.shipments] == ["ZX10044552"]
    assert any(lost.reason == "is the order number" for lost in found.lost)


@pytest.mark.parametrize("quantity", ["0", "1000"])
def test_a_quantity_is_between_1_and_999(quantity):
    one = definition(by("const", "Wick", "title"), by("label", "Pieces", "quantity"))
    (line,) = mapped(one, mail(plain=f"Pieces: {quantity}"))[0].layer.orders[0].lines
    assert line.quantity is None


def test_a_row_without_a_title_is_none():
    one = definition(
        by("css", "b", "title", scope="row"),
        by("css", "i", "price", scope="row"),
        row_scopes=[{"name": "row", "of": "lines", "how": "css_repeat", "selector": "p"}],
    )
    found, _ = mapped(one, mail(html="<p><b>Wick</b> <i>$1.00</i></p><p><b>12</b> <i>$2.00</i></p><p><i>$3.00</i></p>"))
    assert [line.title.value for line in found.layer.orders[0].lines] == ["Wick"]


def test_the_first_valid_mapping_wins_and_the_losers_are_told():
    one = definition(
        by("label", "Number", priority=2),
        by("label", "Reference", priority=1),
        by("regex", "Code (?P<value>.+)", priority=3),
    )
    found, _ = mapped(one, mail(plain="Reference: none\nNumber: LH-41001\nCode LH-41002\n"))
    value = found.layer.orders[0].order_number
    assert (value.value, value.source) == ("LH-41001", "lamps/order_number/2:label")
    lost = {(one.raw, one.source, one.reason) for one in found.lost}
    assert ("none", "lamps/order_number/1:label", "unreadable") in lost
    assert ("LH-41002", "lamps/order_number/3:regex", "a mapping before it gave another value") in lost
    assert found.hits == {0, 2}


def test_two_methods_that_agree_are_believed_more_and_two_that_differ_less():
    def confidence(*mappings: dict) -> float:
        one = definition(*mappings)
        return mapped(one, mail(plain="Number: LH-41001\nCode LH-41002"))[0].layer.orders[0].order_number.confidence

    alone = confidence(by("label", "Number"))
    assert alone == pytest.approx(0.95 * 0.97)
    agreed = confidence(by("label", "Number"), by("regex", "(?P<value>LH-41001)"))
    assert agreed == pytest.approx(0.95 * 0.97 * 1.03, abs=1e-3)
    differing = confidence(by("label", "Number"), by("regex", "(?P<value>LH-41002)"))
    assert differing == pytest.approx(0.95 * 0.97 * 0.5, abs=1e-3)


def test_match_health_and_check_digit_weigh_in_the_confidence():
    raw = mail(plain="Carrier: Zip Parcels\nParcel: ZX10044552\nOther: ZX10044553\n")

    def confidence(label: str, **more) -> float:
        one = definition(by("label", "Carrier", "carrier"), by("label", label, "tracking_number"))
        found, _ = mapped(replace(one, **more), raw)
        return found.layer.shipments[0].tracking_number.confidence

    assert confidence("Parcel") == pytest.approx(0.95)
    assert confidence("Other") == pytest.approx(0.95 * 0.6)
    assert confidence("Parcel", health=0.5) == pytest.approx(0.95 * 0.5)
    assert confidence("Parcel", family=True) == pytest.approx(0.95 * 0.95, abs=1e-4)


@pytest.mark.parametrize(
    ("sums", "meaning", "unit"),
    [
        ("Goods: $8.00", "", "4.00"),
        ("Goods: $16.00", "", "8.00"),
        ("", "line", "4.00"),
        ("", "unit", "8.00"),
        ("Goods: $16.00", "line", "4.00"),
    ],
)
def test_the_sums_decide_what_a_printed_price_means_unless_the_definition_says(sums, meaning, unit):
    one = definition(
        by("label", "Number"),
        by("label", "Goods", "subtotal"),
        by("const", "Wick", "title"),
        by("label", "Pieces", "quantity"),
        by("label", "Price", "price"),
        price_meaning=meaning,
    )
    (line,) = mapped(one, mail(plain=f"Number: LH-41001\nPieces: 2\nPrice: $8.00\n{sums}"))[0].layer.orders[0].lines
    assert line.unit_price.value == Decimal(unit)
    assert line.line_total.value == Decimal(unit) * 2


MARKED = """<script type="application/ld+json">{"@type": "Order", "orderNumber": "LD-77001", "price": "5.00",
"priceCurrency": "AUD"}</script><h1>Order confirmation</h1><p>Number: LH-41001</p><p>Total: $6.00</p>"""


def test_a_sound_definition_corrects_the_markup_and_an_unsound_one_only_fills_it():
    one = definition(by("label", "Number"))
    found = read(one, mail(subject="Your order", html=MARKED))
    assert found.orders[0].order_number.value == "LH-41001"
    assert found.orders[0].total.value == Decimal("5.00")
    assert any(lost.raw == "LD-77001" and lost.source == "markup" for lost in found.alternatives)
    found = read(replace(one, health=0.9), mail(subject="Your order", html=MARKED))
    assert found.orders[0].order_number.value == "LD-77001"


def test_what_the_mappings_leave_empty_is_filled_by_the_words_of_the_mail():
    one = definition(by("label", "Our code"))
    found = read(one, mail(subject="Order confirmation", plain="Our code: LH-41001\nTotal: AU$6.00\n"))
    assert (found.orders[0].order_number.value, found.orders[0].total.value) == ("LH-41001", Decimal("6.00"))
    assert found.orders[0].total.source.startswith("generic/")


def test_a_fixed_kind_and_a_mapped_status_decide_what_the_mail_is():
    raw = mail(subject="News of your lamps", plain="Our code: LH-41001\nState: bagged\n")
    fixed = read(definition(by("label", "Our code"), kind="delivered"), raw)
    assert (fixed.outcome, fixed.kind, fixed.status.value) == (Outcome.PARSED, Kind.DELIVERED, Status.DELIVERED)
    state = by("label", "State", "status", transforms=[["status_map", {"bagged": "shipped"}]])
    found = read(definition(by("label", "Our code"), state), raw)
    assert (found.kind, found.status.value) == (Kind.SHIPPING, Status.SHIPPED)
    assert found.shipments[0].status.value == Status.SHIPPED
    assert read(definition(), raw).outcome == Outcome.UNMATCHED


def test_where_two_fit_alike_the_one_with_more_of_its_fields_reads_the_mail():
    raw = mail(subject="Order confirmation", plain="Our code: LH-41001\n")
    blind = definition(by("label", "Nowhere"), key="a-blind", required=["order_number"])
    seeing = definition(by("label", "Our code"), key="b-seeing", required=["order_number"])
    assert read(blind, raw, seeing).definition == "b-seeing"
    assert read(blind, raw).outcome == Outcome.INCOMPLETE


def test_several_numbers_of_one_label_are_several_orders_or_parcels():
    one = definition(
        by("label", "Number", multiple=True),
        by("label", "Parcel", "tracking_number", multiple=True),
        by("label", "Sum", "total"),
        order_pattern="LH-[0-9]+",
    )
    raw = mail(plain="Number: LH-41001\nNumber: LH-41002\nParcel: ZX10044552\nParcel: ZX10044554\nSum: $9.00")
    layer = mapped(one, raw)[0].layer
    assert [order.order_number.value for order in layer.orders] == ["LH-41001", "LH-41002"]
    assert layer.shared_total.value == Decimal("9.00")
    assert [parcel.tracking_number.value for parcel in layer.shipments] == ["ZX10044552", "ZX10044554"]


def test_an_aggregator_that_is_named_as_the_carrier_is_the_way_it_came():
    one = definition(by("label", "Parcel", "tracking_number"), by("label", "By", "carrier"))
    (parcel,) = mapped(one, mail(plain="Parcel: ZX10044552\nBy: Parcel Hub"))[0].layer.shipments
    assert (parcel.carrier, parcel.via.value) == (None, "hub")

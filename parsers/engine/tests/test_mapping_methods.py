"""Each way to find a value, each kind of row scope."""

from decimal import Decimal

import pytest
from lxml import etree

from parsers.engine.build import build_document
from parsers.engine.extraction import Status
from parsers.engine.mapping.selectors import Selector
from parsers.engine.tests.harbour import mail
from parsers.engine.tests.reading import definition, mapped, order_value, values_of

JSON_LD = """<script type="application/ld+json">
{"@type": "Order", "orderNumber": "LD-77001", "acceptedOffer": [
  {"price": "5.00", "eligibleQuantity": {"value": 2}, "itemOffered": {"name": "Wick", "sku": "W1"}},
  {"price": "7.50", "eligibleQuantity": {"value": 1}, "itemOffered": {"name": "Gift card", "sku": "G1"}}]}
</script>"""
MICRODATA = """<div itemscope itemtype="http://schema.org/Order"><span itemprop="orderNumber">MD-88001</span></div>"""
HTML = f"""
  {JSON_LD}
  <h1>Hello Mara</h1>
  <p>Reference <b data-ref="R-555001">shown below</b></p>
  <table><tr><td>Order no</td><td>LH-41001</td></tr><tr><td>Sum due</td><td>$12.50</td></tr></table>
  <p>Number of the parcel</p><p>ZX10044552</p>
  <p>LH-41009 is your order</p>
  <table><tr><th>Ordered</th><th>Arrives</th></tr><tr><td>1 March 2026</td><td>5 March 2026</td></tr></table>
  <p class="code">LH-41003</p><ul><li>first</li><li>LH-41004</li></ul>
  <a href="https://go.example/r?u=https%3A%2F%2Fzip.example%2Ftrack%2FZX10044554%3Fstate%3Dhere">Follow the parcel</a>
  <a href="https://other.example/x?parcel=ZX10044558">Advert</a>
  <img src="https://img.example/o/LH-41005/a.png" alt="Picture of LH-41006">
"""


def html_root(html: str):
    tree = build_document(mail(html=html)).html
    assert tree is not None
    return tree.root


def read(field: str, method: str, selector: str, raw: bytes = b"", **more):
    mapping = {"field": field, "method": method, "selector": selector} | more
    return order_value(mapping, raw or mail(html=HTML, X_Order_Id="LH-41007"))


@pytest.mark.parametrize(
    ("direction", "field", "label", "value"),
    [
        (None, "order_number", "Order no", "LH-41001"),
        ("next_cell", "total", "Sum due", Decimal("12.50")),
        ("next_line", "tracking_number", "Number of the parcel", "ZX10044552"),
        ("cell_below", "ordered_at", "Ordered", "2026-03-01"),
        ("before", "order_number", "is your order", "LH-41009"),
        ("same_line_after", "order_number", "nowhere|Order no", None),
        ("next_cell", "order_number", "nowhere|Order no", "LH-41001"),
    ],
)
def test_a_label_finds_the_value_in_its_direction(direction, field, label, value):
    params = {"direction": direction} if direction else {}
    if direction == "before":
        params["anywhere"] = True
    got = read(field, "label", label, params=params)
    assert (got.isoformat() if field == "ordered_at" else got) == value


def test_a_label_in_a_sentence_counts_only_if_it_may_stand_anywhere():
    raw = mail(plain="We packed the order LH-41010 today")
    assert read("order_number", "label", "the order", raw) is None
    assert read("order_number", "label", "the order", raw, params={"anywhere": True}) == "LH-41010"


@pytest.mark.parametrize(
    ("method", "selector", "params", "value"),
    [
        ("css", "p.code", {}, "LH-41003"),
        ("css", "b[data-ref]", {"attr": "data-ref"}, "R-555001"),
        ("xpath", "//ul/li[contains(., 'LH-')]", {}, "LH-41004"),
        ("xpath", "//ul/li[2]", {"positional": True}, "LH-41004"),
        ("regex", "(?P<value>LH-4100[0-9]) is your", {}, "LH-41009"),
        ("regex", 'data-ref="(?P<value>[^"]+)"', {"target": "html"}, "R-555001"),
        ("jsonld", "Order.orderNumber", {}, "LD-77001"),
        ("image", "/o/(?P<value>[A-Z0-9-]+)/", {}, "LH-41005"),
        ("image", "(?P<value>LH-[0-9]+)", {"part": "alt", "host": "img.example"}, "LH-41006"),
        ("header", "X-Order-Id", {}, "LH-41007"),
        ("const", "LH-41008", {}, "LH-41008"),
        ("table_column", "Ordered", {}, None),
    ],
)
def test_each_method_finds_its_order_number(method, selector, params, value):
    assert read("order_number", method, selector, params=params) == value


def test_a_column_is_found_without_a_row_scope():
    assert read("eta", "table_column", "Delivery|Arrives").isoformat() == "2026-03-05"


def test_microdata_is_read_like_json_ld():
    assert read("order_number", "jsonld", "Order.orderNumber", mail(html=MICRODATA)) == "MD-88001"


def test_a_subject_and_a_heading_are_targets_of_their_own():
    raw = mail(subject="Re: order LH-41020", html="<h1>Order LH-41021</h1>")
    for target, value in (("subject", "LH-41020"), ("heading", "LH-41021")):
        params = {"target": target, "ignore_case": True}
        assert read("order_number", "regex", "ORDER (?P<value>LH-[0-9]+)", raw, params=params) == value


def test_a_link_gives_a_path_segment_or_a_parameter_of_its_unwrapped_target():
    picker = {"host": "zip.example", "text": "follow"}
    assert read("tracking_number", "link_param", "", params=picker | {"segment": -1}) == "ZX10044554"
    assert read("tracking_number", "link_param", "parcel", params={"path": "/x"}) == "ZX10044558"
    assert read("tracking_number", "link_param", "parcel", params=picker) is None
    status = read("status", "link_param", "state", params=picker, transforms=[["status_map", {"here": "delivered"}]])
    assert status == Status.DELIVERED


def test_the_text_of_an_attachment_is_read_by_label_or_pattern():
    raw = mail(plain="See the invoice", attachments=(("invoice.txt", "Invoice for LH-41030\nTotal\t$8.00\n"),))
    assert read("total", "attachment", "Total", raw, params={"name": "*.txt"}) == Decimal("8.00")
    pattern = "for (?P<value>LH-[0-9]+)"
    assert read("order_number", "attachment", pattern, raw, params={"method": "regex"}) == "LH-41030"
    assert read("total", "attachment", "Total", raw, params={"name": "other*"}) is None


def test_what_is_derived_stands_where_its_first_operand_stands():
    raw = mail(plain="Number: LH-41040\nWick: 4\nEach: $2.50\n")
    one = definition(
        {"field": "order_number", "method": "label", "selector": "Number"},
        {"field": "title", "method": "const", "selector": "Wick"},
        {"field": "line_total", "method": "derive", "selector": "unit_price * quantity"},
        {"field": "quantity", "method": "label", "selector": "Wick"},
        {"field": "unit_price", "method": "label", "selector": "Each"},
    )
    found, document = mapped(one, raw)
    (line,) = found.layer.orders[0].lines
    assert line.line_total.value == Decimal("10.00")
    assert document.slice(line.line_total.span) == line.line_total.raw == "$2.50"


@pytest.mark.parametrize(
    ("selector", "known", "value"),
    [
        ("line_total / unit_price", "$9.00", 3),
        ("(line_total - 3) / (unit_price + 0)", "$9.00", 2),
        ("line_total / (unit_price - 3)", "$9.00", None),
    ],
)
def test_arithmetic_keeps_its_ranks_and_a_division_by_nothing_gives_nothing(selector, known, value):
    one = definition(
        {"field": "title", "method": "const", "selector": "Wick"},
        {"field": "unit_price", "method": "const", "selector": "$3.00"},
        {"field": "line_total", "method": "const", "selector": known},
        {"field": "quantity", "method": "derive", "selector": selector},
    )
    (line,) = mapped(one, mail(plain="x"))[0].layer.orders[0].lines
    assert (line.quantity.value if line.quantity else None) == value


# --- row scopes ---

LIST = """<h2>Items</h2><div class="i">Wick <i>2</i> $4.00</div><div class="i">Postage <i>1</i> $3.00</div>
<div class="i">Shade <i>1</i> $6.00</div><h2>Have you seen</h2><div class="i">Advert <i>1</i> $9.00</div>"""
PLAIN = """Items
2 x Wick
 colour: white
 $4.00
1 x Shade
 $6.00
Subtotal $10.00
1 x Advert
"""


def titles(scope: dict, *mappings: dict, raw: bytes) -> list:
    one = definition(
        *({"scope": "row"} | mapping for mapping in mappings),
        row_scopes=[{"name": "row", "of": "lines"} | scope],
    )
    found, document = mapped(one, raw)
    assert all(document.slice(value.span) == value.raw for value in values_of(found.layer) if value.span)
    return [
        (line.title.value, line.quantity.value if line.quantity else None)
        for order in found.layer.orders
        for line in order.lines
    ]


QUANTITY = {"field": "quantity", "method": "regex", "selector": r"(?P<value>\d+) x "}
TITLE = {"field": "title", "method": "regex", "selector": r"\d+ x (?P<value>.+)"}


@pytest.mark.parametrize(("how", "selector"), [("css_repeat", "div.i"), ("xpath_repeat", "//div[@class='i']")])
def test_repeated_elements_are_rows_between_their_anchors(how, selector):
    scope = {"how": how, "selector": selector, "start_after": ["Items"], "stop_before": ["Have you seen"]}
    title = {"field": "title", "method": "regex", "selector": "^(?P<value>[A-Za-z]+)"}
    quantity = {"field": "quantity", "method": "css", "selector": "i"}
    wanted = [("Wick", 2), ("Postage", 1), ("Shade", 1)]
    assert titles(scope, title, quantity, raw=mail(html=LIST)) == wanted
    assert titles(scope | {"skip_if": ["postage"]}, title, quantity, raw=mail(html=LIST)) == [wanted[0], wanted[2]]


def test_a_text_block_is_a_row_from_each_line_with_the_key_to_the_next():
    scope = {"how": "text_block", "selector": r"^\d+ x ", "start_after": ["Items"], "stop_before": ["Subtotal"]}
    assert titles(scope, TITLE, QUANTITY, raw=mail(plain=PLAIN)) == [("Wick", 2), ("Shade", 1)]
    priced = scope | {"row_must_contain": ["money"], "stop_before": []}
    assert titles(priced, TITLE, QUANTITY, raw=mail(plain=PLAIN.replace("Subtotal $10.00\n", ""))) == [
        ("Wick", 2),
        ("Shade", 1),
    ]


def test_no_row_is_found_if_the_anchor_before_them_is_missing():
    scope = {"how": "text_block", "selector": r"^\d+ x ", "start_after": ["Contents"]}
    assert titles(scope, TITLE, QUANTITY, raw=mail(plain=PLAIN)) == []


@pytest.mark.parametrize("part", ["html", "plain"])
def test_a_table_gives_rows_in_either_part(part):
    html = "<table><tr><th>Thing</th><th>Pieces</th></tr><tr><td>Wick</td><td>2</td></tr></table>"
    raw = mail(html=html) if part == "html" else mail(plain="Thing\tPieces\nWick\t2\n")
    columns = [
        {"field": "title", "method": "table_column", "selector": "Item|Thing"},
        {"field": "quantity", "method": "table_column", "selector": "Pieces"},
    ]
    assert titles({"how": "table", "selector": "Thing"}, *columns, raw=raw) == [("Wick", 2)]


def test_a_cell_over_two_columns_and_an_empty_one_do_not_shift_the_columns():
    html = """<table><tr><th>Pic</th><th>Thing</th><th>Colour</th><th>Pieces</th></tr>
      <tr><td></td><td colspan="2">Wick</td><td>2</td></tr>
      <tr><td></td><td>Shade</td><td></td><td>1</td></tr></table>"""
    columns = [
        {"field": "title", "method": "table_column", "selector": "Thing"},
        {"field": "quantity", "method": "table_column", "selector": "Pieces"},
    ]
    assert titles({"how": "table", "selector": "Thing"}, *columns, raw=mail(html=html)) == [("Wick", 2), ("Shade", 1)]


def test_entries_of_markup_are_rows():
    scope = {"how": "jsonld_array", "selector": "Order.acceptedOffer[*]", "skip_if": ["gift card"]}
    title = {"field": "title", "method": "jsonld", "selector": "itemOffered.name"}
    quantity = {"field": "quantity", "method": "jsonld", "selector": "eligibleQuantity.value"}
    assert titles(scope, title, quantity, raw=mail(html=JSON_LD + "<p>x</p>")) == [("Wick", 2)]


def test_a_picture_belongs_to_the_row_it_stands_in():
    html = "".join(
        f'<div class="i"><img src="https://img.example/p/{sku}.jpg"><p>{name}</p></div>'
        for sku, name in (("S1", "Wick"), ("S2", "Shade"))
    )
    one = definition(
        {"field": "title", "method": "css", "selector": "p", "scope": "row"},
        {"field": "sku", "method": "image", "selector": "/p/(?P<value>S[0-9])", "scope": "row"},
        {"field": "image", "method": "image", "selector": "", "scope": "row"},
        row_scopes=[
            {"name": "row", "of": "lines", "how": "css_repeat", "selector": ".i", "row_must_contain": ["image"]}
        ],
    )
    found, document = mapped(one, mail(html=html))
    lines = found.layer.orders[0].lines
    assert [(line.sku.value, line.image.value) for line in lines] == [
        ("S1", "https://img.example/p/S1.jpg"),
        ("S2", "https://img.example/p/S2.jpg"),
    ]
    assert all(document.slice(line.image.span) == line.image.raw for line in lines)


def test_attachments_and_machine_headers_stand_behind_everything_else():
    document = build_document(mail(plain="Hello", attachments=(("a.txt", "inside"),), X_Thing="seen"))
    assert document.text.endswith("a.txt\ninside\nx-thing: seen\n")
    assert [line.text for line in document.body()] == ["Hello"]


@pytest.mark.parametrize(
    "expression",
    [
        "//div//p",
        "//div//div//p",
        "//div/p",
        "//p[.='a']/following-sibling::p",
        "//p[.='c']/ancestor::div[1]/p",
        "//p[contains(., '//')] | //div[@id='x|y']/p",
        ".//section//p",
        "(//p)[1]",
    ],
)
def test_a_path_run_by_steps_finds_what_it_finds_as_a_whole(expression):
    html = "<div id='x|y'><p>a</p><div><div><p>b</p><p>c</p></div></div><p>d</p></div>"
    root = html_root(html)
    assert {*Selector(expression)(root)} == {*etree.XPath(expression)(root)}


def test_a_deep_and_wide_tree_is_searched_in_linear_steps():
    html = ("<div>" * 100 + "x" + "</div>" * 100) * 100
    root = html_root(html)
    assert len(Selector("//div//div//div//div")(root)) == 100 * 97

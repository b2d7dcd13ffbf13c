"""What a definition may not say: every fault names its place and what to do, and nothing hostile is compiled."""

from typing import Any

import pytest

from parsers.engine.definition import DefinitionError, from_json
from parsers.engine.tests.reading import SENDER_MATCHER, definition


def refused(*mappings: dict, **more) -> str:
    with pytest.raises(DefinitionError) as caught:
        definition(*mappings, **more)
    return str(caught.value)


def by(method: str, selector: Any, field: str = "order_number", **more) -> dict:
    return {"field": field, "method": method, "selector": selector} | more


@pytest.mark.parametrize(
    ("mapping", "says"),
    [
        (by("regex", r"(?P<value>.)\1"), "mappings[0].selector: not possible in RE2"),
        (by("regex", r"(?P<value>\d+)(?=x)"), "mappings[0].selector: not possible in RE2"),
        (by("regex", "(?P<value>" + "a" * 100_000 + ")"), "longer than 2000 characters"),
        (by("regex", "(?P<value>(((a{1,30}){1,30}){1,30}))"), "mappings[0].selector: "),
        (by("regex", "(?P<value>[a-z]{900}[0-9]{900}.{900}x{900}[^q]{900})"), "too costly"),
        (by("regex", "(?P<value>a*)"), "matches the empty text"),
        (by("regex", "[0-9]+"), "no part is named value. Write (?P<value>…)"),
        (by("regex", ""), "is empty"),
        (by("regex", "(?P<value>a)", params={"target": "moon"}), "params.target: “moon” is none of subject"),
        (by("css", "td["), "is not a CSS selector"),
        (by("css", ""), "is empty"),
        (by("css", "a" * 500), "longer than 400"),
        (by("xpath", "//td[2]"), 'set params {"positional": true}'),
        (by("xpath", "//td[last()]"), "counts positions ([last()])"),
        (by("xpath", "//td["), "cannot be used"),
        (by("xpath", "count(//td)"), "it gives no elements"),
        (by("xpath", "//a/@href"), 'params: {"attr": "href"}'),
        (by("xpath", "//*//*//*//*//*"), "searches the tree too often"),
        (by("xpath", "//*[.//*[.//*]]"), "searches the tree too often"),
        (by("xpath", "re:test(//a, 'x')"), "cannot be used"),
        (by("jsonld", "Order..x"), "is no step"),
        (by("jsonld", "Order.items[0]"), "is no step"),
        (by("label", " | x"), "write the label's words"),
        (by("label", "x", params={"direction": "up"}), "“up” is none of same_line_after"),
        (by("label", "x", params={"colour": 1}), "“colour” means nothing to label"),
        (by("label", "x", params={"anywhere": "yes"}), "params.anywhere: has to be of type bool"),
        (by("link_param", ""), "name the parameter"),
        (by("image", "a", params={"part": "width"}), "is none of alt, src, title"),
        (by("header", "X: y"), "the name of one header"),
        (by("attachment", "Total", params={"name": "*.pdf"}), "attachments that are text only"),
        (by("attachment", "Total", params={"method": "css"}), "use label or regex"),
        (by("const", " "), "write the value"),
        (by("derive", "total +", "tax"), "a field or a number is missing"),
        (by("derive", "(total", "tax"), "a bracket is not closed"),
        (by("derive", "total subtotal", "tax"), "is too much"),
        (by("derive", "__import__('os')", "tax"), "is no field"),
        (by("derive", "3 * 4", "tax"), "names no field"),
        (by("derive", "seller * 2", "tax"), "“seller” is no amount or quantity"),
        (by("derive", "(" * 50 + "total" + ")" * 50, "tax"), "mappings[0].selector"),
        (by("magic", "x"), "mappings[0].method: “magic” is none of label"),
        (by("label", "x", "colour"), "mappings[0].field: “colour” is none of"),
        (by("label", "x", scope="nowhere"), "there is no row scope “nowhere”"),
        (by("label", "x", "total", multiple=True), "may have several values"),
        (by("label", "x", transforms=[["trim"]] * 30), "at most 20"),
        (by("label", "x", transforms="trim"), "each step is a list"),
        (by("label", 3), "mappings[0].selector: has to be a text"),
        (by("label", "x", priority="1"), "mappings[0].priority: has to be a whole number"),
        (by("label", "x", required=1), "mappings[0].required: has to be true or false"),
    ],
)
def test_a_mapping_that_cannot_be_used_is_refused(mapping, says):
    message = refused(mapping)
    assert message.startswith("mappings[0]")
    assert says in message


def scope(name: str, of: str = "lines", **more) -> dict:
    return {"name": name, "of": of, "how": "css_repeat", "selector": "tr"} | more


@pytest.mark.parametrize(
    ("scopes", "says"),
    [
        ([scope("a", parent="b"), scope("b", parent="a")], "contains itself"),
        ([scope("a", parent="a")], "contains itself"),
        ([scope("a", parent="z")], "there is no row scope “z”"),
        ([scope("a"), scope("a")], "is empty or taken"),
        ([scope("message")], "is empty or taken"),
        ([scope("a", of="parties")], "“parties” is none of orders, shipments, lines"),
        ([scope("a", how="guess")], "row_scopes[0].how: “guess” is none of css_repeat"),
        ([scope("a"), scope("b", of="orders", parent="a")], "orders stand in lines never"),
        ([scope("a", row_must_contain=["gold"])], "“gold” is none of money"),
        ([scope("a", how="text_block", selector="x*")], "matches the empty text"),
        ([scope("a", how="xpath_repeat", selector="//tr[3]")], "counts positions"),
        ([scope("a", how="jsonld_array", selector="Order.x[*]", start_after=["x"])], "markup has no anchors"),
        ([scope("a", start_after="Items")], "row_scopes[0].start_after: has to be a list of texts"),
        ([scope("a", skip_if=[3])], "holds something that is no text"),
    ],
)
def test_a_row_scope_that_cannot_be_used_is_refused(scopes, says):
    assert says in refused(row_scopes=scopes)


def test_a_row_may_not_search_from_the_root():
    mapping = by("xpath", "//td", "title", scope="a")
    assert "Begin with .//" in refused(mapping, row_scopes=[scope("a")])


def test_a_field_stands_only_in_scopes_that_may_have_it():
    assert "“total” has no place in lines" in refused(by("label", "x", "total", scope="a"), row_scopes=[scope("a")])


def test_fields_that_need_each_other_are_refused():
    message = refused(by("derive", "total - tax", "subtotal"), by("derive", "total - subtotal", "tax"))
    assert "needs" in message


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"kind": "party"}, "kind: “party” is none"),
        ({"key": "a b"}, "key: "),
        ({"version": 0}, "version: "),
        ({"price_meaning": "each"}, "price_meaning: use unit, line"),
        ({"required": ["colour"]}, "required: “colour” is none of"),
        ({"required": "total"}, "required: has to be a list of texts"),
        ({"order_pattern": "(a|b"}, "order_pattern: not possible in RE2"),
        ({"status_phrases": {"gone": 3}}, "status_phrases: holds something that is no text"),
        ({"matchers": [SENDER_MATCHER | {"value": 3}]}, "matchers[0].value: has to be a text"),
        ({"matchers": {"a": 1}}, "matchers: has to be a list of objects"),
        ({"colour": 1}, "“colour” is no field"),
    ],
)
def test_a_definition_with_a_fault_is_refused(change, says):
    assert says in refused(**change)


def test_a_document_without_its_name_is_refused():
    with pytest.raises(DefinitionError, match="author: is missing"):
        from_json({"key": "a", "name": "A"})


def test_a_pattern_that_takes_others_for_ever_is_answered_at_once():
    """RE2 has no backtracking: what would hang another engine is an ordinary pattern here."""
    one = definition(by("regex", "(?P<value>(?:a+)+b)"))
    assert one.mappings[0].selector == "(?P<value>(?:a+)+b)"

"""Every step of the closed vocabulary: what it makes, what it refuses, and where its result stands."""

from datetime import date
from decimal import Decimal

import pytest

from parsers.engine.build import build_document
from parsers.engine.definition import DefinitionError
from parsers.engine.document import Span
from parsers.engine.extraction import Status
from parsers.engine.mapping.piece import Context, Mail, Piece
from parsers.engine.mapping.transforms import TRANSFORMS, compile_transform
from parsers.engine.model import Transform
from parsers.engine.tests.harbour import mail
from parsers.engine.tests.reading import BOOK, definition


def context(**known) -> Context:
    one = definition(status_phrases={"has left us": "shipped"})
    return Context(Mail(build_document(mail(plain="x")), one, BOOK, date(2026, 3, 2), None, (), {}), known)


def run(text, *step, **known):
    """(value, the characters its span cuts out of the text) of the first piece, None if nothing is left."""
    pieces = [Piece(one, Span(0, len(one))) for one in ([text] if isinstance(text, str) else text)]
    result = compile_transform(Transform(step[0], tuple(step[1:])), "mappings[0]").run(pieces, context(**known))
    if not result:
        return None
    piece = result[0]
    return piece.value, text[piece.span.start : piece.span.end] if piece.span and isinstance(text, str) else None


CASES = [
    (("trim",), "  a b ", "a b", "a b"),
    (("collapse_ws",), "a \n b", "a b", "a \n b"),
    (("upper",), "ab1", "AB1", "ab1"),
    (("lower",), "AB1", "ab1", "AB1"),
    (("strip_prefix", "Order", "Order no"), "order no 12", "12", "12"),
    (("strip_prefix", ["No."]), "No. 12", "12", "12"),
    (("strip_suffix", "pieces"), "12 Pieces", "12", "12"),
    (("remove", "[ -]"), "12-34 5", "12345", "12-34 5"),
    (("extract", r"#(\d+)"), "see #12 and #13", "12", "12"),
    (("extract", r"(?P<value>\d+)-\d"), "as 12-3", "12", "12"),
    (("extract", r"\d+"), "as 12", "12", "12"),
    (("replace", {"a": "b", "b": "a"}), "aab", "bba", "aab"),
    (("split", "/", 1), "one/ two /three", "two", "two"),
    (("split", "/", -1), "one/two", "two", "two"),
    (("first_line",), "\n first\vsecond", "first", "first"),
    (("url_param", "no", "id"), "https://x.example/a?id=77&b=1", "77", "77"),
    (("url_path", 1), "https://x.example/a/b%20c/d", "b c", "https://x.example/a/b%20c/d"),
    (("url_path", -1), "https://x.example/a/99", "99", "99"),
    (("url_decode",), "a%2Fb", "a/b", "a%2Fb"),
    (("money",), "was A$5.00 now A$1,234.50", Decimal("1234.50"), "A$1,234.50"),
    (("money",), "1.234,56 €", Decimal("1234.56"), "1.234,56 €"),
    (("money",), "-$4.00", Decimal("-4.00"), "$4.00"),
    (("money",), "FREE", Decimal("0.00"), "FREE"),
    (("money",), "1,234", Decimal("1234.00"), "1,234"),
    (("money", ","), "€ 1,234", Decimal("1.23"), "€ 1,234"),
    (("money", "."), "$ 1.234", Decimal("1.23"), "$ 1.234"),
    (("currency",), "Total AU$5.00", "AUD", "AU$5.00"),
    (("currency",), "eur", "EUR", "eur"),
    (("int",), "about 1,200 pieces", 1200, "1,200"),
    (("decimal",), "weighs 1.25 kg", Decimal("1.25"), "1.25"),
    (("decimal", ","), "1.000,5", Decimal("1000.5"), "1.000,5"),
    (("qty",), "Qty: 3", 3, "3"),
    (("qty",), "x 3", 3, "3"),
    (("qty",), "Wick 3 ×", 3, "3"),
    (("date",), "on 3 May 2026, late", date(2026, 5, 3), "3 May 2026"),
    (("date", "dayfirst"), "03/04/2026", date(2026, 4, 3), "03/04/2026"),
    (("date", "monthfirst"), "03/04/2026", date(2026, 3, 4), "03/04/2026"),
    (("date", "%Y%m%d"), " 20260304 ", date(2026, 3, 4), "20260304"),
    (("date_range",), "3 - 5 March 2026", (date(2026, 3, 3), date(2026, 3, 5)), "3 - 5 March 2026"),
    (("relative_date",), "arrives tomorrow", (date(2026, 3, 3), date(2026, 3, 3)), "tomorrow"),
    (("order_no",), "No: #LH-12 of 1 March 2026", "LH-12", "LH-12"),
    (("tracking_no",), "number 4402 118833 now", "118833", "118833"),
    (("tracking_no",), "code 118833 or ZX10 0445 52", "ZX10 0445 52", "ZX10 0445 52"),
    (("tracking_no",), "parcel ZX10044552.", "ZX10044552", "ZX10044552"),
    (("carrier_alias",), "Zip Parcels", "zip", "Zip Parcels"),
    (("status_map", {"sent": "shipped", "not sent": "pending"}), "It was NOT SENT", Status.PENDING, "It was NOT SENT"),
    (("default", "3"), "", "3", None),
    (("default", "3"), "4", "4", "4"),
    (("reject_if", "gift"), "a lamp", "a lamp", "a lamp"),
    (("dedupe",), "a", "a", "a"),
    (("join", "-"), "a", "a", "a"),
]  # fmt: skip


@pytest.mark.parametrize(("step", "text", "value", "stands"), CASES)
def test_a_step_makes_its_value_and_keeps_its_place(step, text, value, stands):
    assert run(text, *step) == (value, stands)


def test_every_step_of_the_vocabulary_is_tried_here():
    assert {step[0] for step, *_ in CASES} | {"per_unit"} == set(TRANSFORMS)


@pytest.mark.parametrize(
    ("step", "text"),
    [
        (("extract", r"\d+"), "none"),
        (("split", "/", 3), "a/b"),
        (("url_param", "no"), "https://x.example/"),
        (("url_path", 4), "https://x.example/a"),
        (("money",), "nothing"),
        (("currency",), "$"),
        (("int",), "1.5"),
        (("decimal",), "-"),
        (("qty",), "Wick"),
        (("date",), "03/04/2026"),
        (("date", "%Y"), "soon"),
        (("date_range",), "soon"),
        (("relative_date",), "soon"),
        (("order_no",), "of 1 March 2026 for $12.00"),
        (("tracking_no",), "none yet"),
        (("carrier_alias",), "Somebody"),
        (("status_map", {"sent": "shipped"}), "waiting"),
        (("reject_if", "GIFT"), "a gift"),
        (("first_line",), " \n "),
    ],
)
def test_a_step_drops_what_it_cannot_read(step, text):
    assert run(text, *step) is None


def test_lists_are_joined_and_doubles_left_out():
    assert run(["a", "b"], "join", "-")[0] == "a-b"
    step = compile_transform(Transform("dedupe"), "x")
    assert [piece.value for piece in step.run([Piece(one, None) for one in ("a", "A", "b")], context())] == ["a", "b"]


def test_a_price_per_piece_needs_whole_cents():
    assert run("$9.00", "per_unit", quantity=3)[0] == Decimal("3.00")
    assert run("$10.00", "per_unit", quantity=3) is None
    assert run("$10.00", "per_unit") is None


@pytest.mark.parametrize(
    ("step", "says"),
    [
        (("shout",), "there is no transform “shout”. Use carrier_alias, "),
        (("trim", "x"), "trim takes 0 arguments, not 1"),
        (("split", "/"), "split takes 2 arguments, not 1"),
        (("split", "", 1), "needs texts that are not empty"),
        (("split", "/", "1"), "needs a whole number"),
        (("strip_prefix",), "takes 1 to any number arguments"),
        (("extract", "(a"), "not possible in RE2"),
        (("extract", "a*"), "matches the empty text"),
        (("remove", r"(.)\1"), "not possible in RE2"),
        (("reject_if", 3), "is empty. Write a pattern"),
        (("replace", "a"), "needs an object"),
        (("replace", {"": "a"}), "an empty text cannot be replaced"),
        (("status_map", {"sent": "gone"}), "use one of ordered, "),
        (("status_map", {}), "needs an object"),
        (("money", ";"), "the decimal sign is"),
        (("date", "soon"), "formats such as"),
        (("date_range", "x"), "dayfirst or monthfirst"),
        (("per_unit", "total"), "divides by quantity only"),
        (("default", None), "needs a text or a whole number"),
        (("url_path", True), "needs a whole number"),
        (("join", 3), "needs a text"),
    ],
)
def test_a_wrong_step_is_refused_with_its_place_and_what_to_do(step, says):
    with pytest.raises(DefinitionError) as caught:
        compile_transform(Transform(step[0], tuple(step[1:])), "mappings[4].transforms[1]")
    assert str(caught.value).startswith("mappings[4].transforms[1]")
    assert says in str(caught.value)

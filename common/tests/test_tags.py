"""What the template tags write, read as text."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.http import HttpResponse
from django.template import Context, Template
from django.urls import include, path

_mail_pages = [path("<str:sha256>/", lambda request, sha256: HttpResponse(), name="detail")]
urlpatterns = [path("email/", include((_mail_pages, "emailsync")))]
READ = {"total": {"sha256": "ab12", "start": 10, "end": 17, "confidence": 0.98}}


def written(template: str, **context: Any) -> str:
    return Template(template).render(Context(context))


@pytest.mark.urls(__name__)
def test_a_read_value_leads_to_exactly_its_characters() -> None:
    html = written("{% sourced origin 'total' %}535.55{% endsourced %}", origin=READ)
    assert 'href="/email/ab12/?mark=10-17"' in html
    assert ">535.55</a>" in html
    assert "98% sure" in html


@pytest.mark.urls(__name__)
def test_a_value_read_without_being_printed_leads_to_its_mail() -> None:
    origin = {"total": {"sha256": "ab12", "start": None, "end": None, "confidence": 0.95}}
    assert 'href="/email/ab12/"' in written("{% sourced origin 'total' %}1{% endsourced %}", origin=origin)


@pytest.mark.urls(__name__)
def test_a_value_that_is_not_sure_asks_to_be_checked() -> None:
    origin = {"total": READ["total"] | {"confidence": 0.71}}
    assert "Only 71% sure" in written("{% sourced origin 'total' %}1{% endsourced %}", origin=origin)


@pytest.mark.urls(__name__)
def test_a_typed_or_unknown_value_is_plain_text() -> None:
    for origin in ({}, None, {"total": {"typed": True}}):
        assert written("{% sourced origin 'total' %}1{% endsourced %}", origin=origin) == "1"


@pytest.mark.urls(__name__)
def test_text_of_a_mail_stays_text() -> None:
    html = written("{% sourced origin 'total' %}{{ text }}{% endsourced %}", origin=READ, text="<script>x</script>")
    assert "<script>" not in html
    assert "<script>" not in written("{% mark name %}{% status_words 'x' 'blue' name %}", name="<script>alert</script>")


def test_what_is_not_known_is_a_dash_and_said_so() -> None:
    html = written("{% money None 'AUD' %}")
    assert ">–<" in html
    assert "not known" in html


def test_an_instant_carries_its_exact_form() -> None:
    html = written("{% when instant %}", instant=datetime(2025, 2, 3, 10, tzinfo=UTC))
    assert 'datetime="2025-02-03T10:00:00+00:00"' in html
    assert "3 Feb 2025" in html


def test_a_rail_says_its_step_and_fills_it() -> None:
    html = written("{% rail_bar 3 'blue' 'In transit' %}")
    assert html.count('class="on"') == 3
    assert 'aria-label="In transit, step 3 of 5"' in html


@pytest.mark.parametrize(("number", "shown"), [(0, "0 orders"), (1, "1 order"), (1284, "1,284 orders")])
def test_a_number_agrees_with_its_noun(number: int, shown: str) -> None:
    assert written("{% counted number 'order' %}", number=number) == shown


@pytest.mark.parametrize("name", ["", "   ", "-", "ß", "7-Eleven", "日本", "O'Brien & Sons"])
def test_every_name_has_a_sign(name: str) -> None:
    assert 'class="mark m' in written("{% mark name %}", name=name)


def test_money_of_a_signed_in_member_follows_their_locale() -> None:
    class Member:
        locale = "de-DE"

    assert "1.234,50" in written("{% money amount 'EUR' %}", amount=Decimal("1234.5"), user=Member())

"""Dates, money, quantities and numbers as mails print them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.engine.identities import find_identity
from parsers.engine.values.dates import find_dates, has_time_window
from parsers.engine.values.domains import Owners, belongs_to, registrable
from parsers.engine.values.money import find_money, parse_money
from parsers.engine.values.numbers import compact, order_key, printed_order_number, tracking_key
from parsers.engine.values.phrases import Phrases
from parsers.engine.values.quantity import parse_quantity, split_quantity
from parsers.engine.values.text import lower, slug

BASE = date(2026, 3, 2)  # a Monday


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-03-05", "2026-03-05", "2026-03-05"),
        ("5 March 2026", "2026-03-05", "2026-03-05"),
        ("March 5, 2026", "2026-03-05", "2026-03-05"),
        ("Thu, 5 Mar", "2026-03-05", "2026-03-05"),
        ("Thursday, March 5", "2026-03-05", "2026-03-05"),
        ("05.03.2026", "2026-03-05", "2026-03-05"),
        ("Donnerstag, 5. März", "2026-03-05", "2026-03-05"),
        ("jeudi 5 mars 2026", "2026-03-05", "2026-03-05"),
        ("5 de marzo de 2026", "2026-03-05", "2026-03-05"),
        ("5 marca 2026", "2026-03-05", "2026-03-05"),
        ("24-27 March", "2026-03-24", "2026-03-27"),
        ("Mar 30 - Apr 2, 2026", "2026-03-30", "2026-04-02"),
        ("Mon, 30 Nov - Tue, 1 Dec 2026", "2026-11-30", "2026-12-01"),
        ("May 30 - June 2", "2026-05-30", "2026-06-02"),
    ],
)
def test_a_printed_date_is_read(text, first, last):
    (hit,) = find_dates(text, base=BASE, dayfirst=None)
    assert (hit.first.isoformat(), hit.last.isoformat()) == (first, last)


def test_a_range_over_new_year_ends_in_the_next_year():
    (hit,) = find_dates("December 30 - January 2", base=date(2026, 12, 20), dayfirst=None)
    assert (hit.first, hit.last) == (date(2026, 12, 30), date(2027, 1, 2))


@pytest.mark.parametrize(("dayfirst", "expected"), [(True, "2026-04-03"), (False, "2026-03-04"), (None, None)])
def test_a_date_that_could_be_either_is_read_as_told_or_not_at_all(dayfirst, expected):
    hits = find_dates("03/04/2026", base=BASE, dayfirst=dayfirst)
    assert [hit.first.isoformat() for hit in hits] == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [("tomorrow", "2026-03-03"), ("morgen", "2026-03-03"), ("Friday", "2026-03-06"), ("heute", "2026-03-02")],
)
def test_words_count_from_the_mails_own_day(text, expected):
    (hit,) = find_dates(text, base=BASE, dayfirst=None, relative=True)
    assert hit.first.isoformat() == expected
    assert find_dates(text, base=None, dayfirst=None, relative=True) == []


@pytest.mark.parametrize(
    "text", ["31/02/2026", "99 March", "Order 12-34-5678", "version 1.2.3", "14:30", "50% may vary"]
)
def test_what_is_no_date_gives_none(text):
    assert find_dates(text, base=BASE, dayfirst=True) == []


def test_hours_are_a_time_window():
    assert has_time_window("between 4pm and 6pm")
    assert has_time_window("14:05 - 15:05")
    assert not has_time_window("tomorrow")


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_every_iso_date_is_read_as_itself(day):
    (hit,) = find_dates(f"on {day.isoformat()}.", base=BASE, dayfirst=None)
    assert hit.first == hit.last == day


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("£10.00", "10.00", "GBP"),
        ("$1,234.56 USD", "1234.56", "USD"),
        ("A$699.00", "699.00", "AUD"),
        ("1.234,56 €", "1234.56", "EUR"),
        ("EUR 12,5", "12.50", "EUR"),
        ("CHF 1'234.50", "1234.50", "CHF"),
        ("1 299,00 kr", "1299.00", ""),
        ("149,99 zł", "149.99", "PLN"),
        ("¥1,500", "1500.00", "JPY"),
        ("-£5.00", "-5.00", "GBP"),
        ("(£5.00)", "-5.00", "GBP"),
        ("$5", "5.00", ""),
        ("was £20.00 now £15.00", "15.00", "GBP"),
    ],
)
def test_an_amount_is_read_with_its_currency(text, amount, currency):
    money = parse_money(text)
    assert money is not None
    assert (str(money.amount), money.currency) == (amount, currency)


@pytest.mark.parametrize("text", ["FREE", "gratis", "kostenlos", "Free delivery"])
def test_words_for_free_are_zero(text):
    money = parse_money(text)
    assert money is not None
    assert money.amount == 0


@pytest.mark.parametrize("text", ["10%", "12345", "size 42", "24 cm"])
def test_a_number_without_a_sign_or_cents_is_no_amount(text):
    assert parse_money(text) is None


@given(st.decimals(min_value="0.01", max_value="999999", places=2))
def test_an_amount_survives_both_ways_of_printing_it(amount):
    english = f"${amount:,.2f}"
    german = english.replace(",", " ").replace(".", ",").replace(" ", ".").strip("$") + " €"
    assert [money.amount for money in find_money(english)] == [amount]
    assert [money.amount for money in find_money(german)] == [amount]


@pytest.mark.parametrize(("text", "quantity"), [("2", 2), ("x 3", 3), ("Qty: 4", 4), ("2 pcs", 2), ("Menge 7", 7)])
def test_a_quantity_alone_is_read(text, quantity):
    assert parse_quantity(text) == quantity


@pytest.mark.parametrize("text", ["0", "1000", "2.5", "blue", "Qty: 0"])
def test_what_is_no_quantity_gives_none(text):
    assert parse_quantity(text) is None


@pytest.mark.parametrize(
    ("text", "title", "quantity"),
    [
        ("Blue Lamp × 2", "Blue Lamp", 2),
        ("2 x Blue Lamp", "Blue Lamp", 2),
        ("Blue Lamp (x3)", "Blue Lamp", 3),
        ("Lamp 4 x 6", "Lamp 4", 6),
        ("Blue Lamp", "Blue Lamp", None),
    ],
)
def test_a_title_parts_from_its_quantity(text, title, quantity):
    start, end, found = split_quantity(text)
    assert (text[start:end].strip(), found) == (title, quantity)


def test_order_numbers_are_kept_as_printed_and_compared_without_their_split_suffix():
    assert printed_order_number("#KV 10482.") == "KV10482"
    assert order_key("#632700001-A") == ("632700001-A", "632700001")
    assert compact("07-07036-67346") == "070703667346"


def test_the_routing_prefix_of_a_usps_label_is_no_part_of_its_number():
    assert tracking_key("420 90210 9274 8931 5085 7730 7776 69") == "9274893150857730777669"


def test_a_domain_belongs_to_its_owner_by_whole_labels():
    assert registrable("t.shop.co.uk") == "shop.co.uk"
    assert belongs_to("mail.kmart.com.au", "kmart.com.au")
    assert not belongs_to("notkmart.com.au", "kmart.com.au")


OWNERS = Owners(["amazon.com", "kmart.com.au", "post.at"])


@pytest.mark.parametrize("domain", ["amaz0n.com", "amazon-orders.example", "my-kmart.net"])
def test_a_domain_with_anothers_name_among_its_words_imitates_it(domain):
    assert OWNERS.imitated(domain)


@pytest.mark.parametrize("domain", ["amazon.com", "t.amazon.com", "amazon.de", "lamphouse.example", "poster.com"])
def test_an_owner_its_other_country_and_a_stranger_do_not_imitate(domain):
    assert not OWNERS.imitated(domain)
    assert not OWNERS.carried(domain)


def test_a_domain_that_carries_anothers_whole_domain_is_a_fake():
    assert OWNERS.carried("kmart.com.au.evil.example")
    assert not OWNERS.carried("mail.kmart.com.au")


def test_phrases_are_whole_words_and_bridge_what_a_shop_puts_between():
    phrases = Phrases(["has * been shipped", "order"])
    assert phrases.search("your parcel has now been shipped") is not None
    assert phrases.search("reorder") is None
    assert [match.group() for match in phrases.find("order one, order two")] == ["order", "order"]


@given(st.text())
def test_lower_case_for_searching_keeps_every_offset(text):
    assert len(lower(text)) == len(text)


def test_a_slug_is_stable_ascii():
    assert slug("Łódź Spiele & Straße") == "lodz-spiele-strasse"


def rows(*entries):
    return [(quantity, Decimal(price), None) for quantity, price in entries]


def test_the_identity_that_holds_tells_whether_a_price_is_for_the_piece_or_the_line():
    sums = {"subtotal": Decimal("20.00"), "shipping": Decimal("5.00"), "discount": None, "tax": None}
    assert find_identity(rows((2, "10.00")), total=Decimal("25.00"), **sums) == ("I5", "unit")
    assert find_identity(rows((2, "20.00")), total=Decimal("25.00"), **sums) == ("I1", "line")
    assert find_identity(rows((2, "7.00")), total=Decimal("99.00"), **sums) == ("", "")

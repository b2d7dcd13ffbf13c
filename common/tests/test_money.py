from decimal import Decimal

import pytest

from common.money import format_money, is_currency, locale_of


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "shown"),
    [
        ("1398", "AUD", "en-AU", "A$1,398.00"),
        ("107.96", "USD", "en-US", "US$107.96"),
        ("-58.4", "AUD", "en-AU", "−A$58.40"),
        ("1234.5", "EUR", "de-DE", "€1.234,50"),
        ("12000", "JPY", "en-GB", "¥12,000"),
        ("19.9", "CHF", "en-GB", "CHF 19.90"),
        ("19.9", "", "en-GB", "19.90"),
        ("-0.001", "GBP", "en-GB", "£0.00"),
    ],
)
def test_an_amount_names_its_currency_and_follows_the_locale(
    amount: str, currency: str, locale: str, shown: str
) -> None:
    assert format_money(Decimal(amount), currency, locale=locale) == shown


def test_a_locale_that_is_none_is_read_as_british_english() -> None:
    assert str(locale_of("not-a-locale-at-all")) == "en_GB"
    assert str(locale_of("")) == "en_GB"


def test_only_codes_of_iso_4217_are_currencies() -> None:
    assert is_currency("AUD")
    assert not is_currency("XQQ")
    assert not is_currency("aud'; drop")

"""Reading what a person types for a value of an order."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from babel.numbers import NumberFormatError, parse_decimal
from django import forms
from django.core.exceptions import ValidationError

from common.money import is_currency, locale_of
from orders.models import Order
from orders.values import DAYS, LABELS, MONEY

_LONGEST = 500
_FIRST_YEAR, _LAST_YEAR = 1990, 2100


class ValueForm(forms.Form):
    """One typed value: `field`, `line` ("" for the order itself) and `value` as text.

    The cleaned `value` is what orders store: a decimal string with two places, an int, an ISO day or text.
    """

    field = forms.ChoiceField(choices=list(LABELS.items()))
    line = forms.CharField(required=False, max_length=120)
    value = forms.CharField(
        max_length=_LONGEST, error_messages={"required": "Type a value, or leave it to the e-mail."}
    )

    def __init__(self, data: Any, *, order: Order, locale: str) -> None:
        super().__init__(data)
        self._order = order
        self._locale = locale

    @property
    def first_error(self) -> str:
        """The fault of a form that is not valid, in one sentence."""
        return next(str(error) for errors in self.errors.values() for error in errors)

    def clean_line(self) -> str:
        line: str = self.cleaned_data["line"]
        if line and line not in {one.key for one in self._order.lines.all()}:
            raise ValidationError("This line is not part of the order any more.")
        return line

    def clean_value(self) -> str | int:
        field, text = self.cleaned_data.get("field", ""), self.cleaned_data["value"]
        if field in MONEY:
            return f"{self._number(text):.2f}"
        if field in DAYS:
            return self._day(text)
        if field == "quantity":
            return self._whole(text)
        if field == "currency":
            return self._currency(text)
        return text

    def _number(self, text: str) -> Decimal:
        try:
            number = parse_decimal(text.strip().lstrip("-−"), locale=locale_of(self._locale))
        except NumberFormatError:
            raise ValidationError("Not an amount. Type only the figures, such as 535.55.") from None
        if not number.is_finite() or number >= Decimal(10) ** 11:
            raise ValidationError("This amount is too large.")
        if number != round(number, 2):
            raise ValidationError("An amount has at most two decimals.")
        return number

    def _day(self, text: str) -> str:
        day: date = forms.DateField(error_messages={"invalid": "Not a day of the calendar. Try 2026-11-24."}).clean(
            text
        )
        # As dates of mails are bounded; near the ends of the calendar a time zone leads out of it.
        if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            raise ValidationError(f"Not a day from {_FIRST_YEAR} to {_LAST_YEAR}.")
        return day.isoformat()

    def _whole(self, text: str) -> int:
        if not text.isascii() or not text.isdecimal() or not 1 <= int(text) <= 100_000:
            raise ValidationError("A quantity is a whole number from 1 to 100,000.")
        return int(text)

    def _currency(self, text: str) -> str:
        code = text.strip().upper()
        if not is_currency(code):
            raise ValidationError("A currency is a code of three letters, such as GBP.")
        return code

"""Forms of signing up and of a member's own settings."""

from __future__ import annotations

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from babel import Locale
from babel.core import get_global
from babel.numbers import get_currency_name, get_territory_currencies
from django import forms
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm, UserCreationForm

from accounts.models import Theme, User
from common.money import currency_symbol, is_currency, locale_of

_LOCALES = """
en-AU en-CA en-GB en-IE en-IN en-NZ en-SG en-US en-ZA cs-CZ da-DK de-AT de-CH de-DE es-ES es-MX fi-FI fr-BE fr-CA fr-CH
fr-FR it-IT ja-JP nb-NO nl-BE nl-NL pl-PL pt-BR pt-PT sv-SE
""".split()


class DressedForm:
    """Mix-in: the design's control class on every field. Django itself marks those in error (aria-invalid)."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if not isinstance(field.widget, forms.RadioSelect | forms.HiddenInput):
                field.widget.attrs.setdefault("class", "input")


class FirstAdminForm(DressedForm, UserCreationForm):
    class Meta:
        model = User
        fields = ["username", "email"]
        labels = {"username": "User name", "email": "E-mail address (optional)"}
        help_texts = {"username": ""}


class ProfileForm(DressedForm, forms.ModelForm):
    """How what a member sees is written."""

    time_zone = forms.ChoiceField(help_text="Times on every page follow it.")
    locale = forms.ChoiceField(label="Numbers and dates")
    currency = forms.ChoiceField(help_text="Your own money. Orders keep the currency they were paid in.")
    theme = forms.ChoiceField(choices=Theme.choices, widget=forms.RadioSelect)

    class Meta:
        model = User
        fields = ["first_name", "email", "time_zone", "locale", "currency", "theme"]
        labels = {"first_name": "Your name", "email": "E-mail address"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("time_zone", zones()), ("locale", locales()), ("currency", currencies())):
            current = str(getattr(self.instance, name))
            known = current in {value for value, _ in choices}
            self.fields[name].choices = choices if known else [(current, current), *choices]  # type: ignore[attr-defined]


class ChangePasswordForm(DressedForm, PasswordChangeForm):
    """The old password and a new one."""


class FirstPasswordForm(DressedForm, SetPasswordForm):
    """A password for an account that had none."""


@cache
def zones() -> list[tuple[str, str]]:
    """Every place of the IANA database with its name as people write it."""
    places = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/")))
    return [("UTC", "UTC"), *((zone, zone.replace("_", " ").replace("/", " / ")) for zone in places)]


@cache
def locales() -> list[tuple[str, str]]:
    """Locales on offer, with their English names."""
    return [(tag, locale_of(tag).get_display_name("en") or tag) for tag in _LOCALES]


@cache
def currencies() -> list[tuple[str, str]]:
    """Currencies in use today by code: ("AUD", "AUD · Australian Dollar (A$)")."""
    codes = {code for territory in get_global("territory_currencies") for code in get_territory_currencies(territory)}
    return [
        (code, f"{code} · {get_currency_name(code, locale=Locale('en'))} ({currency_symbol(code).strip()})")
        for code in sorted(codes)
        if is_currency(code)
    ]

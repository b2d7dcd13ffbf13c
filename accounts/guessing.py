"""What a browser tells of a newcomer's country, so that the first page is written as they read."""

from __future__ import annotations

from babel.numbers import get_territory_currencies
from django.utils.translation.trans_real import parse_accept_lang_header

from accounts.models import User
from common.money import locale_of


def guess_locale(user: User, accept_language: str) -> None:
    """Set `user.locale` and `user.currency` (unsaved) by the first language of Accept-Language that names a country.

    Leaves both alone if none does (RFC 9110 12.5.4 allows a language without one).
    """
    for tag, _ in parse_accept_lang_header(accept_language):
        locale = locale_of(tag)
        if locale.territory and tag.lower().endswith(f"-{locale.territory.lower()}"):
            user.locale = f"{locale.language}-{locale.territory}"
            user.currency = get_territory_currencies(locale.territory)[0]
            return

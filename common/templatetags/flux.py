"""Template tags of every page: amounts, times, icons, and the link from a value to the mail it was read from."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.template import Context
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from common import dates
from common import money as amounts

register = template.Library()

UNKNOWN = format_html('<span class="unknown" aria-label="{}">{}</span>', "not known", "–")
RAIL_STEPS = 5
_MARK_HUES = 8
SURE = 0.9
"""A read value below this confidence is shown with a word to check it."""


def _locale(context: Context) -> str:
    return getattr(context.get("user"), "locale", None) or "en-GB"


@register.simple_tag
def icon(name: str) -> SafeString:
    """A decorative icon of the sprite; words beside it carry the meaning."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#i-{}"/></svg>', static("vendor/icons.svg"), name
    )


@register.simple_tag(takes_context=True)
def money(context: Context, amount: Decimal | None, currency: str | None) -> SafeString:
    """An amount with its sign set small; an en dash for none."""
    if amount is None:
        return UNKNOWN
    minus, symbol, figures = amounts.split_money(amount, currency or "", locale=_locale(context))
    sign = format_html("<small>{}</small>", symbol) if symbol else ""
    return format_html('<span class="money">{}{}{}</span>', minus, sign, figures)


@register.simple_tag(takes_context=True)
def count(context: Context, number: int) -> str:
    """A whole number with separators."""
    return amounts.format_count(number, locale=_locale(context))


@register.simple_tag(takes_context=True)
def when(context: Context, instant: datetime | None) -> SafeString:
    """An instant in short: "Today 07:38", "19 Nov", "3 Feb 2025"; the full form as title."""
    return _time(context, instant, dates.short_time)


@register.simple_tag(takes_context=True)
def when_exactly(context: Context, instant: datetime | None) -> SafeString:
    """An instant with its year and time: "19 Nov 2026, 08:14"."""
    return _time(context, instant, dates.long_time)


def _time(context: Context, instant: datetime | None, form: Any) -> SafeString:
    if instant is None:
        return UNKNOWN
    locale = _locale(context)
    return format_html(
        '<time class="num" datetime="{}" title="{}">{}</time>',
        instant.isoformat(),
        dates.full_time(instant, locale=locale),
        form(instant, locale=locale),
    )


@register.simple_tag(takes_context=True)
def today(context: Context) -> str:
    """The present day with its weekday: "Tuesday, 24 November"."""
    return dates.full_day(dates.today(), locale=_locale(context))


@register.simple_tag
def ago(instant: datetime) -> str:
    """How long ago: "2 min ago"."""
    return dates.ago(instant)


@register.simple_tag(takes_context=True)
def day(context: Context, value: date | None) -> SafeString:
    """A calendar day: "19 Nov", with its year when it is another one."""
    if value is None:
        return UNKNOWN
    words = dates.short_day(value, locale=_locale(context))
    return format_html('<time class="num" datetime="{}">{}</time>', value.isoformat(), words)


@register.simple_tag(takes_context=True)
def arrival(context: Context, first: date | None, last: date | None) -> SafeString:
    """When something under way should come; red when the day has passed, "" if no day is known."""
    words = dates.arrival(first, last, locale=_locale(context))
    if not words:
        return SafeString("")
    return format_html('<span class="num{}">{}</span>', " late" if words.endswith(" late") else "", words)


@register.simple_tag
def status_words(glyph: str, family: str, words: str, chip: bool = False, off: bool = False) -> SafeString:
    """A state as glyph and words; `chip` once in the head of a page, `off` for what is over and done."""
    extra = (" chip-like" if chip else "") + (" off" if off else "")
    return format_html('<span class="status is-{}{}">{}{}</span>', family, extra, icon(glyph), words)


@register.simple_tag
def rail_bar(step: int, family: str, words: str, broad: bool = False) -> SafeString:
    """The five steps of a parcel with the first `step` filled; `words` says it to those who do not see it."""
    cells = format_html_join(
        "", "<i{}></i>", ((SafeString(' class="on"') if i < step else "",) for i in range(RAIL_STEPS))
    )
    label = f"{words}, step {step} of {RAIL_STEPS}" if step else words
    return format_html(
        '<span class="rail is-{}{}" role="img" aria-label="{}">{}</span>',
        family,
        " broad" if broad else "",
        label,
        cells,
    )


@register.simple_tag
def mark(name: str, little: bool = False) -> SafeString:
    """The sign of a shop, carrier or member: its initials on a hue that stays the same for the same name."""
    words = [word for word in name.replace("-", " ").split() if word[0].isalnum()] or ["?"]
    letters = words[0][0] + (words[1][0] if len(words) > 1 else words[0][1:2])
    hue = sum(ord(letter) * (place + 1) for place, letter in enumerate(name)) % _MARK_HUES + 1
    return format_html(
        '<span class="mark m{}{}" aria-hidden="true">{}</span>', hue, " little" if little else "", letters.upper()
    )


@register.simple_block_tag
def sourced(content: str, provenance: dict[str, Any] | None, field: str) -> SafeString:
    """Make a read value a link to the e-mail page with exactly its characters marked.

    provenance: `{field: {sha256, start, end, confidence, …}}`; a field that no e-mail gave stays plain text.
    """
    origin = (provenance or {}).get(field) or {}
    address = mail_address(origin)
    if not address:
        return SafeString(content.strip())
    sure = origin.get("confidence")
    title = "Open the e-mail this was read from" + (f" ({sure:.0%} sure)" if isinstance(sure, int | float) else "")
    link = format_html('<a class="source" href="{}" title="{}">{}</a>', address, title, SafeString(content.strip()))
    if isinstance(sure, int | float) and sure < SURE:
        return format_html('{}<span class="unsure" title="Only {} sure. Check it.">check</span>', link, f"{sure:.0%}")
    return link


@register.simple_tag
def mail_address(origin: dict[str, Any] | None) -> str:
    """Address of the e-mail page for `{sha256, start, end}`, with its characters marked; "" if no e-mail is named."""
    origin = origin or {}
    if not origin.get("sha256"):
        return ""
    try:
        address = reverse("emailsync:detail", args=[origin["sha256"]])
    except NoReverseMatch:
        return ""
    if origin.get("start") is None or origin.get("end") is None:
        return address
    return f"{address}?mark={origin['start']}-{origin['end']}"


@register.simple_tag
def url_if_any(name: str, *args: Any) -> str:
    """The address of a page that another app may not have; "" if it has none."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


@register.simple_tag(takes_context=True)
def counted(context: Context, number: int, word: str, many: str = "") -> str:
    """A number with its noun: "1 order", "1,284 orders"; `many` where an s is not enough."""
    return f"{amounts.format_count(number, locale=_locale(context))} {word if number == 1 else many or word + 's'}"

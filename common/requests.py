"""Reading what a form sends along."""

from __future__ import annotations

from django.http import HttpRequest, QueryDict
from django.utils.http import url_has_allowed_host_and_scheme

MOST_IDS = 10_000
"""Rows that one form can name."""


def safe_next(request: HttpRequest, default: str = "/") -> str:
    """Where a form asks to return to (`next`), if that is a page of this Flux, else `default`."""
    target = request.POST.get("next", "")
    return target if url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()) else default


def posted_ids(request: HttpRequest) -> list[int]:
    """The row ids under `pk`; whatever is no id is left out."""
    return named_ids(request.POST)


def named_ids(params: QueryDict) -> list[int]:
    """The row ids under `pk` of a form or an address; whatever is no id is left out."""
    texts = params.getlist("pk")[:MOST_IDS]
    return [number for number in map(row_id, texts) if number]


def row_id(text: str) -> int:
    """The row id that a form sent; 0, which no row has, for whatever is no id."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0

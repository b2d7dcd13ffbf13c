"""One step back: what a person just did, said in a sentence, with the request that takes it back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest

_KEY = "undo"
_MOST = 5000


def offer_undo(request: HttpRequest, *, text: str, url: str, ids: Sequence[int], back: str) -> None:
    """Show `text` once on the next page; its Undo posts `ids` as `pk` to `url` and returns to `back`.

    More than 5,000 ids are not offered for undo: the sentence alone is shown.
    """
    few = len(ids) <= _MOST
    request.session[_KEY] = {"text": text, "url": url if few else "", "ids": list(ids) if few else [], "back": back}


def take_undo(request: HttpRequest) -> dict[str, Any] | None:
    """What is to be shown now; it is shown once."""
    return request.session.pop(_KEY, None) if _KEY in request.session else None

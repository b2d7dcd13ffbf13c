"""Places on a page that a higher app fills, so that no lower app has to import it.

A page names a slot (`"order.emails"`); an app above registers a function for it in `AppConfig.ready()`. The function
gets the request and the page's object and returns HTML or "" to show nothing. A list names a slot for all its rows at
once (`"orders.parcels"`), so that the function needs one query and not one a row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

Panel = Callable[[HttpRequest, Any], SafeString | str]
RowPanel = Callable[[HttpRequest, Sequence[Any]], Mapping[int, SafeString]]

_panels: defaultdict[str, dict[str, Panel]] = defaultdict(dict)
_row_panels: dict[str, RowPanel] = {}


def register(slot: str, name: str, panel: Panel) -> None:
    """Fill `slot` with `panel`; the same name again replaces it."""
    _panels[slot][name] = panel


def render(slot: str, request: HttpRequest, subject: Any) -> SafeString:
    """All panels of a slot in order of registration."""
    parts = [panel(request, subject) for panel in _panels[slot].values()]
    return mark_safe("".join(part for part in parts if part))  # noqa: S308 - panels return rendered templates


def register_rows(slot: str, panel: RowPanel) -> None:
    """Fill the column `slot` of a list with `panel`, which returns HTML by row id."""
    _row_panels[slot] = panel


def render_rows(slot: str, request: HttpRequest, rows: Sequence[Any]) -> Mapping[int, SafeString]:
    """The column of a list by row id; empty if no app fills it."""
    panel = _row_panels.get(slot)
    return panel(request, rows) if panel and rows else {}

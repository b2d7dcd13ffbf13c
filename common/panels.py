"""Places on a page that a higher app fills, so that no lower app has to import it.

A page names a slot (`"order.emails"`); an app above registers a function for it in `AppConfig.ready()`. The function
gets the request and the page's object and returns HTML or "" to show nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

Panel = Callable[[HttpRequest, Any], SafeString | str]

_panels: defaultdict[str, dict[str, Panel]] = defaultdict(dict)


def register(slot: str, name: str, panel: Panel) -> None:
    """Fill `slot` with `panel`; the same name again replaces it."""
    _panels[slot][name] = panel


def render(slot: str, request: HttpRequest, subject: Any) -> SafeString:
    """All panels of a slot in order of registration."""
    parts = [panel(request, subject) for panel in _panels[slot].values()]
    return mark_safe("".join(part for part in parts if part))  # noqa: S308 - panels return rendered templates

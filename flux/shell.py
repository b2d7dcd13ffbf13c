"""What every page's frame shows: navigation with its counts, mail health and the member."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context for `templates/base.html`; empty for anonymous visitors."""
    if not request.user.is_authenticated:
        return {}
    return {"theme": request.user.theme}

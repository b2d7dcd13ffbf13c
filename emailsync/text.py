"""Mail's text made safe for the database: the one function that every text column goes through."""

from __future__ import annotations

from typing import Any

from parsers.engine.charset import clean


def safe_text(text: str, limit: int) -> str:
    """One line of at most `limit` characters without NUL, surrogates, controls and invisible characters, in NFC."""
    # Cut before and after: cleaning a header of megabytes is waste, and NFC may lengthen what it composes.
    return " ".join(clean(text[: 4 * limit]).split())[:limit]


def safe_json(value: Any, *, limit: int = 10_000) -> Any:
    """A JSON value whose strings PostgreSQL accepts: NUL and surrogates out, each string cut at `limit`."""
    if isinstance(value, str):
        return value[:limit].replace("\0", "").encode("utf-8", "ignore").decode()
    if isinstance(value, dict):
        return {safe_json(key): safe_json(item, limit=limit) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [safe_json(item, limit=limit) for item in value]
    return value

"""The carriers by which the gate reads samples. An app above knows them and registers them in `AppConfig.ready()`."""

from __future__ import annotations

from parsers.engine.knowledge import CarrierBook

_books: dict[str, CarrierBook] = {}


def register(book: CarrierBook) -> None:
    """Read samples with this book from now on; a later one replaces it."""
    _books["known"] = book


def known_carriers() -> CarrierBook:
    """The registered book. Raises LookupError if no app has registered one."""
    return _books["known"]

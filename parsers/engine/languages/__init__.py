"""The words of shop and carrier mail, a module per language, and all of them together.

Phrases are lower case; `*` stands for up to 60 characters that a shop puts in between (its name, a number). They are
searched in all languages at once: a mail often mixes them, and its own language is only a guess.
"""

from __future__ import annotations

from functools import cache

from parsers.engine.languages import de, en, es, fr, it, nl, pl, pt, sv
from parsers.engine.values.phrases import Phrases

_MODULES = (en, de, fr, it, es, pl, nl, pt, sv)


@cache
def words(kind: str) -> tuple[str, ...]:
    """All phrases of one kind: a name in the modules' LABELS, e.g. `order_number`, `total`, `adverts`."""
    found: dict[str, None] = {}
    for module in _MODULES:
        found |= dict.fromkeys(part.strip() for part in module.LABELS.get(kind, "").split("|") if part.strip())
    return tuple(found)


@cache
def label(kind: str) -> Phrases:
    """All phrases of a kind, to be searched for in lower-case text."""
    return Phrases(words(kind))


@cache
def status_phrases() -> dict[str, tuple[str, ...]]:
    """Status value -> phrases that say it."""
    found: dict[str, tuple[str, ...]] = {}
    for module in _MODULES:
        for status, text in module.STATUSES.items():
            phrases = tuple(part.strip() for part in text.split("|") if part.strip())
            found[status] = found.get(status, ()) + phrases
    return found

"""Does a seed rest on more than one mail? Words taken from a single sample recognise that sample, not its author."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import re2

from parsers.engine.build import build_document
from parsers.engine.definition import Definition
from parsers.engine.limits import TooMuch
from parsers.engine.values.text import fold

_PHRASE_OPS = ("contains", "icontains_all", "equals")
_PHRASE_METHODS = ("label", "table_column")


@dataclass(frozen=True, slots=True)
class Suspect:
    """A term of a seed that stands in one sample only and in no fact about its author."""

    definition: str
    place: str
    term: str
    sample: str


def suspects(definitions: Iterable[Definition], samples: dict[str, bytes]) -> Iterator[Suspect]:
    """Terms that occur in exactly one of `samples` (name -> raw mail) and nowhere in the author's facts."""
    texts = {name: text for name, raw in samples.items() if (text := _text(raw))}
    for definition in definitions:
        known = _facts_about(definition.author, definition.author_name or definition.name)
        for place, term, is_pattern in _terms(definition):
            found = [name for name, text in texts.items() if _occurs(term, text, is_pattern)]
            if len(found) == 1 and not _occurs(term, known, is_pattern) and fold(term) not in known:
                yield Suspect(definition.key, place, term, found[0])


def _text(raw: bytes) -> str:
    try:
        return fold(build_document(raw).text)
    except TooMuch:
        return ""


def _terms(definition: Definition) -> Iterator[tuple[str, str, bool]]:
    """(where it stands, the term, whether it is a pattern) for everything a seed looks for in a mail."""
    for phrase in definition.status_phrases:
        yield "status_phrases", phrase, False
    for phrase in definition.ignore_phrases:
        yield "ignore_phrases", phrase, False
    if definition.order_pattern:
        yield "order_pattern", definition.order_pattern, True
    for matcher in definition.matchers:
        if matcher.target in ("subject", "heading", "body_text"):
            if matcher.op in _PHRASE_OPS:
                yield f"matcher {matcher.target}", matcher.value, False
            elif matcher.op == "re2":
                yield f"matcher {matcher.target}", matcher.value, True
    for mapping in definition.mappings:
        if mapping.method in _PHRASE_METHODS:
            for phrase in mapping.selector.split("|"):
                yield f"mapping {mapping.field}", phrase, False
        elif mapping.method == "regex":
            yield f"mapping {mapping.field}", mapping.selector, True
    for scope in definition.row_scopes:
        for phrase in (*scope.start_after, *scope.stop_before, *scope.skip_if):
            yield f"row scope {scope.name}", phrase, False


def _occurs(term: str, text: str, is_pattern: bool) -> bool:
    if is_pattern:
        options = re2.Options()
        options.case_sensitive = False
        options.log_errors = False
        return re2.compile(term, options).search(text) is not None
    return bool(term.strip()) and fold(term) in text


@cache
def _facts() -> dict[str, Any]:
    data: dict[str, Any] = json.loads((Path(__file__).parent / "facts.json").read_text(encoding="utf-8"))
    return data


@cache
def _facts_about(author: str, name: str) -> str:
    """Everything the facts say of an author and of mail in general, folded, for a search in it."""
    facts = _facts()
    names = {fold(author), fold(name)}
    own = [
        entry
        for entry in facts["authors"] + facts["families"]
        if names & {fold(entry["name"]), *(fold(alias) for alias in entry.get("aliases", []))}
    ]
    return fold(json.dumps([own, facts["generic_status_phrases"], facts["boilerplate"]], ensure_ascii=False))

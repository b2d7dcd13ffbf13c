"""Definitions between their two homes: JSON documents and database rows."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from parsers.engine.definition import Definition, from_json, to_json
from parsers.models import FieldMapping, MatcherRow, ParserDefinitionVersion, RowScopeRow

_PARTS: dict[str, tuple[type[Any], tuple[str, ...]]] = {
    "matchers": (MatcherRow, ("target", "op", "value", "role", "weight", "header")),
    "mappings": (
        FieldMapping,
        ("field", "method", "selector", "scope", "params", "transforms", "required", "multiple", "priority", "note"),
    ),
    "row_scopes": (
        RowScopeRow,
        ("name", "of", "how", "selector", "parent", "start_after", "stop_before", "row_must_contain", "skip_if"),
    ),
}
_VOLATILE = ("version", "health", "samples")


def canonical(definition: Definition) -> dict[str, Any]:
    """The document of a definition with what it says and nothing of its history (no version number, no health)."""
    return {key: value for key, value in to_json(definition).items() if key not in _VOLATILE}


def document_hash(definition: Definition) -> str:
    """SHA-256 (hex) by which two definitions that say the same are known to be equal."""
    text = json.dumps(canonical(definition), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def rows_of(definition: Definition, version: ParserDefinitionVersion) -> list[tuple[type[Any], list[Any]]]:
    """Unsaved rows that hold the definition's matchers, mappings and row scopes, a list per model."""
    document = canonical(definition)
    return [
        (
            model,
            [
                model(version=version, position=position, **{name: part[name] for name in names if name in part})
                for position, part in enumerate(document.get(key, []))
            ],
        )
        for key, (model, names) in _PARTS.items()
    ]


def settings_of(definition: Definition) -> dict[str, Any]:
    """The document without the parts that are rows."""
    return {key: value for key, value in canonical(definition).items() if key not in _PARTS}


def definition_of(version: ParserDefinitionVersion) -> Definition:
    """The definition that a stored version holds; give it with its rows prefetched. Raises DefinitionError."""
    document: dict[str, Any] = dict(version.settings)
    for key, (_, names) in _PARTS.items():
        document[key] = [{name: getattr(row, name) for name in names} for row in getattr(version, key).all()]
    return from_json(document | {"version": version.number})

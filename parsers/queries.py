"""Reading definitions."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from parsers.documents import definition_of
from parsers.engine.definition import Definition
from parsers.models import ParserDefinitionVersion, State

Revision = tuple[int, ...]


def active_definitions() -> list[Definition]:
    """The definitions that read mail now, in the order of their keys. Four queries, however many there are."""
    return _read(_that_read_mail())


def revision() -> Revision:
    """The ids of the versions that read mail now: another value whenever the active definitions are others.

    A version is never edited, so its id says all. No time or counter is kept beside it that could be forgotten, or
    that a transaction could commit later than a higher one. One cheap query.
    """
    return tuple(_that_read_mail().order_by("pk").values_list("pk", flat=True))


def definitions_at(revision: Revision) -> list[Definition]:
    """The definitions of that revision, also if others are active by now, in the order of their keys."""
    return _read(ParserDefinitionVersion.objects.filter(pk__in=revision))


def stored_definitions(keys: Iterable[str] = ()) -> list[Definition]:
    """The active versions of the named definitions (all if none is named), in the order of their keys."""
    versions = ParserDefinitionVersion.objects.filter(state=State.ACTIVE)
    wanted = list(keys)
    if wanted:
        versions = versions.filter(definition__key__in=wanted)
    return _read(versions)


def _that_read_mail() -> QuerySet[ParserDefinitionVersion]:
    return ParserDefinitionVersion.objects.filter(state=State.ACTIVE, definition__enabled=True)


def _read(versions: QuerySet[ParserDefinitionVersion]) -> list[Definition]:
    rows = versions.order_by("definition__key").prefetch_related("matchers", "mappings", "row_scopes")
    return [definition_of(version) for version in rows]

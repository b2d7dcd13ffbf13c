"""Reading definitions."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Max

from parsers.documents import definition_of
from parsers.engine.definition import Definition
from parsers.models import ParserDefinition, ParserDefinitionVersion, State


def active_definitions() -> list[Definition]:
    """The definitions that read mail now, in the order of their keys. Four queries, however many there are."""
    versions = (
        ParserDefinitionVersion.objects.filter(state=State.ACTIVE, definition__enabled=True)
        .order_by("definition__key")
        .prefetch_related("matchers", "mappings", "row_scopes")
    )
    return [definition_of(version) for version in versions]


def revision() -> str:
    """A token that changes whenever `active_definitions` may give something else. One cheap query."""
    state = ParserDefinition.objects.aggregate(count=Count("pk"), changed=Max("changed_at"))
    return f"{state['count']}:{state['changed']}"


def stored_definitions(keys: Iterable[str] = ()) -> list[Definition]:
    """The active versions of the named definitions (all if none is named), in the order of their keys."""
    versions = ParserDefinitionVersion.objects.filter(state=State.ACTIVE).order_by("definition__key")
    wanted = list(keys)
    if wanted:
        versions = versions.filter(definition__key__in=wanted)
    return [definition_of(version) for version in versions.prefetch_related("matchers", "mappings", "row_scopes")]

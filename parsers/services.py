"""Writing definitions: seeds, imports, activation."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from parsers.documents import document_hash, rows_of, settings_of
from parsers.engine.definition import Definition
from parsers.models import Origin, ParserDefinition, ParserDefinitionVersion, Sample, State


class Change(StrEnum):
    """What storing a definition did."""

    CREATED = "created"
    UPDATED = "updated"
    CANDIDATE = "candidate"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Stored:
    key: str
    change: Change
    version: ParserDefinitionVersion


@transaction.atomic
def store_seeds(definitions: Iterable[Definition]) -> list[Stored]:
    """Bring the seeds into the database. Idempotent.

    A new seed becomes active; a changed one replaces a version that is itself an untouched seed, and becomes a
    candidate beside a version that was edited or imported here, which stays active.
    """
    return [_store(definition, Origin.SEED, activate=_follows_seed) for definition in definitions]


@transaction.atomic
def store_imported(definition: Definition, *, activate: bool) -> Stored:
    """Store an imported definition as a candidate, or as the active version if `activate`. Idempotent."""
    return _store(definition, Origin.IMPORT, activate=lambda _: activate)


def _follows_seed(active: ParserDefinitionVersion | None) -> bool:
    return active is None or active.origin == Origin.SEED


def _store(definition: Definition, origin: Origin, *, activate: Any) -> Stored:
    head, _ = ParserDefinition.objects.select_for_update().get_or_create(
        key=definition.key,
        defaults={
            "name": definition.name,
            "author": definition.author,
            "author_type": definition.author_type,
            "kind": definition.kind,
        },
    )
    wanted = document_hash(definition)
    active = head.versions.filter(state=State.ACTIVE).first()
    known = head.versions.filter(hash=wanted).order_by("-number").first()
    if known is not None and (known == active or not activate(active)):
        return Stored(head.key, Change.UNCHANGED, known)
    version = known or _new_version(head, definition, origin, wanted, parent=active)
    if not activate(active):
        return Stored(head.key, Change.CANDIDATE, version)
    activate_version(version)
    return Stored(head.key, Change.CREATED if active is None else Change.UPDATED, version)


def _new_version(
    head: ParserDefinition,
    definition: Definition,
    origin: Origin,
    digest: str,
    *,
    parent: ParserDefinitionVersion | None,
) -> ParserDefinitionVersion:
    newest = head.versions.aggregate(number=Max("number"))["number"] or 0
    # What was exported elsewhere keeps its number where that is free, so that an export reads the same everywhere.
    number = max(newest + 1, definition.version if origin == Origin.IMPORT else 1)
    version = ParserDefinitionVersion.objects.create(
        definition=head, number=number, origin=origin, settings=settings_of(definition), hash=digest, parent=parent
    )
    for model, rows in rows_of(definition, version):
        model.objects.bulk_create(rows)
    return version


@transaction.atomic
def activate_version(version: ParserDefinitionVersion) -> None:
    """Make a version the one that reads mail; the one before it retires. Idempotent."""
    head = ParserDefinition.objects.select_for_update().get(pk=version.definition_id)
    head.versions.filter(state=State.ACTIVE).exclude(pk=version.pk).update(state=State.RETIRED)
    version.state = State.ACTIVE
    version.save(update_fields=["state"])
    for name in ("name", "author", "author_type", "kind"):
        setattr(head, name, version.settings[name])
    head.save(update_fields=["name", "author", "author_type", "kind", "changed_at"])


def add_sample(
    *, raw: bytes, labels: Mapping[str, Any], definition_key: str = "", negative: bool = False
) -> tuple[Sample, bool]:
    """Keep a mail to check definitions with. The same bytes again update the labels. Returns (sample, added)."""
    return Sample.objects.update_or_create(
        sha256=hashlib.sha256(raw).hexdigest(),
        defaults={
            "labels": dict(labels),
            "negative": negative,
            "definition": ParserDefinition.objects.filter(key=definition_key).first(),
        },
        create_defaults={
            "sealed": Sample.seal(raw),
            "labels": dict(labels),
            "negative": negative,
            "definition": ParserDefinition.objects.filter(key=definition_key).first(),
        },
    )


def set_enabled(*, keys: Iterable[str], enabled: bool) -> int:
    """Switch definitions on or off. Returns how many changed."""
    return (
        ParserDefinition.objects.filter(key__in=list(keys))
        .exclude(enabled=enabled)
        .update(enabled=enabled, changed_at=timezone.now())
    )

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

from common.encryption import SecretUnreadable
from parsers.documents import definition_of, document_hash, rows_of, settings_of
from parsers.engine.definition import Definition, DefinitionError
from parsers.engine.knowledge import CarrierBook
from parsers.gate import let_through
from parsers.models import Origin, ParserDefinition, ParserDefinitionVersion, Sample, State
from parsers.queries import active_definitions

# Each takes some hundredths of a second, as it is read by the definitions before and after.
MAX_SAMPLES_WHILE_WAITING = 200


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


class NotChecked(Exception):
    """The gate could not be asked; the text says why, and what to do."""


@transaction.atomic
def activate_after_check(version: ParserDefinitionVersion, *, carriers: CarrierBook) -> None:
    """Activate a version if the gate lets it through, by the same rules as an import that is to read mail at once.

    Raises GateClosed with the report of what fails, NotChecked if the samples cannot be read; nothing is changed then.
    """
    # What read mail before may do so again without the gate: going back has to work at once when its successor turns
    # out wrong, also where a sample was added since that only the successor reads. Nothing else ever becomes retired.
    if version.state != State.RETIRED:
        _check(version, carriers)
    activate_version(version)


def _check(version: ParserDefinitionVersion, carriers: CarrierBook) -> None:
    """Ask the gate while somebody waits for a page. Raises GateClosed, NotChecked."""
    if (count := Sample.objects.count()) > MAX_SAMPLES_WHILE_WAITING:
        raise NotChecked(
            f"{version} was not activated: {count} samples are too many to check here. "
            f"Have an operator run import_definitions --activate with its document."
        )
    try:
        let_through(active_definitions(), [definition_of(version)], carriers=carriers)
    except DefinitionError as error:
        raise NotChecked(
            f"{version} was not activated: a stored definition can no longer be read ({error}). "
            f"Import the document again as this Flux understands it."
        ) from error
    except SecretUnreadable as error:
        raise NotChecked(f"{version} was not activated: a sample cannot be read. {error} Restore that key.") from error


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

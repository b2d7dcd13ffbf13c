"""Definition documents from files into the database: all of them, or nothing."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from parsers.engine.definition import Definition, DefinitionError, from_json
from parsers.engine.knowledge import CarrierBook
from parsers.gate import GateSample, Report, let_through
from parsers.labels import faults_in
from parsers.models import Sample
from parsers.queries import active_definitions
from parsers.services import Stored, add_sample, store_imported

MAX_SAMPLES = 200
MAX_SAMPLE_BYTES = 20_000_000


class ImportRefused(Exception):
    """A document cannot be taken; the text names the file, the document and the place."""


@dataclass(frozen=True, slots=True)
class ImportedDocument:
    """One document as checked: a definition with its samples."""

    definition: Definition
    samples: tuple[GateSample, ...]


def read_documents(path: Path) -> list[ImportedDocument]:
    """The documents of a file: one object or a list of them. Raises ImportRefused."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise ImportRefused(f"{path}, line {error.lineno}: this is not JSON: {error.msg}.") from error
    except (UnicodeDecodeError, RecursionError, OSError, ValueError) as error:
        raise ImportRefused(f"{path}: cannot be read as JSON: {error}") from error
    documents = data if isinstance(data, list) else [data]
    if not documents:
        raise ImportRefused(f"{path}: holds no definition.")
    return [_document(one, f"{path}, document {index}") for index, one in enumerate(documents, start=1)]


def _document(data: Any, place: str) -> ImportedDocument:
    if not isinstance(data, Mapping):
        raise ImportRefused(f"{place}: has to be an object.")
    try:
        definition = from_json(data)
    except DefinitionError as error:
        raise ImportRefused(f"{place}, {error}") from error
    except RecursionError as error:
        raise ImportRefused(f"{place}: is nested too deeply.") from error
    place = f"{place} ({definition.key})"
    samples = data.get("samples", [])
    if not isinstance(samples, list) or len(samples) > MAX_SAMPLES:
        raise ImportRefused(f"{place}, samples: has to be a list of at most {MAX_SAMPLES}.")
    return ImportedDocument(
        definition,
        tuple(_sample(one, definition.key, f"{place}, samples[{index}]") for index, one in enumerate(samples)),
    )


def _sample(data: Any, key: str, place: str) -> GateSample:
    if not isinstance(data, Mapping) or not isinstance(data.get("eml_base64"), str):
        raise ImportRefused(f"{place}: has to be an object with eml_base64 and labels.")
    if unknown := sorted(set(data) - {"eml_base64", "labels"}):
        raise ImportRefused(f"{place}: “{unknown[0]}” is not known here. Known are eml_base64, labels.")
    try:
        raw = base64.b64decode(data["eml_base64"], validate=True)
    except (binascii.Error, ValueError) as error:
        raise ImportRefused(f"{place}.eml_base64: is not base64: {error}") from error
    if not raw or len(raw) > MAX_SAMPLE_BYTES:
        raise ImportRefused(f"{place}.eml_base64: is empty or over {MAX_SAMPLE_BYTES} bytes.")
    labels = data.get("labels", {})
    for fault in faults_in(labels):
        raise ImportRefused(f"{place}: {fault}.")
    return GateSample(hashlib.sha256(raw).hexdigest(), raw, labels, key)


def store_documents(
    documents: Sequence[ImportedDocument], *, activate: bool, carriers: CarrierBook
) -> tuple[list[Stored], Report | None]:
    """Store definitions with their samples, as candidates or, once the gate has let them through, as active.

    All or nothing. Raises ImportRefused for what cannot stand together, GateClosed with the report of what fails.
    """
    _check_together(documents)
    before = active_definitions() if activate else []
    with transaction.atomic():
        stored = [store_imported(one.definition, activate=activate) for one in documents]
        for sample in (sample for one in documents for sample in one.samples):
            add_sample(raw=sample.raw, labels=sample.labels, definition_key=sample.definition)
        if not activate:
            return stored, None
        report = let_through(before, [one.definition for one in documents], carriers=carriers)
    return stored, report


def _check_together(documents: Sequence[ImportedDocument]) -> None:
    owners: dict[str, str] = {}
    seen: set[str] = set()
    for one in documents:
        if one.definition.key in seen:
            raise ImportRefused(f"Two documents are called {one.definition.key}. Give each a key of its own.")
        seen.add(one.definition.key)
        for sample in one.samples:
            if owners.setdefault(sample.sha256, one.definition.key) != one.definition.key:
                raise ImportRefused(
                    f"{one.definition.key}: sample {sample.sha256[:12]} belongs to another document too."
                )
    kept = Sample.objects.filter(sha256__in=owners, definition__isnull=False).values_list("sha256", "definition__key")
    for sha256, key in kept:
        if owners[sha256] != key:
            raise ImportRefused(f"{owners[sha256]}: sample {sha256[:12]} is kept as one of {key} already.")

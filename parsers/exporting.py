"""Definitions with their samples as JSON documents, the form in which they travel between installations."""

from __future__ import annotations

import base64
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from parsers.engine.definition import to_json
from parsers.models import Sample
from parsers.queries import stored_definitions


def export_document(keys: Iterable[str] = ()) -> list[dict[str, Any]]:
    """The named active definitions (all if none is named) in the order of their keys, samples included."""
    definitions = stored_definitions(keys)
    samples: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    wanted = [definition.key for definition in definitions]
    for sample in Sample.objects.filter(definition__key__in=wanted).select_related("definition").order_by("sha256"):
        if sample.definition is not None:
            samples[sample.definition.key].append(
                {"eml_base64": base64.b64encode(sample.raw).decode("ascii"), "labels": sample.labels}
            )
    return [to_json(definition) | {"samples": samples[definition.key]} for definition in definitions]

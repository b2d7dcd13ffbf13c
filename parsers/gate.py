"""The regression gate: may these definitions read mail? Every stored sample and every new one has to be read rightly.

A definition is let through if each of its mappings gives a value in one of its own samples, what it requires is there
in each of them, every labelled value is right, and no sample of another definition changes owner or is read worse.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from parsers.engine.build import build_document
from parsers.engine.definition import Definition
from parsers.engine.document import Document
from parsers.engine.extraction import Extraction
from parsers.engine.knowledge import CarrierBook
from parsers.engine.limits import TooMuch
from parsers.engine.mapping.compile import compile_definition
from parsers.engine.mapping.layering import map_document
from parsers.engine.reader import Reader, Trust
from parsers.labels import Difference, differences, is_silent
from parsers.models import Sample


@dataclass(frozen=True, slots=True)
class GateSample:
    """A mail with what it is known to say. definition: key of its owner, "" if it belongs to none."""

    sha256: str
    raw: bytes
    labels: Mapping[str, Any] = field(default_factory=dict)
    definition: str = ""
    negative: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """sample: sha256, "" for what concerns the definition as a whole."""

    definition: str
    sample: str
    field: str
    expected: str
    got: str

    def __str__(self) -> str:
        place = f"sample {self.sample[:12]}" if self.sample else "all its samples"
        return f"{self.definition or 'no definition'}, {place}, {self.field}: expected {self.expected}, got {self.got}"


@dataclass(frozen=True, slots=True)
class Report:
    """thin: definitions that rest on a single sample. unproven: those with mappings and no sample at all."""

    definitions: int
    samples: int
    failures: tuple[Failure, ...]
    thin: tuple[str, ...]
    unproven: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return not self.failures


class GateClosed(Exception):
    """The definitions would read a sample wrongly, or nothing shows that they read rightly."""

    def __init__(self, report: Report) -> None:
        super().__init__("\n".join(map(str, report.failures)))
        self.report = report


def stored_samples() -> Iterator[GateSample]:
    """Every stored sample, in the order of their hashes."""
    for sample in Sample.objects.select_related("definition").order_by("sha256").iterator(chunk_size=50):
        key = sample.definition.key if sample.definition else ""
        yield GateSample(sample.sha256, sample.raw, sample.labels, key, sample.negative)


def check_active(definitions: Sequence[Definition], samples: Iterable[GateSample], *, carriers: CarrierBook) -> Report:
    """Every definition against every sample, as they are."""
    return _Check(definitions, carriers).report(samples)


def check_change(
    active: Sequence[Definition],
    changed: Sequence[Definition],
    samples: Iterable[GateSample],
    *,
    carriers: CarrierBook,
) -> Report:
    """Whether `changed` may become active beside, or in the place of, `active`.

    What concerns other definitions counts only where it was right before.
    """
    after = {one.key: one for one in active} | {one.key: one for one in changed}
    keys = frozenset(one.key for one in changed)
    before = Reader(active, carriers)
    return _Check([after[key] for key in sorted(after)], carriers, keys, before).report(samples)


def let_through(active: Sequence[Definition], changed: Sequence[Definition], *, carriers: CarrierBook) -> Report:
    """The report of `check_change` over every stored sample. Raises GateClosed if it names a failure."""
    report = check_change(active, changed, stored_samples(), carriers=carriers)
    if not report.passed:
        raise GateClosed(report)
    return report


class _Check:
    def __init__(
        self,
        definitions: Sequence[Definition],
        carriers: CarrierBook,
        changed: frozenset[str] | None = None,
        before: Reader | None = None,
    ) -> None:
        self._reader = Reader(definitions, carriers)
        self._carriers = carriers
        self._before = before
        self._judged = {one.key: one for one in definitions if changed is None or one.key in changed}
        self._compiled = {key: compile_definition(one) for key, one in self._judged.items() if one.mappings}
        self._count = len(definitions)
        self._hits: defaultdict[str, set[int]] = defaultdict(set)
        self._own: defaultdict[str, int] = defaultdict(int)

    def report(self, samples: Iterable[GateSample]) -> Report:
        failures: list[Failure] = []
        count = 0
        for sample in samples:
            count += 1
            failures += self._sample(sample)
        failures += [failure for key in sorted(self._compiled) for failure in self._dead(key)]
        unproven = tuple(key for key in sorted(self._compiled) if not self._own[key])
        thin = tuple(key for key in sorted(self._judged) if self._own[key] == 1)
        return Report(self._count, count, tuple(failures), thin, unproven)

    def _sample(self, sample: GateSample) -> Iterator[Failure]:
        self._own[sample.definition] += 1
        try:
            document = build_document(sample.raw)
        except TooMuch as error:
            yield Failure(sample.definition, sample.sha256, "mail", "a mail that can be read", error.reason)
            return
        read = self._reader.read(document, trust=Trust.TRUSTED)
        if sample.definition in self._judged:
            yield from self._of_its_own(sample, document, read)
        else:
            yield from self._of_another(sample, document, read)

    def _of_its_own(self, sample: GateSample, document: Document, read: Extraction) -> Iterator[Failure]:
        key = sample.definition
        if not sample.negative and sample.labels.get("expected") != "ignored" and read.definition != key:
            yield Failure(key, sample.sha256, "owner", key, read.definition or "no definition")
        for failure in self._wrong(sample, read):
            yield Failure(key, sample.sha256, failure.field, failure.expected, failure.got)
        compiled = self._compiled.get(key)
        if compiled is None:
            return
        self._hits[key] |= map_document(compiled, document, self._carriers, match_score=1.0).hits
        for name in read.missing:
            if name in compiled.required:
                yield Failure(key, sample.sha256, name, "a value, as it is required", "nothing")

    def _of_another(self, sample: GateSample, document: Document, read: Extraction) -> Iterator[Failure]:
        """What was right under the definitions before has to stay so."""
        wrong = self._wrong(sample, read)
        if self._before is not None:
            old = self._before.read(document, trust=Trust.TRUSTED)
            known = {one.field for one in self._wrong(sample, old)}
            wrong = [one for one in wrong if one.field not in known]
            if old.definition != read.definition and (sample.definition or sample.negative):
                owner = old.definition or "no definition"
                yield Failure(sample.definition, sample.sha256, "owner", owner, read.definition or "no definition")
        for failure in wrong:
            yield Failure(sample.definition, sample.sha256, failure.field, failure.expected, failure.got)

    def _wrong(self, sample: GateSample, read: Extraction) -> list[Difference]:
        if sample.negative:
            return [] if is_silent(read) else [Difference("expected", "nothing to be read", str(read.kind))]
        return differences(sample.labels, read)

    def _dead(self, key: str) -> Iterator[Failure]:
        """Mappings that never gave a value: nobody knows whether they work."""
        if not self._own[key] and self._before is None:
            return
        for index, mapping in enumerate(self._judged[key].mappings):
            if index not in self._hits[key]:
                place = f"mappings[{index}] ({mapping.field} by {mapping.method})"
                yield Failure(key, "", place, "a value in one of its samples", "none")

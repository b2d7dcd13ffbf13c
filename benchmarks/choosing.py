"""Choosing the candidates among 500 definitions, against scoring every one of them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from benchmarks.measuring import Figure, medians
from benchmarks.sample_mails import corpora
from parsers.engine.build import build_document
from parsers.engine.definition import Definition
from parsers.engine.document import Document
from parsers.engine.matching import ACCEPT, Index, matches
from parsers.seeds import all_seeds

TITLE = "Choosing among 500 definitions"
DEFINITIONS = 500
LEAST_TIMES = 50
_HOSTS = ("from_domain", "from_addr", "return_path", "reply_to", "link_host", "img_host")


def measure() -> Iterator[Figure]:
    definitions = five_hundred()
    index = Index(definitions)
    for name, raws in corpora().items():
        documents = [build_document(raw) for raw in raws[:: max(1, len(raws) // 60)]]
        if _by_index(index, documents) != _all_by_trying(definitions, documents):
            raise AssertionError("The index chooses other candidates than trying all definitions.")
        taken = medians(
            {"index": partial(_by_index, index, documents), "all": partial(_all_by_trying, definitions, documents)},
            rounds=5,
            clock=time.process_time,
        )
        ratio = taken["all"] / taken["index"]
        yield Figure(
            f"{name}: index against trying all, same candidates",
            f"{ratio:.0f}× faster ({taken['index'] / len(documents) * 1e6:.0f} µs a mail)",
            f"≥ {LEAST_TIMES}×",
            ratio >= LEAST_TIMES,
        )


def five_hundred() -> list[Definition]:
    """The seeds, and copies of them that belong to shops at other domains."""
    seeds = all_seeds()
    copied = [seed for seed in seeds if not seed.family]
    copies = [_at_other_domains(copied[number % len(copied)], number) for number in range(DEFINITIONS - len(seeds))]
    return [*seeds, *copies]


def _at_other_domains(definition: Definition, number: int) -> Definition:
    """A copy whose mail comes from hosts of its own; what it looks for in the words stays."""
    matchers = tuple(
        replace(matcher, value=f"{matcher.value.replace('.', f'-{number}.', 1)}")
        if matcher.target in _HOSTS
        else matcher
        for matcher in definition.matchers
    )
    return replace(
        definition, key=f"{definition.key}-{number}", author=f"{definition.author}-{number}", matchers=matchers
    )


def _by_index(index: Index, documents: list[Document]) -> list[list[str]]:
    return [[one.definition.key for one in index.candidates(document)] for document in documents]


def _all_by_trying(definitions: list[Definition], documents: list[Document]) -> list[list[str]]:
    return [_by_trying_all(definitions, document) for document in documents]


def _by_trying_all(definitions: list[Definition], document: Document) -> list[str]:
    scored = [(_score(definition, document), definition) for definition in definitions]
    accepted = [(points, definition) for points, definition in scored if points >= ACCEPT]
    accepted.sort(key=lambda pair: (pair[1].family, -pair[0], pair[1].key))
    return [definition.key for _, definition in accepted[:10]]


def _score(definition: Definition, document: Document) -> float:
    """The rule as it is written down: every matcher of the definition is tested."""
    missed = 1.0
    for matcher in definition.matchers:
        hit = matches(matcher, document)
        if (matcher.role == "must" and not hit) or (matcher.role == "must_not" and hit):
            return 0.0
        if matcher.role == "should" and hit:
            missed *= (1 - matcher.weight) * (0.5 if (matcher.target, matcher.op) == ("from_addr", "equals") else 1)
    return 1 - missed

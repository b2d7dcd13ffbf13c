"""Bytes to extraction, against the least that any reader has to do: decode the parts and parse the HTML once."""

from __future__ import annotations

import email
import time
from collections.abc import Iterator, Sequence
from functools import partial
from typing import cast

from lxml import etree

from benchmarks.measuring import Figure, medians, percentile
from benchmarks.sample_mails import corpora
from parsers.engine.build import build_document
from parsers.engine.knowledge import CarrierBook
from parsers.engine.reader import Reader, Trust
from parsers.seeds import all_seeds
from tracking.numbers.book import CARRIERS

TITLE = "Reading a mail"
MOST_TIMES = 10
MOST_P95_MS = 120
REAL_SIZE_KB = 16
"""Order mails of real shops have 15 to 80 KB; the bound is for those."""


def measure() -> Iterator[Figure]:
    reader = Reader(all_seeds(), cast(CarrierBook, CARRIERS))
    for name, raws in corpora().items():
        taken = medians(
            {"flux": partial(_read_all, reader, raws), "least": partial(_least_all, raws)},
            rounds=5,
            clock=time.process_time,
        )
        ratio = taken["flux"] / taken["least"]
        size = sum(map(len, raws)) / len(raws) / 1024
        yield Figure(
            f"{name} ({len(raws)}, {size:.1f} KB on average): time against decoding by the standard library (compat32) "
            "and one lxml parse",
            f"{ratio:.1f}× ({taken['flux'] / len(raws) * 1000:.2f} ms a mail)",
            f"≤ {MOST_TIMES}×" if size >= REAL_SIZE_KB else "none: a small mail costs what a mail costs at least",
            size < REAL_SIZE_KB or ratio <= MOST_TIMES,
        )
        p95 = percentile([_milliseconds(reader, raw) for raw in raws], 0.95)
        yield Figure(f"{name}: 95th percentile of one mail", f"{p95:.1f} ms", f"≤ {MOST_P95_MS} ms", p95 <= MOST_P95_MS)


def _read_all(reader: Reader, raws: Sequence[bytes]) -> None:
    for raw in raws:
        reader.read(build_document(raw), trust=Trust.TRUSTED)


def _milliseconds(reader: Reader, raw: bytes) -> float:
    began = time.perf_counter()
    _read_all(reader, [raw])
    return (time.perf_counter() - began) * 1000


def _least_all(raws: Sequence[bytes]) -> None:
    for raw in raws:
        for part in email.message_from_bytes(raw).walk():
            if part.get_content_maintype() != "text":
                continue
            body = part.get_payload(decode=True)
            if part.get_content_subtype() == "html" and body:
                etree.fromstring(body, etree.HTMLParser())

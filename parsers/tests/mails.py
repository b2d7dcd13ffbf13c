"""Small mails of known authors, and what Flux reads in them with the seeds it comes with."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import cast

from parsers.engine.build import build_document
from parsers.engine.extraction import Extraction
from parsers.engine.knowledge import CarrierBook
from parsers.engine.reader import Reader, Trust
from parsers.engine.tests.mails import raw_mail
from parsers.seeds import all_seeds
from tracking.numbers.book import CARRIERS

FACTS = Path(__file__).parents[1] / "seeds" / "facts.json"


def make_mail(sender: str, subject: str, body: str = "Hello", *, html: str = "", reply_to: str = "") -> bytes:
    """A mail as plain text, with an HTML part if there is one."""
    headers = {"Reply-To": reply_to} if reply_to else {}
    return raw_mail(subject=subject, sender=sender, text=body, html=html, headers=headers)


def read(raw: bytes, *, trust: Trust = Trust.TRUSTED) -> Extraction:
    """What the seeds make of a mail whose sender is vouched for."""
    return _reader().read(build_document(raw), trust=trust)


@cache
def _reader() -> Reader:
    return Reader(all_seeds(), cast(CarrierBook, CARRIERS))

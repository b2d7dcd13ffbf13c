"""Small mails of known authors, and what Flux reads in them with the seeds it comes with."""

from __future__ import annotations

from email.message import EmailMessage
from functools import cache
from pathlib import Path
from typing import cast

from parsers.engine.build import build_document
from parsers.engine.extraction import Extraction
from parsers.engine.knowledge import CarrierBook
from parsers.engine.reader import Reader, Trust
from parsers.seeds import all_seeds
from tracking.numbers.book import CARRIERS

FACTS = Path(__file__).parents[1] / "seeds" / "facts.json"


def make_mail(sender: str, subject: str, body: str = "Hello", *, html: str = "", reply_to: str = "") -> bytes:
    """A mail as plain text, with an HTML part if there is one."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, "mara@example.org", subject
    mail["Date"] = "Mon, 02 Mar 2026 10:00:00 +0000"
    if reply_to:
        mail["Reply-To"] = reply_to
    mail.set_content(body)
    if html:
        mail.add_alternative(html, subtype="html")
    return mail.as_bytes()


def read(raw: bytes, *, trust: Trust = Trust.TRUSTED) -> Extraction:
    """What the seeds make of a mail whose sender is vouched for."""
    return _reader().read(build_document(raw), trust=trust)


@cache
def _reader() -> Reader:
    return Reader(all_seeds(), cast(CarrierBook, CARRIERS))

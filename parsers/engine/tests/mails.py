"""Small mails for tests of the engine, built byte by byte so that every oddity is deliberate."""

from __future__ import annotations

from collections.abc import Mapping
from email.message import EmailMessage

from parsers.engine.build import build_document
from parsers.engine.document import Document

DATE = "Mon, 02 Mar 2026 10:00:00 +0000"


def raw_mail(
    *,
    subject: str = "Hello",
    sender: str = "Lamp House <orders@lamphouse.example>",
    text: str = "",
    html: str = "",
    headers: Mapping[str, str] | None = None,
) -> bytes:
    """A mail with a plain body, an HTML body or both. `headers` add to the usual ones or replace them."""
    message = EmailMessage()
    for name, value in {"From": sender, "To": "mara@example.org", "Subject": subject, "Date": DATE}.items():
        if value and name not in (headers or {}):
            message[name] = value
    for name, value in (headers or {}).items():
        message[name] = value
    if text or not html:
        message.set_content(text)
    if html and text:
        message.add_alternative(html, subtype="html")
    elif html:
        message.set_content(html, subtype="html")
    return message.as_bytes()


def document(**parts: object) -> Document:
    """The document of a mail; see `raw_mail`."""
    return build_document(raw_mail(**parts))  # type: ignore[arg-type]


def lines_of(doc: Document) -> list[str]:
    """Texts of the visible body lines."""
    return [line.text for line in doc.body()]

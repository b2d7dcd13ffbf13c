"""Bytes of a mail to the `Document` that everything else reads."""

from __future__ import annotations

import email.message
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from parsers.engine.charset import clean
from parsers.engine.document import (
    Document,
    Forwarding,
    Headers,
    Line,
    LineKind,
    Section,
    Span,
)
from parsers.engine.forwarding import Original, find_original, strip_prefix
from parsers.engine.headers import message_date, parse_address, parse_date
from parsers.engine.html import HtmlLayout, Tree, parse_html, write_images, write_links
from parsers.engine.markup import write_markup
from parsers.engine.mime import Parts, collect, parse
from parsers.engine.writer import Writer

_URL = re.compile(r"https?://[^\s<>\"')\]]+")
_COLUMNS = re.compile(r"\t+|[ \u00a0]{3,}")
_MACHINE_HEADERS = frozenset(("list-id", "reply-to", "return-path", "message-id", "feedback-id"))
_MAX_HEADER_CHARS = 300
_FREQUENT = {
    "en": "the your order and you is for of to with",
    "de": "die der und ihre ihr sie ist wir mit bestellung",
    "fr": "le la les votre vous est nous de et commande",
    "it": "il la di che tuo è per ordine il con",
    "es": "el la los tu su pedido que por con para",
    "pl": "się na do jest twoja zamówienie nr oraz w przesyłka",
    "nl": "de het een je uw van bestelling is voor wij",
    "pt": "o a os seu sua pedido que para com não",
    "sv": "och din det är att vi för order på du",
}
_WORDS = {
    word: [tag for tag, text in _FREQUENT.items() if word in text.split()]
    for text in _FREQUENT.values()
    for word in text.split()
}


def build_document(raw: bytes) -> Document:
    """Decode, unwrap and lay out one mail. Never fetches anything, never fails on broken input.

    Raises TooMuch for mail beyond the structural limits; what exceeds a limit of size is cut and said in `truncated`.
    """
    message = parse(raw)
    parts = collect(message)
    inner = _forwarded_message(parts)
    if inner is not None:
        return _document(collect(inner), envelope=parts, forwarding=Forwarding.ATTACHED)
    document = _document(parts, envelope=parts, forwarding=Forwarding.NONE)
    subject, announced = strip_prefix(document.headers.subject)
    for section in (Section.HTML, Section.PLAIN):
        lines = document.section(section)
        original = find_original(lines, announced=announced)
        if original is not None:
            return _unwrapped(parts, original, subject)
    return document


def _forwarded_message(parts: Parts) -> email.message.Message | None:
    """An attached mail that is the point of this one: not a bounce's, and little else is said."""
    if not parts.attached or parts.report or len(parts.plain) + len(parts.html) > 20_000:
        return None
    return parts.attached[0]


def _unwrapped(parts: Parts, original: Original, subject: str) -> Document:
    sender = parse_address(original.sender)
    recovered = dict(parts.headers)
    recovered["from"] = (f"{sender.name} <{sender.email}>" if sender.email else original.sender,)
    recovered["subject"] = (original.subject or subject,)
    recovered.pop("reply-to", None)
    recovered.pop("return-path", None)
    envelope = Parts(parts.headers)
    inner = Parts(
        recovered, parts.plain, parts.html, attachments=parts.attachments, texts=parts.texts, report=parts.report
    )
    date = parse_date(original.date) or message_date(parts.headers)
    return _document(inner, envelope=envelope, forwarding=Forwarding.INLINE, date=date, cut=True)


def _document(
    parts: Parts, *, envelope: Parts, forwarding: Forwarding, date: datetime | None = None, cut: bool = False
) -> Document:
    writer = Writer()
    headers = _headers(writer, parts, date)
    outer = headers if envelope is parts else _headers(Writer(), envelope, None)
    urls = _write_plain(writer, parts.plain)
    root, truncated = parse_html(parts.html) if parts.html.strip() else (None, "")
    tree, links, images = None, urls, []
    if root is not None:
        tree = Tree(root)
        layout = HtmlLayout(writer, tree)
        layout.run()
        links, images = layout.links + urls, layout.images
        truncated = truncated or layout.truncated
    written_links = write_links(writer, links)
    written_images = write_images(writer, images)
    markup = write_markup(writer, root)
    _write_attachments(writer, parts.texts)
    _write_machine_headers(writer, parts.headers)
    lines = _shown(writer.lines)
    text = writer.result()
    if tree is not None:
        tree.finish(text)
    return Document(
        text=text,
        lines=tuple(_after_block(lines) if cut else lines),
        headers=headers,
        envelope=outer,
        forwarding=forwarding,
        links=written_links,
        images=written_images,
        markup=markup,
        html=tree,
        report=parts.report or _is_automatic(envelope),
        language=_language(root, lines),
        attachments=tuple(parts.attachments),
        truncated=truncated or writer.truncated,
    )


def _shown(lines: list[Line]) -> list[Line]:
    """A body of which everything would be hidden is a misread style: then it is shown."""
    body = [line for line in lines if line.section in (Section.PLAIN, Section.HTML)]
    if any(line.kind != LineKind.HIDDEN for line in body):
        return lines
    return [replace(line, kind=LineKind.PARAGRAPH) if line.kind == LineKind.HIDDEN else line for line in lines]


def _after_block(lines: Sequence[Line]) -> list[Line]:
    """Without what stands above the forwarded original in either body."""
    kept = [line for line in lines if line.section not in (Section.PLAIN, Section.HTML)]
    for section in (Section.PLAIN, Section.HTML):
        body = [line for line in lines if line.section == section]
        visible = [line for line in body if line.kind != LineKind.HIDDEN]
        original = find_original(visible, announced=True)
        kept += visible[original.first_line :] if original else body
    return sorted(kept, key=lambda line: line.index)


def _headers(writer: Writer, parts: Parts, date: datetime | None) -> Headers:
    raw = parts.headers
    sender = parse_address(_first(raw, "from"))
    subject = _first(raw, "subject")
    shown = {
        "From": f"{sender.name} <{sender.email}>".strip() if sender.email else sender.name,
        "To": _first(raw, "to"),
        "Subject": subject,
        "Date": _first(raw, "date"),
    }
    spans = {name: _write_header(writer, name, value) for name, value in shown.items()}
    return Headers(
        sender=sender,
        reply_to=parse_address(_first(raw, "reply-to")),
        return_path=parse_address(_first(raw, "return-path")).email,
        to=parse_address(_first(raw, "to")),
        subject=subject,
        subject_span=spans["Subject"],
        sender_span=spans["From"],
        date=date or message_date(raw),
        date_span=spans["Date"] if _first(raw, "date") else None,
        message_id=_first(raw, "message-id")[:998],
        list_id=_first(raw, "list-id"),
        raw=raw,
    )


def _write_header(writer: Writer, name: str, value: str) -> Span:
    writer.text(f"{name}: {value}")
    line = writer.end_line(Section.HEADER, LineKind.PARAGRAPH)
    if line is None:
        return Span(0, 0)
    return Span(min(line.span.start + len(name) + 2, line.span.end), line.span.end)


def _first(headers: dict[str, tuple[str, ...]], name: str) -> str:
    values = headers.get(name, ())
    return values[0] if values else ""


def _write_plain(writer: Writer, text: str) -> list[tuple[str, str, Span | None]]:
    """Lay out a plain body. Returns the addresses in it."""
    _write_columns(writer, text, Section.PLAIN)
    return [
        (match.group().rstrip(".,;"), "", None)
        for raw_line in clean(text).split("\n")
        if "http" in raw_line
        for match in _URL.finditer(raw_line[:8000])
    ]


def _write_columns(writer: Writer, text: str, section: Section) -> None:
    """A line a line; columns set by tabs or wide gaps become cells."""
    for raw_line in clean(text).split("\n"):
        cells = [cell for cell in _COLUMNS.split(raw_line.strip()) if cell]
        for cell in cells:
            writer.text(cell)
            if len(cells) > 1:
                writer.end_cell()
        writer.end_line(section, LineKind.ROW if len(cells) > 1 else LineKind.PARAGRAPH)


def _write_attachments(writer: Writer, texts: Sequence[tuple[str, str]]) -> None:
    """The lines of the attachments that are text, each attachment behind a heading: its file name."""
    for name, text in texts:
        writer.text(name or "?")
        writer.end_line(Section.ATTACHMENT, LineKind.HEADING)
        _write_columns(writer, text, Section.ATTACHMENT)


def _write_machine_headers(writer: Writer, headers: Mapping[str, tuple[str, ...]]) -> None:
    """Headers such as X-Order-Id and List-Id, so that what is read from them has a place."""
    for name, values in headers.items():
        if name.startswith("x-") or name in _MACHINE_HEADERS:
            for value in values[:5]:
                writer.text(f"{name}: {value[:_MAX_HEADER_CHARS]}")
                writer.end_line(Section.HEADER, LineKind.PARAGRAPH)


def _is_automatic(envelope: Parts) -> bool:
    """Bounces and automatic replies (RFC 3834, RFC 3464)."""
    headers = envelope.headers
    return bool(
        _first(headers, "auto-submitted").lower().startswith("auto-replied")
        or _first(headers, "x-failed-recipients")
        or _first(headers, "x-autoreply")
        or parse_address(_first(headers, "from")).email.startswith(("mailer-daemon@", "postmaster@"))
    )


def _language(root: object, lines: Sequence[Line]) -> str:
    """Primary language tag by the words of the mail, else by its `lang` attribute."""
    words: Counter[str] = Counter()
    for line in lines[:120]:
        if line.section in (Section.PLAIN, Section.HTML):
            for word in line.text.lower().split():
                for tag in _WORDS.get(word.strip(".,!:;"), ()):
                    words[tag] += 1
    ranked = words.most_common(2)
    if ranked and ranked[0][1] >= 3 and (len(ranked) == 1 or ranked[0][1] > ranked[1][1]):
        return ranked[0][0]
    declared = root.get("lang", "") if root is not None and hasattr(root, "get") else ""
    return str(declared or "")[:2].lower()

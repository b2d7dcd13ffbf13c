"""The ways to find a value in a mail: each makes of a mapping's selector and params a function of mail and region."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from parsers.engine.document import Line, Link, Span
from parsers.engine.mapping.expression import parse_expression
from parsers.engine.mapping.labels import body, compile_column, compile_label
from parsers.engine.mapping.paths import parse_path
from parsers.engine.mapping.patterns import compile_css, compile_re2, compile_xpath
from parsers.engine.mapping.piece import Mail, Piece, located, piece_at
from parsers.engine.mapping.regions import Region, Stretch, stretches
from parsers.engine.mapping.scopes import images_in
from parsers.engine.model import METHODS, DefinitionError, Mapping_
from parsers.engine.values.domains import belongs_to
from parsers.engine.values.text import fold

Find = Callable[[Mail, Region], list[Piece]]
REGEX_TARGETS = ("subject", "heading", "text", "link", "html")
IMAGE_PARTS = ("alt", "src", "title")
_MAX_FOUND = 100
_MAX_ELEMENTS = 5_000
_PARAMS: dict[str, dict[str, type]] = {
    "label": {"direction": str, "anywhere": bool},
    "table_column": {},
    "css": {"attr": str},
    "xpath": {"attr": str, "positional": bool},
    "regex": {"target": str, "ignore_case": bool},
    "jsonld": {},
    "link_param": {"host": str, "text": str, "path": str, "segment": int},
    "image": {"part": str, "host": str},
    "header": {},
    "attachment": {"name": str, "method": str, "direction": str, "anywhere": bool, "ignore_case": bool},
    "const": {},
    "derive": {},
}


@dataclass(frozen=True, slots=True)
class Finder:
    """A compiled method. base: how far a value found this way is believed. needs: fields it computes with."""

    find: Find
    base: float
    needs: tuple[str, ...] = ()


def compile_method(mapping: Mapping_, place: str) -> Finder:
    """Raises DefinitionError naming `place` for a selector or params that cannot be used."""
    known = _PARAMS.get(mapping.method)
    if known is None:
        raise DefinitionError(f"{place}.method: “{mapping.method}” is none of {', '.join(METHODS)}.")
    for name, value in mapping.params.items():
        if name not in known:
            allowed = ", ".join(known) or "none"
            raise DefinitionError(f"{place}.params: “{name}” means nothing to {mapping.method}. Known: {allowed}.")
        if not isinstance(value, known[name]) or (isinstance(value, bool) and known[name] is not bool):
            raise DefinitionError(f"{place}.params.{name}: has to be of type {known[name].__name__}.")
    return _COMPILERS[mapping.method](mapping, place)


def _label(mapping: Mapping_, place: str) -> Finder:
    label = compile_label(
        mapping.selector, mapping.params.get("direction"), place, anywhere=mapping.params.get("anywhere", False)
    )
    return Finder(lambda mail, region: label.find(mail, body(mail, region)), 0.95)


def _column(mapping: Mapping_, place: str) -> Finder:
    return Finder(compile_column(mapping.selector, place).find, 0.95)


def _css(mapping: Mapping_, place: str) -> Finder:
    select = compile_css(mapping.selector, f"{place}.selector")
    semantic = any(sign in mapping.selector for sign in ".#[")
    return Finder(_elements(select, mapping.params.get("attr", "")), 0.93 if semantic else 0.88)


def _xpath(mapping: Mapping_, place: str) -> Finder:
    select = compile_xpath(
        mapping.selector,
        f"{place}.selector",
        relative=mapping.scope != "message",
        positional=mapping.params.get("positional", False),
    )
    return Finder(_elements(select, mapping.params.get("attr", "")), 0.88)


def _elements(select: Any, attribute: str) -> Find:
    def find(mail: Mail, region: Region) -> list[Piece]:
        tree = mail.document.html
        if tree is None:
            return []
        found: list[Piece] = []
        for root in region.elements or (tree.root,):
            for element in select(root)[:_MAX_FOUND]:
                if not isinstance(getattr(element, "tag", None), str):
                    continue
                span = tree.span(element)
                if attribute:
                    found += _attribute(mail, region, element, attribute, span)
                elif span.end > span.start and region.holds(span):
                    found.append(piece_at(mail.document, span))
        return found

    return find


def _attribute(mail: Mail, region: Region, element: Any, name: str, span: Span) -> Iterator[Piece]:
    """An attribute's value, standing where its link or picture is printed, else where the element is."""
    given = " ".join((element.get(name) or "").split())
    if not given or not (region.elements or region.holds(span)):
        return
    document = mail.document
    if name == "href":
        link = next((link for link in document.links if link.href == element.get("href")), None)
        if link is not None:
            yield piece_at(document, link.span)
            return
    if name in ("src", "alt"):
        image = next((image for image in document.images if image.src == (element.get("src") or "").strip()), None)
        if image is not None:
            yield located(document, given, _printed_image(mail, image))
            return
    yield located(document, given, span)


def _regex(mapping: Mapping_, place: str) -> Finder:
    target = mapping.params.get("target", "text")
    if target not in REGEX_TARGETS:
        raise DefinitionError(f"{place}.params.target: “{target}” is none of {', '.join(REGEX_TARGETS)}.")
    pattern = compile_re2(
        mapping.selector, f"{place}.selector", ignore_case=mapping.params.get("ignore_case", False), value=True
    )

    def find(mail: Mail, region: Region) -> list[Piece]:
        return [found for piece in _targets(mail, region, target) for found in _matches(pattern, piece)][:_MAX_FOUND]

    return Finder(find, 0.93 if target == "subject" else 0.80)


def _matches(pattern: Any, piece: Piece) -> Iterator[Piece]:
    group = pattern.groupindex["value"]
    for match in pattern.finditer(piece.text):
        start, end = match.span(group)
        if start >= 0 and end > start:
            if piece.exact or piece.span is None:
                yield piece.cut(start, end)
            else:
                yield Piece(piece.text[start:end], piece.span, exact=False)


def _targets(mail: Mail, region: Region, target: str) -> Iterator[Piece]:
    """The texts that a pattern is looked for in, one at a time."""
    document = mail.document
    match target:
        case "subject":
            yield piece_at(document, document.headers.subject_span)
        case "heading":
            for line in stretches(mail, region)[:12]:
                yield Piece(line.text, line.span)
        case "link":
            for link in document.links:
                if region.span is None or region.holds(link.text_span):
                    yield piece_at(document, link.span)
        case "html":
            yield from _tags(mail, region)
        case _:
            lines = stretches(mail, region)
            if lines:
                yield piece_at(document, Span(lines[0].start, lines[-1].span.end))


def _tags(mail: Mail, region: Region) -> Iterator[Piece]:
    """Element by element: its start tag with attributes, then its own text."""
    tree = mail.document.html
    if tree is None:
        return
    left = _MAX_ELEMENTS
    for root in region.elements or (tree.root,):
        for element in root.iter():
            left -= 1
            if left < 0:
                return
            if not isinstance(element.tag, str):
                continue
            span = tree.span(element)
            if region.holds(span):
                attributes = "".join(f' {name}="{value}"' for name, value in element.attrib.items())
                yield Piece(f"<{element.tag}{attributes}>{(element.text or '').strip()}"[:4_000], span, exact=False)


def _jsonld(mapping: Mapping_, place: str) -> Finder:
    path = parse_path(mapping.selector, f"{place}.selector")

    def find(mail: Mail, region: Region) -> list[Piece]:
        pieces = []
        for node in [found for start in region.nodes for found in path.find(start)][:_MAX_FOUND]:
            if not isinstance(node.data, (Mapping, list)):
                pieces.append(located(mail.document, " ".join(str(node.data).split()), node.origin.span))
        return pieces

    return Finder(find, 0.97)


def _link_param(mapping: Mapping_, place: str) -> Finder:
    params = mapping.params
    names = tuple(name.strip() for name in mapping.selector.split("|") if name.strip())
    if not names and "segment" not in params:
        raise DefinitionError(f'{place}.selector: name the parameter, or give params {{"segment": 0}}.')

    def find(mail: Mail, region: Region) -> list[Piece]:
        return [
            located(mail.document, value, link.span)
            for link in mail.document.links
            if _picked(link, params) and (region.span is None or region.holds(link.text_span))
            for value in _link_values(link, names, params.get("segment"))
        ][:_MAX_FOUND]

    return Finder(find, 0.96)


def _picked(link: Link, params: Mapping[str, Any]) -> bool:
    if "host" in params and not belongs_to(link.host, params["host"]):
        return False
    if "text" in params and fold(params["text"]) not in fold(link.text):
        return False
    return "path" not in params or params["path"].lower() in "/".join(("", *link.segments)).lower()


def _link_values(link: Link, names: Sequence[str], segment: int | None) -> Iterator[str]:
    for name in names:
        for given, values in link.params.items():
            if given.lower() == name.lower():
                yield from values
    if segment is not None and -len(link.segments) <= segment < len(link.segments):
        yield link.segments[segment]


def _image(mapping: Mapping_, place: str) -> Finder:
    part = mapping.params.get("part", "src")
    if part not in IMAGE_PARTS:
        raise DefinitionError(f"{place}.params.part: “{part}” is none of {', '.join(IMAGE_PARTS)}.")
    pattern = compile_re2(mapping.selector, f"{place}.selector", value=True) if mapping.selector else None
    host = mapping.params.get("host", "")

    def find(mail: Mail, region: Region) -> list[Piece]:
        pieces: list[Piece] = []
        for image in images_in(mail, region):
            if host and not belongs_to(image.host, host):
                continue
            piece = located(mail.document, getattr(image, part), _printed_image(mail, image))
            if piece.text:
                pieces += list(_matches(pattern, piece)) if pattern else [piece]
        return pieces[:_MAX_FOUND]

    return Finder(find, 0.93)


def _printed_image(mail: Mail, image: Any) -> Span:
    """The printed line of a picture: its words, then its address."""
    start = mail.document.text.rfind("\n", 0, image.span.start) + 1
    return Span(start, image.span.end)


def _header(mapping: Mapping_, place: str) -> Finder:
    name = mapping.selector.strip().lower()
    if not name or any(sign.isspace() or sign == ":" for sign in name):
        raise DefinitionError(f"{place}.selector: write the name of one header, such as X-Order-Id.")

    def find(mail: Mail, region: Region) -> list[Piece]:
        text = mail.document.text
        given = [" ".join(value.split()) for value in mail.document.headers.raw.get(name, ())[:_MAX_FOUND]]
        # Headers that only programs read are printed behind everything else.
        places = [(value, text.rfind(value)) for value in given if value]
        return [Piece(value, Span(start, start + len(value))) for value, start in places if start >= 0]

    return Finder(find, 0.95)


def _attachment(mapping: Mapping_, place: str) -> Finder:
    """A label or a pattern in the lines of an attachment that is text."""
    name = mapping.params.get("name", "*").lower()
    if name.endswith((".pdf", ".doc", ".docx", ".xls", ".xlsx", ".png", ".jpg")):
        raise DefinitionError(
            f"{place}.params.name: Flux reads attachments that are text only, and “{name}” is none. Use what the "
            "mail itself says."
        )
    method = mapping.params.get("method", "label")
    if method == "label":
        label = compile_label(
            mapping.selector, mapping.params.get("direction"), place, anywhere=mapping.params.get("anywhere", False)
        )

        def read(mail: Mail, lines: Sequence[Stretch]) -> list[Piece]:
            return label.find(mail, lines)

    elif method == "regex":
        pattern = compile_re2(
            mapping.selector, f"{place}.selector", ignore_case=mapping.params.get("ignore_case", False), value=True
        )

        def read(mail: Mail, lines: Sequence[Stretch]) -> list[Piece]:
            whole = Span(lines[0].start, lines[-1].span.end)
            return list(_matches(pattern, piece_at(mail.document, whole)))[:_MAX_FOUND]

    else:
        raise DefinitionError(f"{place}.params.method: within attachments use label or regex.")

    def find(mail: Mail, region: Region) -> list[Piece]:
        fitting = [lines for given, lines in mail.attachments.items() if fnmatch.fnmatch(given.lower(), name) and lines]
        return [piece for lines in fitting for piece in read(mail, _as_stretches(lines))]

    return Finder(find, 0.90)


def _as_stretches(lines: Sequence[Line]) -> list[Stretch]:
    return [Stretch(line.text, line.span.start, line) for line in lines]


def _const(mapping: Mapping_, place: str) -> Finder:
    if not mapping.selector.strip():
        raise DefinitionError(f"{place}.selector: write the value.")
    constant = Piece(mapping.selector, None)
    return Finder(lambda mail, region: [constant], 0.97)


def _derive(mapping: Mapping_, place: str) -> Finder:
    """Computed by the runner, which knows the fields; see `run`."""
    expression = parse_expression(mapping.selector, f"{place}.selector")
    if not expression.names:
        raise DefinitionError(f"{place}.selector: names no field. Write for example line_total / quantity.")
    return Finder(lambda mail, region: [], 0.95, expression.names)


_COMPILERS: dict[str, Callable[[Mapping_, str], Finder]] = {
    "label": _label,
    "table_column": _column,
    "css": _css,
    "xpath": _xpath,
    "regex": _regex,
    "jsonld": _jsonld,
    "link_param": _link_param,
    "image": _image,
    "header": _header,
    "attachment": _attachment,
    "const": _const,
    "derive": _derive,
}

"""HTML bodies laid out as lines: block elements break, inline ones join, table rows keep their cells.

Layout tables are flattened; a row becomes one line with cells when at least two of its cells say something briefly
(a label and its value, an item and its price).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from cssselect import HTMLTranslator, SelectorError
from lxml import etree

from parsers.engine.charset import clean
from parsers.engine.document import Image, LineKind, Link, Section, Span
from parsers.engine.limits import MAX_NODES
from parsers.engine.links import host_and_segments, parameters, unwrap
from parsers.engine.writer import Writer

_BLOCKS = frozenset(
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 "
    "h4 h5 h6 header hr html li main nav ol p pre section summary table tbody td tfoot th thead tr ul".split()
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_SKIPPED = frozenset("script style head title meta link noscript template svg object iframe select option".split())
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|max-height\s*:\s*0(?![.\d])"
    r"|opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$)",
    re.IGNORECASE,
)
_FONT_SIZE = re.compile(r"font-size\s*:\s*(\d+)", re.IGNORECASE)
_LARGE = re.compile(r"font-size\s*:\s*(?:2[2-9]|[3-9]\d)(?:\.\d+)?px", re.IGNORECASE)
_DATA_URI = re.compile(r"data:[^\"'\s>)]{256,}")
_LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{60000,}>?")
_DECLARATION = re.compile(r"^\s*(?:<\?xml[^>]*>|<!doctype[^>]*>)\s*", re.IGNORECASE)
_MAX_CELL_CHARS = 400
_MAX_ROW_LEAVES = 60
_READABLE_PX = 2


class Tree:
    """A parsed HTML body; see `document.HtmlTree`."""

    def __init__(self, root: Any) -> None:
        self.root = root
        self._spans: dict[Any, tuple[int, int]] = {}
        self._text = ""

    def remember(self, element: Any, start: int, end: int) -> None:
        self._spans[element] = (start, end)

    def finish(self, text: str) -> None:
        """Hand over the whole canonical string, against which spans are trimmed."""
        self._text = text

    def css(self, selector: str, scope: Any | None = None) -> list[Any]:
        return list(_css(selector)(self.root if scope is None else scope))

    def xpath(self, expression: str, scope: Any | None = None) -> list[Any]:
        found = _xpath(expression)(self.root if scope is None else scope)
        return [element for element in found if isinstance(element, etree._Element)] if isinstance(found, list) else []

    def span(self, element: Any) -> Span:
        start, end = self._spans.get(element, (0, 0))
        piece = self._text[start:end]
        return Span(start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip()) if piece.strip() else start)


@lru_cache(maxsize=4096)
def _css(selector: str) -> etree.XPath:
    try:
        return etree.XPath(HTMLTranslator().css_to_xpath(selector))
    except (SelectorError, etree.XPathError) as error:
        raise ValueError(f"“{selector}” is not a CSS selector: {error}") from error


@lru_cache(maxsize=4096)
def _xpath(expression: str) -> etree.XPath:
    try:
        return etree.XPath(expression)
    except etree.XPathError as error:
        raise ValueError(f"“{expression}” is not an XPath 1.0 expression: {error}") from error


def parse_html(text: str) -> tuple[Any | None, str]:
    """(root element or None for a body without elements, why something was left out or "")."""
    text = _LONG_TAG.sub("", _DATA_URI.sub("data:", _DECLARATION.sub("", text)))
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=False)
    data = text.encode("utf-8", "replace").replace(b"\x00", b"")
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None, "html_unreadable"
    deep = any("depth" in entry.message for entry in parser.error_log)
    return root, "too_deep_html" if deep else ""


class HtmlLayout:
    """One walk over the tree that writes lines and notes links, images and element spans."""

    def __init__(self, writer: Writer, tree: Tree) -> None:
        self.writer = writer
        self.tree = tree
        self.links: list[tuple[str, str, Span | None]] = []
        self.images: list[tuple[Any, int]] = []
        self.truncated = ""
        self._nodes = 0
        self._tables = 0
        self._hidden = 0
        self._tiny = False
        self._heading = 0
        self._in_row = 0

    def run(self) -> None:
        self._element(self.tree.root, None, None)
        self._end_line()

    def _element(self, element: Any, table: int | None, row: int | None) -> None:
        tag = element.tag
        if not isinstance(tag, str) or tag in _SKIPPED:
            return
        self._nodes += 1
        if self._nodes > MAX_NODES:
            self.truncated = "too_many_nodes"
            return
        style = element.get("style", "")
        hidden = "hidden" in element.attrib or (bool(style) and _HIDDEN.search(style) is not None)
        tiny = self._tiny
        size = _FONT_SIZE.search(style) if style else None
        block = tag in _BLOCKS
        if block or hidden or (size and tiny != (int(size.group(1)[:4]) < _READABLE_PX)):
            self._break()
        self._hidden += hidden
        # A wrapper often has no font size; what is inside sets its own.
        self._tiny = int(size.group(1)[:4]) < _READABLE_PX if size else tiny
        heading = tag in _HEADINGS or (block and _LARGE.search(element.get("style", "")) is not None)
        self._heading += heading
        start = self.writer.position
        if tag == "br":
            self._break()
        elif tag == "img":
            self.images.append((element, len(self.writer.lines)))
        elif tag == "table":
            self._tables += 1
            self._children(element, self._tables, None)
        elif tag == "tr" and not self._in_row and self._is_row(element):
            self._row(element, table)
        else:
            self._children(element, table, row)
        self.tree.remember(element, start, self.writer.position)
        if tag == "a" and element.get("href"):
            self._link(element, start)
        if block or hidden or tiny != self._tiny:
            self._break()
        self._tiny = tiny
        self._heading -= heading
        self._hidden -= hidden

    def _children(self, element: Any, table: int | None, row: int | None) -> None:
        if element.text:
            self.writer.text(clean(element.text))
        for child in element:
            self._element(child, table, row)
            if child.tail:
                self.writer.text(clean(child.tail))

    def _row(self, element: Any, table: int | None) -> None:
        self._end_line()
        self._in_row += 1
        cells = [cell for cell in element if cell.tag in ("td", "th")]
        for cell in cells:
            self._element(cell, table, None)
            self.writer.end_cell()
        self._in_row -= 1
        header = bool(cells) and all(cell.tag == "th" for cell in cells)
        kind = LineKind.HIDDEN if self._hidden else LineKind.ROW
        self.writer.end_line(Section.HTML, kind, table=table, header=header)

    def _is_row(self, element: Any) -> bool:
        """At least two cells say something, each briefly and without a table of several rows inside."""
        filled = 0
        for cell in element:
            if cell.tag not in ("td", "th"):
                continue
            rows = 0
            for descendant in cell.iter("tr"):
                rows += sum(1 for inner in descendant if inner.tag in ("td", "th"))
                if rows > 3:
                    return False
            length = 0
            for leaves, text in enumerate(cell.itertext(), 1):
                length += len(text.strip())
                if length > _MAX_CELL_CHARS or leaves > _MAX_ROW_LEAVES:
                    return False
            filled += length > 0
        return filled >= 2

    def _break(self) -> None:
        if self._in_row:
            self.writer.break_in_cell()
        else:
            self._end_line()

    def _end_line(self) -> None:
        kind = LineKind.PARAGRAPH
        if self._hidden or self._tiny:
            kind = LineKind.HIDDEN
        elif self._heading:
            kind = LineKind.HEADING
        self.writer.end_line(Section.HTML, kind)

    def _link(self, element: Any, start: int) -> None:
        end = self.writer.position
        text = " ".join("".join(element.itertext()).split())[:300]
        self.links.append((element.get("href"), clean(text), Span(start, end) if end > start else None))


def write_links(writer: Writer, found: list[tuple[str, str, Span | None]]) -> tuple[Link, ...]:
    """Print each distinct target once and give the links their spans."""
    printed: dict[str, Span] = {}
    links = []
    for href, text, text_span in found[:500]:
        target = clean(unwrap(href)).strip()
        if not target.lower().startswith(("http:", "https:")):
            continue
        if target not in printed:
            writer.text(target.replace(" ", "%20"))
            line = writer.end_line(Section.LINK, LineKind.LINK)
            if line is None:
                continue
            printed[target] = line.span
        host, segments = host_and_segments(target)
        links.append(Link(text, href, target, host, parameters(target), segments, printed[target], text_span))
    return tuple(links)


def write_images(writer: Writer, found: list[tuple[Any, int]]) -> tuple[Image, ...]:
    """Print each picture's alternative text and address and give the pictures their spans."""
    images = []
    for element, line_index in found[:300]:
        src, alt = clean(element.get("src") or "").strip(), " ".join(clean(element.get("alt") or "").split())
        if not src.lower().startswith(("http:", "https:")) and not alt:
            continue
        start = writer.position
        writer.text(alt)
        writer.end_cell()
        writer.text(src[:2000].replace(" ", "%20"))
        line = writer.end_line(Section.IMAGE, LineKind.PARAGRAPH)
        if line is None:
            continue
        host, segments = host_and_segments(src)
        title = clean(element.get("title") or "")
        span = Span(line.span.end - len(src[:2000]), line.span.end) if src else Span(start, line.span.end)
        images.append(Image(alt, title, src, host, segments, span, line_index))
    return tuple(images)

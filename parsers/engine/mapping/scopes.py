"""Repeated parts of a mail: where the rows of a scope begin and end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from parsers.engine.document import Span
from parsers.engine.mapping.paths import Path, parse_path
from parsers.engine.mapping.patterns import compile_css, compile_re2, compile_xpath
from parsers.engine.mapping.piece import Mail
from parsers.engine.mapping.regions import Region, narrowed, stretches, table_rows
from parsers.engine.model import SCOPE_KINDS, DefinitionError, RowScope
from parsers.engine.values.money import find_money
from parsers.engine.values.quantity import LABELLED, parse_quantity
from parsers.engine.values.text import any_phrase, lower

Rows = Callable[[Mail, Region], list[Region]]
CONTENTS = ("money", "quantity", "image", "link")
MAX_ROWS = 100


@dataclass(frozen=True, slots=True)
class CompiledScope:
    """A row scope that can be run."""

    scope: RowScope
    find: Rows

    def rows(self, mail: Mail, region: Region) -> list[Region]:
        """The rows within a region, in the order in which they stand."""
        inner = narrowed(mail, region, self.scope.start_after, self.scope.stop_before)
        if inner is None:
            return []
        return [row for row in self.find(mail, inner)[:MAX_ROWS] if self._is_row(mail, row)]

    def _is_row(self, mail: Mail, row: Region) -> bool:
        text = _text(mail, row)
        if self.scope.skip_if and any_phrase(self._skipped).search(lower(text)):
            return False
        return all(_contains(mail, row, text, what) for what in self.scope.row_must_contain)

    @property
    def _skipped(self) -> tuple[str, ...]:
        return tuple(lower(phrase) for phrase in self.scope.skip_if)


def compile_scope(scope: RowScope, place: str) -> CompiledScope:
    """Raises DefinitionError naming `place` for a selector that cannot be used."""
    for what in scope.row_must_contain:
        if what not in CONTENTS:
            raise DefinitionError(f"{place}.row_must_contain: “{what}” is none of {', '.join(CONTENTS)}.")
    if scope.how == "jsonld_array" and (scope.start_after or scope.stop_before or scope.row_must_contain):
        raise DefinitionError(f"{place}: markup has no anchors; leave start_after, stop_before, row_must_contain out.")
    where = f"{place}.selector"
    match scope.how:
        case "css_repeat":
            return CompiledScope(scope, _elements(compile_css(scope.selector, where)))
        case "xpath_repeat":
            nested = bool(scope.parent)
            return CompiledScope(
                scope, _elements(compile_xpath(scope.selector, where, relative=nested, positional=False))
            )
        case "table":
            headings = tuple(part.strip() for part in scope.selector.split("|") if part.strip())
            return CompiledScope(scope, lambda mail, region: table_rows(mail, region, headings))
        case "text_block":
            return CompiledScope(scope, _blocks(compile_re2(scope.selector, where)))
        case "jsonld_array":
            return CompiledScope(scope, _array(parse_path(scope.selector, where)))
    raise DefinitionError(f"{place}.how: “{scope.how}” is none of {', '.join(SCOPE_KINDS)}.")


def _elements(select: Any) -> Rows:
    """Elements that a selector finds, none within another of them."""

    def find(mail: Mail, region: Region) -> list[Region]:
        tree = mail.document.html
        if tree is None:
            return []
        rows: list[Region] = []
        taken: set[Any] = set()
        for root in region.elements or (tree.root,):
            for element in select(root):
                span = tree.span(element) if isinstance(element.tag, str) else Span(0, 0)
                if span.end == span.start or not region.holds(span) or element in taken:
                    continue
                if any(ancestor in taken for ancestor in element.iterancestors()):
                    continue
                taken.add(element)
                rows.append(Region(span, (element,)))
        return rows

    return find


def _blocks(key: Any) -> Rows:
    """A row begins at each line in which the key stands, and ends where the next begins."""

    def find(mail: Mail, region: Region) -> list[Region]:
        lines = stretches(mail, region)
        starts = [position for position, line in enumerate(lines) if key.search(line.text)]
        ends = [*starts[1:], len(lines)]
        return [
            Region(Span(lines[start].start, lines[end - 1].span.end)) for start, end in zip(starts, ends, strict=False)
        ]

    return find


def _array(path: Path) -> Rows:
    def find(mail: Mail, region: Region) -> list[Region]:
        found = [found for node in region.nodes for found in path.find(node)]
        return [Region(None, (), (), (node,)) for node in found if isinstance(node.data, dict)]

    return find


def _text(mail: Mail, row: Region) -> str:
    if row.span is not None:
        return mail.document.slice(row.span)
    return " ".join(_leaves([node.data for node in row.nodes]))


def _leaves(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [leaf for inner in value.values() for leaf in _leaves(inner)]
    if isinstance(value, list):
        return [leaf for inner in value for leaf in _leaves(inner)]
    return [str(value)]


def _contains(mail: Mail, row: Region, text: str, what: str) -> bool:
    match what:
        case "money":
            return next(find_money(text, unmarked=True), None) is not None
        case "quantity":
            pieces = [piece for line in text.split("\n") for piece in line.replace("\v", "\t").split("\t")]
            return LABELLED.search(text) is not None or any(parse_quantity(piece) for piece in pieces)
        case "image":
            return bool(images_in(mail, row))
    return any(row.holds(link.text_span) for link in mail.document.links if link.text_span)


def images_in(mail: Mail, region: Region) -> list[Any]:
    """Pictures of a region: of its elements where it has some, else of its lines."""
    images = mail.document.images
    if region.span is None:
        return list(images)
    if region.elements:
        sources = {(image.get("src") or "").strip() for element in region.elements for image in element.iter("img")}
        if len(sources) or region.cells is not None:
            return [image for image in images if image.src in sources]
    held = {line.line.index for line in stretches(mail, region)}
    return [image for image in images if image.line in held]


def with_parts(row: Region, parent: Region) -> Region:
    """A row that looks into the markup of its parent where it has none of its own."""
    return row if row.nodes else replace(row, nodes=parent.nodes)

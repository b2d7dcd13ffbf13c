"""Values beside their labels: behind them on the line, in the next cell, or on the next line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from parsers.engine.document import Line, Span
from parsers.engine.generic.view import View
from parsers.engine.languages import label

_BETWEEN = re.compile(
    r"^[\s:#.\-–=*|\u200b]*(?:(?:is|ist|est|è|es|to|nr|no|n°|number|lautet|jest)\b[\s:.#]*){0,3}", re.IGNORECASE
)
_CELL = re.compile(r"[\t\v]")
_TELLING = 10
_SHORT = 4


@dataclass(frozen=True, slots=True)
class Labelled:
    """Text that a label introduces. `text` equals the document at [start, start + len(text))."""

    label: str
    text: str
    start: int
    line: int
    """Index into `View.lines`."""
    direct: bool
    """On the same line as its label."""

    def span(self, start: int, end: int) -> Span:
        return Span(self.start + start, self.start + end)


def labelled(view: View, kind: str, *, following: int = 1, in_sentence: bool = False) -> Iterator[Labelled]:
    """What stands behind each label of a kind, nearest first, up to `following` lines below it.

    A label has to begin its line or cell, or be followed by a colon, so that words in a sentence are no labels.
    in_sentence: words of several parts, or long ones, are labels wherever they stand.
    """
    phrases = label(kind)
    for index, low in enumerate(view.lows):
        if phrases.beginnings.isdisjoint(view.words[index]):
            continue
        for match in phrases.find(low):
            if not _is_label(low, match) and not (in_sentence and len(match.group()) >= _TELLING):
                continue
            line = view.lines[index]
            yield from _behind(line, match, index)
            if _CELL.sub(" ", low[match.end() :]).strip(" :#.-") == "":
                yield from _below(view, index, match.group(), following)


def _is_label(low: str, match: re.Match[str]) -> bool:
    before = low[: match.start()].rstrip(" *•·|-–(\"'")
    if len(match.group()) <= _SHORT and before and before[-1] not in "\t\v":
        return False
    after = low[match.end() :].lstrip(" ")
    return not before or before[-1] in "\t\v:.!)|" or after[:1] in (":", "#", "\t", "\v", "")


def _behind(line: Line, match: re.Match[str], index: int) -> Iterator[Labelled]:
    rest = line.text[match.end() :]
    gap = _BETWEEN.match(rest)
    start = match.end() + (gap.end() if gap else 0)
    text = line.text[start:]
    stop = _CELL.search(text)
    if stop and stop.start() == 0:
        text = ""
    elif stop:
        text = text[: stop.start()]
    if text.strip():
        yield Labelled(match.group(), text, line.span.start + start, index, direct=True)


def _below(view: View, index: int, words: str, following: int) -> Iterator[Labelled]:
    for step in range(1, following + 1):
        if index + step >= len(view.lines):
            return
        line = view.lines[index + step]
        text = line.text.split("\t")[0]
        yield Labelled(words, text, line.span.start, index + step, direct=False)

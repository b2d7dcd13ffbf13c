"""What a mail announces: by a status in its links, its subject, its first heading, a labelled status, then its body.

Within one place the longest phrase wins. Sentences about what will happen, names of the steps of a progress bar and
advertisements say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from parsers.engine.document import Line, Span
from parsers.engine.extraction import Kind, Status, Value
from parsers.engine.generic.linked import linked_status
from parsers.engine.generic.view import View
from parsers.engine.languages import label, status_phrases, words
from parsers.engine.values.phrases import Phrases, words_in
from parsers.engine.values.text import lower

_KINDS = {
    Status.ORDERED: Kind.ORDER_CONFIRMATION,
    Status.OUT_FOR_DELIVERY: Kind.OUT_FOR_DELIVERY,
    Status.DELIVERED: Kind.DELIVERED,
    Status.COLLECTED: Kind.DELIVERED,
    Status.EXCEPTION: Kind.EXCEPTION,
    Status.RETURNED: Kind.EXCEPTION,
    Status.CANCELLED: Kind.CANCELLED,
    Status.REFUNDED: Kind.REFUND,
}
_Table = Mapping[Status, Phrases]
_SENTENCE_ENDS = (".", "!", "?", "\n", "\t", "\v")
_SCHEDULE = re.compile(
    r"expected|scheduled|arriving|due |delivery tomorrow|delivered tomorrow|should arrive|order update"
)
"""Words of a plan: a subject that only announces a day says less than a headline that tells what happened."""
_WEAK = 8
"""Phrases shorter than this are single words: they decide only in subjects and headings."""
_NEGATED = re.compile(r"(?:\bnot|n't|\bnever|\bnicht|\bnon|\bpas|\bno|\bnie|\bniet|\bnão|\binte)\s+(?:\w+\s+)?$")
_FUTURE = re.compile(
    r"(?:\bwill|\bto be|\bwhen|\bonce|\bif|\buntil|\bsobald|\bwenn|\bdès que|\bquando|\bcuando|\bgdy|\bzodra)"
    r"\s(?:\w+\s+){0,3}$"
)


@dataclass(frozen=True, slots=True)
class Found:
    """A status with the place that decided: `subject`, `heading`, `body` or `link`."""

    status: Status
    place: str
    value: Value[Status]


def kind_of(status: Status) -> Kind:
    """The kind of mail that announces a status; every other movement of a parcel is `shipping`."""
    return _KINDS.get(status, Kind.SHIPPING)


def find_status(view: View) -> Found | None:
    """What the mail announces, None if it announces nothing."""
    linked = linked_status(view)
    if linked is not None:
        return Found(linked.value, "link", linked)
    subject = view.document.headers.subject
    span = view.document.headers.subject_span
    found = _best(view, view.subject, strong=False)
    if found is not None:
        status, start, end = found
        value = Value(status, subject[start:end], Span(span.start + start, span.start + end), 0.93, "generic/subject")
        if status != Status.ORDERED or not view.carrier:
            return _refined(view, Found(status, "subject", value))
    for place, lines in (("heading", list(view.headline())), ("body", view.lines[:60])):
        found_line = _best_line(view, lines, strong=place == "body")
        if found_line is not None:
            return found_line if place == "body" else Found(found_line.status, place, found_line.value)
    return None


def _refined(view: View, found: Found) -> Found:
    """A subject that only names the order ("your order …", "update") yields to what the headline says of the parcel."""
    named = found.status == Status.ORDERED and len(found.value.raw) <= 16
    planned = _SCHEDULE.search(found.value.raw.lower()) is not None
    if not named and not planned:
        return found
    better = _best_line(view, list(view.headline()), strong=True)
    return Found(better.status, "heading", better.value) if better and better.status != Status.ORDERED else found


def _best_line(view: View, lines: Iterable[Line], *, strong: bool) -> Found | None:
    """The status of the first line that says one; progress bars are skipped."""
    steps = _progress_lines(view)
    for line in lines:
        if line.index in steps:
            continue
        found = _best(view, lower(line.text), strong=strong)
        if found is not None:
            status, start, end = found
            span = Span(line.span.start + start, line.span.start + end)
            return Found(status, "body", Value(status, line.text[start:end], span, 0.85, "generic/body"))
    return None


def _progress_lines(view: View) -> frozenset[int]:
    """Indexes of lines that name one step each of a progress bar: at least three different steps close together."""
    steps = set(words("progress"))
    named = [
        (position, line.index, low.strip(" .:✓✔•"))
        for position, (line, low) in enumerate(zip(view.lines, view.lows, strict=True))
    ]
    hits = [(position, index, low) for position, index, low in named if low in steps or _only_steps(low, steps)]
    found: set[int] = set()
    for position, index, _ in hits:
        near = [low for other, _, low in hits if abs(other - position) <= 8]
        if len(set(near)) >= 3 or any(_only_steps(low, steps) for low in near):
            found.add(index)
    return frozenset(found)


def _only_steps(low: str, steps: set[str]) -> bool:
    """A row whose cells are all steps."""
    cells = [cell.strip() for cell in re.split(r"[\t\v|>→]", low) if cell.strip()]
    return len(cells) >= 3 and sum(cell in steps for cell in cells) >= 3


def _best(view: View, low: str, *, strong: bool) -> tuple[Status, int, int] | None:
    """(status, start, end) of the longest phrase in a text, the author's own before others. strong: no single words."""
    masked = _without_boilerplate(view, low)
    own, words = _own_phrases(view), words_in(masked)
    best: tuple[int, Status, int, int] | None = None
    for bonus, table in ((100, own), (0, _general())):
        for status, phrases in table.items():
            for match in phrases.find(masked) if not phrases.beginnings.isdisjoint(words) else ():
                size = match.end() - match.start()
                if (strong and size < _WEAK and not bonus) or _is_unreal(masked, match, status):
                    continue
                rank = bonus + size
                if best is None or rank > best[0]:
                    best = (rank, _for_author(view, status), match.start(), match.end())
    return best[1:] if best else None


def _without_boilerplate(view: View, low: str) -> str:
    """The text with sentences that only tell what may happen blanked out."""
    marks = [match.span() for match in label("boilerplate").find(low)]
    if marks:  # what an author is known to announce in these very words is no boilerplate
        said = [match.span() for phrases in _own_phrases(view).values() for match in phrases.find(low)]
        marks = [(start, end) for start, end in marks if not any(at <= start and end <= to for at, to in said)]
    if view.definition is not None:
        marks += [match.span() for match in _phrases(view.definition.ignore_phrases).find(low)]
    for start, end in marks:
        first = max(low.rfind(sign, 0, start) for sign in _SENTENCE_ENDS) + 1
        stops = [at for sign in _SENTENCE_ENDS if (at := low.find(sign, end)) >= 0]
        last = min(stops, default=len(low))
        low = low[:first] + "\x00" * (last - first) + low[last:]
    return low


def _is_unreal(text: str, match: re.Match[str], status: Status) -> bool:
    before = text[max(0, match.start() - 40) : match.start()]
    if status in (Status.EXCEPTION, Status.OUT_FOR_DELIVERY):
        return False
    return _NEGATED.search(before) is not None or (status != Status.ORDERED and _FUTURE.search(before) is not None)


def _for_author(view: View, status: Status) -> Status:
    """A carrier's "on its way" is under way already; a shop's says that it was sent."""
    if status == Status.SHIPPED and view.carrier:
        return Status.IN_TRANSIT
    if status == Status.IN_TRANSIT and not view.carrier:
        return Status.SHIPPED
    return status


@cache
def _general() -> _Table:
    return {Status(status): Phrases(phrases) for status, phrases in status_phrases().items()}


def _own_phrases(view: View) -> _Table:
    """The author's own words."""
    if view.definition is None:
        return {}
    return _own_table(tuple(view.definition.status_phrases.items()))


@lru_cache(maxsize=1024)
def _phrases(texts: tuple[str, ...]) -> Phrases:
    return Phrases(text.lower() for text in texts)


@lru_cache(maxsize=1024)
def _own_table(phrases: tuple[tuple[str, str], ...]) -> _Table:
    table: dict[Status, tuple[str, ...]] = {}
    for text, status in phrases:
        table[Status(status)] = (*table.get(Status(status), ()), text.lower())
    return {status: Phrases(texts) for status, texts in table.items()}

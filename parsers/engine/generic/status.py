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
_HARD_ENDS = ("!", "?", "\n", "\t", "\v")
_SENTENCE_ENDS = (".", "!", "?", "\n", "\t", "\v")
_SCHEDULE = re.compile(
    r"expected|scheduled|arriving|due |delivery tomorrow|delivered tomorrow|should arrive|order update"
)
"""Words of a plan: a subject that only announces a day says less than a headline that tells what happened."""
_WEAK = 8
"""Phrases shorter than this are single words: they decide only in subjects and headings."""
_QUESTION = re.compile(r"[^.!\n\t\v]{0,60}\?")
_MOVING = re.compile(r"transit|customs|facility|depot|hub|network|transport|douane|zoll|dogana|aduana")
_NEGATED = re.compile(r"(?:\bnot|n't|\bnever|\bnicht|\bnon|\bpas|\bno|\bnie|\bniet|\bnão|\binte)\s+(?:\w+\s+)?$")
_PLANNED = re.compile(r"\b(?:wird|werden|soll|sollen|sollte|wordt|worden)\b(?!\s+heute)")
"""German and Dutch put the verb at the end: "wird voraussichtlich am Montag … zugestellt"."""
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
    """What the mail announces, None if it announces nothing.

    Words that only name an order ("your order …") confirm it if nothing else is said.
    """
    linked = linked_status(view)
    if linked is not None:
        return Found(linked.value, "link", linked)
    said = status_in_subject(view)
    if said is not None and (view.carrier is None or said.status != Status.ORDERED):
        return _told_better(view, said) or said
    headline = list(view.headline())
    return (
        _best_line(view, headline, "heading", strong=False)
        or _best_line(view, view.lines[:60], "body", strong=True)
        or _named_order(view, headline)
    )


def _told_better(view: View, said: Found) -> Found | None:
    """What the headline says, where a subject only announces a day, or that a shop is at work on the order."""
    if view.carrier is None and said.status in (Status.LABEL_CREATED, Status.PENDING):
        better = _best_line(view, list(view.headline()), "heading", strong=True)
        return better if better is not None and better.status == Status.ORDERED else None
    if _SCHEDULE.search(said.value.raw.lower()) is None:
        return None
    better = _best_line(view, list(view.headline()), "heading", strong=True)
    return better if better is not None and better.status != Status.ORDERED else None


def status_in_subject(view: View) -> Found | None:
    """The status that the subject alone says."""
    found = _best(view, view.subject, strong=False)
    return None if found is None else Found(found[0], "subject", _value(view, found))


def _value(view: View, found: tuple[Status, int, int], *, line: Line | None = None) -> Value[Status]:
    status, start, end = found
    headers = view.document.headers
    if line is None:
        span = Span(headers.subject_span.start + start, headers.subject_span.start + end)
        return Value(status, headers.subject[start:end], span, 0.93, "generic/subject")
    headline = line.index in {one.index for one in view.headline()}
    confidence, source = (0.91, "generic/heading") if headline else (0.85, "generic/body")
    span = Span(line.span.start + start, line.span.start + end)
    return Value(status, line.text[start:end], span, confidence, source)


def announces(view: View, low: str) -> bool:
    """Whether a text says what became of an order or parcel, so that it names no thing."""
    return _best(view, low, strong=True) is not None or label("order_named").search(low) is not None


def _named_order(view: View, headline: Iterable[Line]) -> Found | None:
    """ "Your order …" in the subject or the headline of a shop's mail that says nothing else."""
    if view.carrier:
        return None
    match = label("order_named").search(view.subject)
    if match:
        return Found(Status.ORDERED, "subject", _value(view, (Status.ORDERED, *match.span())))
    for line in headline:
        match = label("order_named").search(lower(line.text))
        if match:
            return Found(Status.ORDERED, "heading", _value(view, (Status.ORDERED, *match.span()), line=line))
    return None


def _best_line(view: View, lines: Iterable[Line], place: str, *, strong: bool) -> Found | None:
    """The status of the first line that says one; progress bars are skipped."""
    steps = _progress_lines(view)
    for line in lines:
        if line.index in steps:
            continue
        found = _best(view, lower(line.text), strong=strong)
        if found is not None and (view.carrier is None or found[0] != Status.ORDERED):
            return Found(found[0], place, _value(view, found, line=line))
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
                    best = (rank, _for_author(view, status, match.group()), match.start(), match.end())
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
    if _QUESTION.match(text, match.end()):
        return True
    if status in (Status.EXCEPTION, Status.OUT_FOR_DELIVERY):
        return False
    sentence = text[max(text.rfind(sign, 0, match.start()) for sign in _HARD_ENDS) + 1 : match.start()]
    if status == Status.DELIVERED and _PLANNED.search(sentence):
        return True
    return _NEGATED.search(before) is not None or (status != Status.ORDERED and _FUTURE.search(before) is not None)


def _for_author(view: View, status: Status, words: str) -> Status:
    """A carrier's "on its way" is under way already; a shop's says that it was sent, unless it tells of the journey."""
    if status == Status.SHIPPED and view.carrier:
        return Status.IN_TRANSIT
    if status == Status.IN_TRANSIT and not view.carrier and not _MOVING.search(words):
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

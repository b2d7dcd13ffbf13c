"""Postal addresses and names in the lines of a mail: behind a label until the block ends, or below a known name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from parsers.engine.languages import label
from parsers.engine.redaction.marks import TOKEN
from parsers.engine.values.addresses import has_postcode
from parsers.engine.values.money import find_money
from parsers.engine.values.text import lower

_SEPARATOR = re.compile(r"[\n\t\v]+|[ \u00a0]{3,}")
_LEAD = re.compile(r"^[^\w\[]{0,6}")
_SIGNS = " \u00a0:：*-–—.|>"
_COLON = re.compile(r"\s*[:：–—-]\s*\S")
_OPEN = re.compile(r"\s+[A-Z0-9ÀÖØÞŚŻŁ]")
_STOPS = (
    "order_number order_date total subtotal shipping tax discount quantity item price line_total sku tracking carrier "
    "eta invoice seller"
).split()
_COUNTRIES = frozenset(
    "australia austria belgium canada czechia denmark england finland france germany ireland italy luxembourg "
    "netherlands norway poland portugal scotland spain sweden switzerland usa uk us au ca wales "
    "deutschland österreich schweiz españa polska sverige italia belgique belgië nederland suisse danmark norge "
    "brasil brazil".split()
) | {"united kingdom", "great britain", "united states", "united states of america", "new zealand",
     "vereinigtes königreich", "royaume-uni", "regno unito", "reino unido", "estados unidos"}  # fmt: skip
_LONGEST_LINE = 70
_MOST_WORDS = 10
_MOST_LINES = 8
_SENTENCE = 3
_UNCLOSED = 3
_BELOW_NAME = 5


@dataclass(frozen=True, slots=True)
class Unit:
    """One line or cell. gap: an empty line stands above it."""

    start: int
    text: str
    gap: bool

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def units_of(flow: str) -> list[Unit]:
    """The lines and cells of a text that hold something."""
    found, at, gap = [], 0, False
    for match in [*_SEPARATOR.finditer(flow), None]:
        end = match.start() if match else len(flow)
        text = flow[at:end]
        if text.strip():
            lead = len(text) - len(text.lstrip())
            found.append(Unit(at + lead, text.strip(), gap))
            gap = False
        if match:
            gap = gap or match.group().count("\n") > 1
            at = match.end()
    return found


def behind(unit: Unit, kind: str) -> int | None:
    """Where in the unit the value behind a label of the kind begins: its length for a bare label, None for none."""
    lead = _LEAD.match(unit.text)
    skip = lead.end() if lead else 0
    low = lower(unit.text[skip:])
    match = label(kind).match(low) or _in_sentence(low, kind)
    if match is None:
        return None
    rest = unit.text[skip + match.end() :]
    if not rest.strip(_SIGNS):
        return len(unit.text)
    several = " " in match.group() or "-" in match.group()
    if _COLON.match(rest) or (several and len(rest) <= _LONGEST_LINE and _OPEN.match(rest)):
        return skip + match.end() + len(rest) - len(rest.lstrip(_SIGNS))
    return None


def _in_sentence(low: str, kind: str) -> re.Match[str] | None:
    """A label of several words behind other words, if a colon follows: "It goes to this delivery address: ..."."""
    found = (hit for hit in label(kind).find(low) if " " in hit.group() and _COLON.match(low[hit.end() :]))
    return next(found, None) if kind == "personal_address" and ":" in low else None


def address_lines(units: Sequence[Unit], is_name: Callable[[str], bool]) -> Iterator[tuple[int, int, bool]]:
    """(start, end, whether a block begins with it) of every line of a recipient's address, its labels left out."""
    index = 0
    while index < len(units):
        waiting, at = 0, index
        while at < len(units) and (value := behind(units[at], "personal_address")) is not None:
            waiting, at = waiting + 1, at + 1
            if value < len(units[at - 1].text):
                unit = units[at - 1]
                yield unit.start + value, unit.end, True
                closed = has_postcode(unit.text[value:])
                waiting = 0 if closed or not _closes_soon(units, at) else 1
                break
        if not waiting and at == index and is_name(units[index].text) and _closes_soon(units, index + 1):
            waiting = 1
        while at < min(index + 4, len(units)) and waiting and _is_bare_stop(units[at]):
            at += 1
        for _ in range(waiting):
            end = _extent(units, at)
            for number in range(at, end):
                yield units[number].start, units[number].end, number == at
            at = end
        index = max(at, index + 1)


def name_values(units: Sequence[Unit]) -> Iterator[tuple[int, int]]:
    """(start, end) of names behind labels such as "Recipient:", on the line or below it."""
    for index, unit in enumerate(units):
        value = behind(unit, "personal_name")
        if value is None:
            continue
        if value < len(unit.text):
            yield unit.start + value, unit.end
        elif index + 1 < len(units) and not _stops(units[index + 1]) and looks_like_name(units[index + 1].text):
            yield units[index + 1].start, units[index + 1].end


def looks_like_name(text: str) -> bool:
    """One to five words without digits, the first with a capital."""
    parts = text.split()
    return 1 <= len(parts) <= 5 and parts[0][:1].isupper() and all(
        re.fullmatch(r"[^\W\d_][^\W\d_.'’-]*(?:['’.-][^\W\d_]*)*,?", part) for part in parts
    )  # fmt: skip


def _extent(units: Sequence[Unit], first: int) -> int:
    """Index behind the last line of the block that begins at `first`."""
    end, closed = first, False
    for index in range(first, min(first + _MOST_LINES, len(units))):
        unit = units[index]
        if TOKEN.search(unit.text):
            return first if index == first else index
        if _stops(unit) or (closed and not _trails(unit.text)):
            break
        if unit.gap and index > first:
            return index
        closed = closed or has_postcode(unit.text)
        end = index + 1
    return end if closed else min(end, first + _UNCLOSED)


def _closes_soon(units: Sequence[Unit], first: int) -> bool:
    for unit in units[first : first + _BELOW_NAME]:
        if _stops(unit) or TOKEN.search(unit.text):
            return False
        if has_postcode(unit.text):
            return True
    return False


def _trails(text: str) -> bool:
    """What may follow the town of an address: its country, a telephone number, an e-mail address."""
    low = text.lower().strip(" .,")
    digits = sum(map(str.isdigit, text))
    return low in _COUNTRIES or "@" in text or (digits >= 7 and digits >= len(text) * 0.5) or _phone(text)


def _phone(text: str) -> bool:
    return label("personal_phone").match(text.lower()) is not None


def _is_bare_stop(unit: Unit) -> bool:
    return any(behind(unit, kind) == len(unit.text) for kind in _STOPS) or unit.text.lower().startswith("payment")


def _stops(unit: Unit) -> bool:
    text = unit.text
    if len(text) > _LONGEST_LINE or len(text.split()) > _MOST_WORDS or "://" in text:
        return True
    if any(find_money(text)) or text.lower().startswith("payment") or label("total").search(lower(text)):
        return True
    if text[-1] in ".!?" and len(text.split()) > _SENTENCE:
        return True
    return any(behind(unit, kind) is not None for kind in (*_STOPS, "personal_address"))

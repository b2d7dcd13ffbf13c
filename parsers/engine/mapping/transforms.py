"""The closed vocabulary of steps between what a mapping finds and the value of its field.

Every step is a pure function of the pieces, its arguments and the context. A step that cannot read a piece drops it;
what a piece keeps is the place in the mail it came from.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from parsers.engine.extraction import Status
from parsers.engine.links import host_and_segments, parameters
from parsers.engine.mapping import readings
from parsers.engine.mapping.patterns import compile_re2
from parsers.engine.mapping.piece import Context, Piece
from parsers.engine.model import DefinitionError, Transform
from parsers.engine.values.text import fold, lower

Run = Callable[[list[Piece], Context], list[Piece]]
_One = Callable[[Piece, Context], Piece | None]
_MAX_PIECES = 200


@dataclass(frozen=True, slots=True)
class Step:
    """One compiled transform. `needs` are fields of the same row that have to be known before."""

    name: str
    run: Run
    needs: tuple[str, ...] = ()


def compile_transform(transform: Transform, place: str) -> Step:
    """Raises DefinitionError naming `place` for an unknown name and for wrong arguments."""
    make = _VOCABULARY.get(transform.name)
    if make is None:
        raise DefinitionError(
            f"{place}: there is no transform “{transform.name}”. Use {', '.join(sorted(_VOCABULARY))}."
        )
    least, most = _COUNTS.get(transform.name, (0, 0))
    given = len(transform.args)
    if not least <= given <= most:
        wanted = str(least) if least == most else f"{least} to {most if most < _MANY else 'any number'}"
        raise DefinitionError(f"{place}: {transform.name} takes {wanted} arguments, not {given}.")
    needs = (transform.args[0] if transform.args else "quantity",) if transform.name == "per_unit" else ()
    return Step(transform.name, make(transform.args, f"{place} ({transform.name})"), needs)


def _each(one: _One) -> Run:
    def run(pieces: list[Piece], context: Context) -> list[Piece]:
        changed = (one(piece, context) for piece in pieces[:_MAX_PIECES])
        return [piece for piece in changed if piece is not None]

    return run


def _plain(change: Callable[[str], str]) -> Callable[[tuple[Any, ...], str], Run]:
    """A step without arguments that changes the text."""
    return lambda args, place: _each(lambda piece, context: piece.become(change(piece.text)))


def _reading(read: Callable[[Piece, Context], Piece | None]) -> Callable[[tuple[Any, ...], str], Run]:
    """A step without arguments that reads a typed value."""
    return lambda args, place: _each(read)


def _words(args: tuple[Any, ...], place: str) -> tuple[str, ...]:
    """One or more texts, given as arguments or as one list."""
    given = args[0] if len(args) == 1 and isinstance(args[0], (list, tuple)) else args
    if not given or not all(isinstance(word, str) and word for word in given):
        raise DefinitionError(f"{place}: needs texts that are not empty.")
    return tuple(given)


def _text(value: Any, place: str) -> str:
    if not isinstance(value, str):
        raise DefinitionError(f"{place}: needs a text, not {value!r}.")
    return value


def _number(value: Any, place: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise DefinitionError(f"{place}: needs a whole number, not {value!r}.")
    return value


# --- text ---


def _strip_prefix(args: tuple[Any, ...], place: str) -> Run:
    words = sorted(_words(args, place), key=len, reverse=True)

    def one(piece: Piece, context: Context) -> Piece:
        piece = piece.strip()
        low = lower(piece.text)
        found = next((word for word in words if low.startswith(lower(word))), "")
        return piece.cut(len(found), len(piece.text)).strip()

    return _each(one)


def _strip_suffix(args: tuple[Any, ...], place: str) -> Run:
    words = sorted(_words(args, place), key=len, reverse=True)

    def one(piece: Piece, context: Context) -> Piece:
        piece = piece.strip()
        low = lower(piece.text)
        found = next((word for word in words if low.endswith(lower(word))), "")
        return piece.cut(0, len(piece.text) - len(found)).strip()

    return _each(one)


def _remove(args: tuple[Any, ...], place: str) -> Run:
    pattern = compile_re2(args[0], place)
    return _each(lambda piece, context: piece.become(pattern.sub("", piece.text)).strip())


def _extract(args: tuple[Any, ...], place: str) -> Run:
    pattern = compile_re2(args[0], place)
    group: int = pattern.groupindex.get("value", min(pattern.groups, 1))

    def one(piece: Piece, context: Context) -> Piece | None:
        match = pattern.search(piece.text)
        start, end = match.span(group) if match else (-1, -1)
        return piece.cut(start, end) if start >= 0 else None

    return _each(one)


def _replace(args: tuple[Any, ...], place: str) -> Run:
    table = args[0]
    if (
        not isinstance(table, Mapping)
        or not table
        or not all(isinstance(x, str) for pair in table.items() for x in pair)
    ):
        raise DefinitionError(f"{place}: needs an object of texts and what to put in their place.")
    if "" in table:
        raise DefinitionError(f"{place}: an empty text cannot be replaced.")

    # All at once, the longest first: an object has no order that would survive being stored.
    pattern = re.compile("|".join(re.escape(old) for old in sorted(table, key=lambda old: (-len(old), old))))

    def one(piece: Piece, context: Context) -> Piece:
        return piece.become(pattern.sub(lambda match: str(table[match.group()]), piece.text))

    return _each(one)


def _split(args: tuple[Any, ...], place: str) -> Run:
    separator, index = _words(args[:1], place)[0], _number(args[1], place)

    def one(piece: Piece, context: Context) -> Piece | None:
        start, parts = 0, []
        for part in piece.text.split(separator):
            parts.append((start, start + len(part)))
            start += len(part) + len(separator)
        if not -len(parts) <= index < len(parts):
            return None
        return piece.cut(*parts[index]).strip()

    return _each(one)


def _join(args: tuple[Any, ...], place: str) -> Run:
    separator = _text(args[0], place) if args else " "

    def run(pieces: list[Piece], context: Context) -> list[Piece]:
        if len(pieces) < 2:
            return pieces
        return [Piece(separator.join(piece.text for piece in pieces), pieces[0].span, exact=False)]

    return run


def _first_line(args: tuple[Any, ...], place: str) -> Run:
    def one(piece: Piece, context: Context) -> Piece | None:
        start = 0
        for line in piece.text.replace("\v", "\n").split("\n"):
            if line.strip():
                return piece.cut(start, start + len(line)).strip()
            start += len(line) + 1
        return None

    return _each(one)


# --- addresses ---


def _url_param(args: tuple[Any, ...], place: str) -> Run:
    names = _words(args, place)

    def one(piece: Piece, context: Context) -> Piece | None:
        given = parameters(piece.text)
        value = next((given[name][0] for name in names if given.get(name)), "")
        return _part_of(piece, value) if value else None

    return _each(one)


def _url_path(args: tuple[Any, ...], place: str) -> Run:
    index = _number(args[0], place)

    def one(piece: Piece, context: Context) -> Piece | None:
        segments = host_and_segments(piece.text)[1]
        return _part_of(piece, segments[index]) if -len(segments) <= index < len(segments) else None

    return _each(one)


def _part_of(piece: Piece, text: str) -> Piece:
    start = piece.text.rfind(text)
    return piece.cut(start, start + len(text)) if start >= 0 else piece.become(text)


# --- tables of words, conditions ---


def _status_map(args: tuple[Any, ...], place: str) -> Run:
    table = args[0]
    if not isinstance(table, Mapping) or not table:
        raise DefinitionError(f"{place}: needs an object of words and the status each means.")
    for word, status in table.items():
        if not isinstance(word, str) or not word.strip() or status not in set(Status):
            raise DefinitionError(f"{place}: “{word}: {status}”: use one of {', '.join(Status)}.")
    words = sorted(
        ((fold(word), Status(status)) for word, status in table.items()), key=lambda pair: (-len(pair[0]), pair[0])
    )

    def one(piece: Piece, context: Context) -> Piece | None:
        text = fold(piece.text)
        found = next((status for word, status in words if word in text), None)
        return piece.become(found) if found else None

    return _each(one)


def _default(args: tuple[Any, ...], place: str) -> Run:
    if not isinstance(args[0], (str, int)) or isinstance(args[0], bool):
        raise DefinitionError(f"{place}: needs a text or a whole number.")
    constant = Piece(str(args[0]), None)
    return lambda pieces, context: [piece for piece in pieces if piece.text.strip()] or [constant]


def _reject_if(args: tuple[Any, ...], place: str) -> Run:
    pattern = compile_re2(args[0], place, ignore_case=True)
    return _each(lambda piece, context: None if pattern.search(piece.text) else piece)


def _dedupe(args: tuple[Any, ...], place: str) -> Run:
    def run(pieces: list[Piece], context: Context) -> list[Piece]:
        kept: dict[str, Piece] = {}
        for piece in pieces:
            kept.setdefault(fold(piece.text), piece)
        return list(kept.values())

    return run


# --- typed values with arguments ---


def _money(args: tuple[Any, ...], place: str) -> Run:
    sign = _decimal_sign(args, place)
    return _each(lambda piece, context: readings.money(piece, sign))


def _decimal(args: tuple[Any, ...], place: str) -> Run:
    sign = _decimal_sign(args, place)
    return _each(lambda piece, context: readings.decimal(piece, sign))


def _decimal_sign(args: tuple[Any, ...], place: str) -> str:
    if args and args[0] not in (".", ","):
        raise DefinitionError(f"{place}: the decimal sign is “.” or “,”.")
    return str(args[0]) if args else ""


def _date(args: tuple[Any, ...], place: str) -> Run:
    orders = {"dayfirst": True, "monthfirst": False}
    formats = tuple(_text(given, place) for given in args if given not in orders)
    if any("%" not in given for given in formats):
        raise DefinitionError(f"{place}: arguments are dayfirst, monthfirst or formats such as %d/%m/%Y.")
    dayfirst = next((orders[given] for given in args if given in orders), None)
    return _each(lambda piece, context: readings.day(piece, context, dayfirst=dayfirst, formats=formats))


def _date_range(args: tuple[Any, ...], place: str) -> Run:
    if any(given not in ("dayfirst", "monthfirst") for given in args):
        raise DefinitionError(f"{place}: the argument is dayfirst or monthfirst.")
    dayfirst = args[0] == "dayfirst" if args else None
    return _each(lambda piece, context: readings.period(piece, context, dayfirst=dayfirst))


def _per_unit(args: tuple[Any, ...], place: str) -> Run:
    name = _text(args[0], place) if args else "quantity"
    if name != "quantity":
        raise DefinitionError(f"{place}: divides by quantity only.")
    return _each(lambda piece, context: readings.per_unit(piece, context.known.get(name)))


_MANY = 50
_VOCABULARY: dict[str, Callable[[tuple[Any, ...], str], Run]] = {
    "trim": lambda args, place: _each(lambda piece, context: piece.strip()),
    "collapse_ws": _plain(lambda text: " ".join(text.split())),
    "upper": _plain(str.upper),
    "lower": _plain(str.lower),
    "url_decode": _plain(unquote),
    "strip_prefix": _strip_prefix,
    "strip_suffix": _strip_suffix,
    "remove": _remove,
    "extract": _extract,
    "replace": _replace,
    "split": _split,
    "join": _join,
    "first_line": _first_line,
    "url_param": _url_param,
    "url_path": _url_path,
    "money": _money,
    "decimal": _decimal,
    "currency": _reading(readings.currency),
    "int": _reading(readings.integer),
    "qty": _reading(readings.quantity),
    "date": _date,
    "date_range": _date_range,
    "relative_date": _reading(readings.relative_day),
    "order_no": _reading(readings.order_number),
    "tracking_no": _reading(readings.tracking_number),
    "carrier_alias": _reading(readings.carrier),
    "status_map": _status_map,
    "per_unit": _per_unit,
    "default": _default,
    "reject_if": _reject_if,
    "dedupe": _dedupe,
}
_COUNTS = {
    "strip_prefix": (1, _MANY), "strip_suffix": (1, _MANY), "remove": (1, 1), "extract": (1, 1), "replace": (1, 1),
    "split": (2, 2), "join": (0, 1), "url_param": (1, _MANY), "url_path": (1, 1), "money": (0, 1), "decimal": (0, 1),
    "date": (0, _MANY), "date_range": (0, 1), "status_map": (1, 1), "per_unit": (0, 1), "default": (1, 1),
    "reject_if": (1, 1),
}  # fmt: skip
TRANSFORMS = tuple(_VOCABULARY)

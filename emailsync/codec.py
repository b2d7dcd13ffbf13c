"""An `Extraction` as JSON and back: the form in which it crosses from the sandbox and lies beside its e-mail.

Driven by the types of the engine's dataclasses, so a field added there is carried without a line here, and what comes
back from a sandbox is built value by value into the declared types or refused.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from parsers.engine.document import Span
from parsers.engine.extraction import Extraction

Json = Any
_Build = Callable[[Json], Any]


class Malformed(ValueError):
    """The JSON is not what a dataclass of the engine looks like."""


def to_json(value: Any) -> Json:
    """JSON of an engine value: dataclasses as objects without their empty fields, amounts and times as strings."""
    if isinstance(value, Span):
        return [value.start, value.end]
    if dataclasses.is_dataclass(value):
        pairs = ((field.name, getattr(value, field.name)) for field in dataclasses.fields(value))
        return {name: to_json(item) for name, item in pairs if item is not None and item != () and item != ""}
    if isinstance(value, tuple):
        return [to_json(item) for item in value]
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else value


def from_json(data: Json) -> Extraction:
    """The Extraction that `to_json` wrote. Raises Malformed."""
    try:
        extraction: Extraction = _builder(Extraction)(data)
    except (LookupError, TypeError, ValueError, InvalidOperation, RecursionError) as error:
        raise Malformed(f"no extraction: {error}") from error
    return extraction


@cache
def _builder(wanted: Any) -> _Build:
    """A function that builds a value of a type from its JSON."""
    origin, arguments = get_origin(wanted), get_args(wanted)
    if origin in (Union, UnionType):
        return _union(arguments)
    if origin is tuple:
        item = _builder(arguments[0])
        return lambda data: tuple(item(each) for each in _expect(data, list))
    if wanted is Span:
        return lambda data: Span(_expect(data[0], int), _expect(data[1], int))
    if dataclasses.is_dataclass(origin or wanted):
        return _dataclass(wanted, origin or wanted, arguments)
    if isinstance(wanted, type) and issubclass(wanted, StrEnum):
        return wanted
    if wanted is Decimal:
        return lambda data: Decimal(_expect(data, str))
    if wanted in (date, datetime):
        return lambda data: wanted.fromisoformat(_expect(data, str))
    if wanted is float:
        return lambda data: float(_expect(data, float | int))
    return lambda data: _expect(data, wanted)


def _union(arguments: tuple[Any, ...]) -> _Build:
    members = [argument for argument in arguments if argument is not NoneType]
    if set(members) == {date, datetime}:
        return lambda data: date.fromisoformat(data) if len(_expect(data, str)) == 10 else datetime.fromisoformat(data)
    build = _builder(members[0])
    return lambda data: None if data is None else build(data)


def _dataclass(wanted: Any, cls: Any, arguments: tuple[Any, ...]) -> _Build:
    hints = get_type_hints(cls)
    if arguments:
        hints = {name: _substituted(hint, arguments[0]) for name, hint in hints.items()}
    builders = {field.name: _builder(hints[field.name]) for field in dataclasses.fields(cls)}
    # What `to_json` leaves out of fields that have no default.
    absent = {
        field.name: "" if hints[field.name] is str else None
        for field in dataclasses.fields(cls)
        if field.default is dataclasses.MISSING
        and (hints[field.name] is str or NoneType in get_args(hints[field.name]))
    }

    def build(data: Json) -> Any:
        fields = {name: builders[name](item) for name, item in _expect(data, dict).items()}
        return cls(**(absent | fields))

    return build


def _substituted(hint: Any, argument: Any) -> Any:
    return argument if isinstance(hint, TypeVar) else hint


def _expect(data: Json, wanted: Any) -> Any:
    if not isinstance(data, wanted) or (isinstance(data, bool) and wanted is not bool):
        raise Malformed(f"{type(data).__name__} where {wanted} belongs")
    return data

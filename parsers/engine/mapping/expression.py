"""Arithmetic over fields, for `derive`: numbers, field names, + - * / and brackets; a parser of its own, no `eval`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, DivisionByZero, InvalidOperation

from parsers.engine.model import DefinitionError

_TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?)|([a-z_]+)|([-+*/()]))")
_MAX_CHARS = 200
_MAX_DEPTH = 10


@dataclass(frozen=True, slots=True)
class Expression:
    """`steps` in reverse Polish notation: numbers, field names and operators."""

    steps: tuple[Decimal | str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The fields it needs, each once, in order."""
        return tuple(dict.fromkeys(step for step in self.steps if isinstance(step, str) and step not in "+-*/"))

    def value(self, known: Mapping[str, Decimal]) -> Decimal | None:
        """The result; None if a field is missing or a division is by zero."""
        stack: list[Decimal] = []
        for step in self.steps:
            if isinstance(step, Decimal):
                stack.append(step)
            elif step in "+-*/":
                right, left = stack.pop(), stack.pop()
                try:
                    stack.append(_apply(step, left, right))
                except (DivisionByZero, InvalidOperation, ZeroDivisionError):
                    return None
            elif step in known:
                stack.append(known[step])
            else:
                return None
        return stack[0]


def _apply(sign: str, left: Decimal, right: Decimal) -> Decimal:
    match sign:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
    return left / right


def parse_expression(text: str, place: str) -> Expression:
    """Raises DefinitionError naming `place` for what is no arithmetic."""
    if len(text) > _MAX_CHARS:
        raise DefinitionError(f"{place}: is longer than {_MAX_CHARS} characters.")
    parser = _Parser(_tokens(text, place), place)
    steps = parser.sum(0)
    if parser.left():
        raise DefinitionError(f"{place}: “{parser.left()}” is too much. Write for example line_total / quantity.")
    return Expression(tuple(steps))


def _tokens(text: str, place: str) -> list[str]:
    tokens, position = [], 0
    while text[position:].strip():
        match = _TOKEN.match(text, position)
        if match is None:
            raise DefinitionError(f"{place}: “{text[position:].strip()[:20]}” is no field, number or + - * / ( ).")
        tokens.append(match.group().strip())
        position = match.end()
    return tokens


class _Parser:
    def __init__(self, tokens: list[str], place: str) -> None:
        self._tokens = tokens
        self._place = place

    def left(self) -> str:
        return self._tokens[0] if self._tokens else ""

    def sum(self, depth: int) -> list[Decimal | str]:
        return self._chain("+-", depth)

    def _chain(self, signs: str, depth: int) -> list[Decimal | str]:
        """Operands between operators of one rank, from left to right."""

        def operand() -> list[Decimal | str]:
            return self._chain("*/", depth) if signs == "+-" else self._operand(depth)

        steps = operand()
        while self.left() and self.left() in signs:
            sign = self._tokens.pop(0)
            steps += [*operand(), sign]
        return steps

    def _operand(self, depth: int) -> list[Decimal | str]:
        part = self._tokens.pop(0) if self._tokens else ""
        if part == "(" and depth < _MAX_DEPTH:
            steps = self.sum(depth + 1)
            if self.left() != ")":
                raise DefinitionError(f"{self._place}: a bracket is not closed.")
            self._tokens.pop(0)
            return steps
        if part[:1].isdigit():
            return [Decimal(part)]
        if not part or part in "+-*/()":
            raise DefinitionError(f"{self._place}: a field or a number is missing.")
        return [part]

"""XPath run step by step, so that no tree, however deep, makes a search cost more than its size.

libxml2 merges what it finds below every element that a step gave, nested ones too, which is cubic on a deep tree. Here
each search begins at the outermost elements only: what lies below an inner one lies below the outer one as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from lxml import etree

_SEARCH = re.compile(r"//|/descendant(?:-or-self)?::")
_SIDEWAYS = re.compile(r"/(?:ancestor|following|preceding)[a-z-]*::")
_MAX_STARTS = 200
"""Elements from which a step goes to ancestors or siblings."""


class Selector:
    """A path of elements. Raises etree.XPathError if it does not compile."""

    def __init__(self, expression: str) -> None:
        self._paths = [
            [(etree.XPath(step), sideways) for step, sideways in _steps(path)] for path in _split_paths(expression)
        ]

    def __call__(self, root: Any) -> list[Any]:
        """The elements below (and including) a root that the path finds, each once."""
        found: dict[Any, None] = {}
        for path in self._paths:
            elements = [root]
            for step, sideways in path:
                starts = elements[:_MAX_STARTS] if sideways else _outermost(elements)
                elements = list(dict.fromkeys(element for start in starts for element in _elements(step(start))))
            found |= dict.fromkeys(elements)
        return list(found)


def _elements(result: Any) -> list[Any]:
    if not isinstance(result, list):
        raise etree.XPathError("it gives no elements")
    return [element for element in result if isinstance(element, etree._Element)]


def _outermost(elements: list[Any]) -> list[Any]:
    """Those that lie in none of the others. They come in the order of the document."""
    if len(elements) < 2:
        return elements
    given = set(elements)
    kept: set[Any] = set()
    inside: set[Any] = set()
    for element in elements:
        parent = element.getparent()
        while parent is not None and parent not in given and parent not in inside:
            parent = parent.getparent()
        if parent is None:
            kept.add(element)
        inside.add(element)
    return [element for element in elements if element in kept]


def _steps(path: str) -> Iterator[tuple[str, bool]]:
    """(step relative to what the one before it found, whether it leaves the subtree)."""
    cuts = [0, *(at for at in _at_top(path, "/") if at and _begins_step(path, at)), len(path)]
    for start, end in pairwise(cuts):
        step = path[start:end].strip()
        if not step:
            continue
        sideways = start > 0 and _SIDEWAYS.match(path, start) is not None
        yield (f".{step}" if start else step), sideways


def _begins_step(path: str, at: int) -> bool:
    """A search that does not belong to the very beginning (`.//`, `//`)."""
    if path[at - 1] == "/" or path[:at].strip() in ("", "."):
        return False
    return bool(_SEARCH.match(path, at) or _SIDEWAYS.match(path, at))


def _split_paths(expression: str) -> list[str]:
    cuts = [-1, *_at_top(expression, "|"), len(expression)]
    return [expression[start + 1 : end].strip() for start, end in pairwise(cuts)]


def _at_top(text: str, wanted: str) -> Iterator[int]:
    """Where a sign stands outside of brackets and quotes."""
    depth, quote = 0, ""
    for at, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        elif sign in "[(":
            depth += 1
        elif sign in "])":
            depth -= 1
        elif sign == wanted and depth == 0:
            yield at

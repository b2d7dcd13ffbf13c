"""Patterns and selectors of a definition, compiled and kept cheap: what could run long on a hostile mail is refused."""

from __future__ import annotations

import re
from functools import lru_cache

import re2
from cssselect import HTMLTranslator, SelectorError
from lxml import etree

from parsers.engine.mapping.selectors import Selector
from parsers.engine.model import DefinitionError

MAX_PATTERN_CHARS = 2_000
MAX_PROGRAM = 4_000
"""Steps of the compiled RE2; searching costs text times steps at worst."""
MAX_SELECTOR_CHARS = 400
_MAX_DESCENTS = 4
_EXAMPLE = etree.HTML("<html><body><p>a</p></body></html>")
_DESCENT = re.compile(r"//|\b(?:descendant|ancestor|following|preceding)(?:-or-self)?::")
_POSITION = re.compile(r"\[\s*(?:position\s*\(\s*\)\s*=\s*)?(\d+)\s*\]")
_NO_ELEMENT = re.compile(r"(?:/|^)\s*(?:@[\w:-]+|attribute::[\w:-]+|text\(\))\s*$")


def compile_re2(pattern: str, place: str, *, ignore_case: bool = False, value: bool = False) -> re2._Regexp:
    """A pattern in RE2: linear time whatever the mail. value: a part of it has to be named `value`.

    Raises DefinitionError naming `place` for what RE2 cannot do, for what is too big and for what matches nothing.
    """
    if not isinstance(pattern, str) or not pattern:
        raise DefinitionError(f"{place}: is empty. Write a pattern.")
    if len(pattern) > MAX_PATTERN_CHARS:
        raise DefinitionError(f"{place}: is longer than {MAX_PATTERN_CHARS} characters. Write a shorter pattern.")
    try:
        compiled = _compiled(pattern, ignore_case)
    except re2.error as error:
        raise DefinitionError(f"{place}: not possible in RE2: {_text(error)}") from error
    if compiled.programsize > MAX_PROGRAM:
        raise DefinitionError(f"{place}: is too costly ({compiled.programsize} steps). Use smaller repetitions.")
    if compiled.search("") is not None:
        raise DefinitionError(f"{place}: matches the empty text, so it would match everywhere.")
    if value and "value" not in compiled.groupindex:
        raise DefinitionError(f"{place}: no part is named value. Write (?P<value>…) around it.")
    return compiled


def _text(error: re2.error) -> str:
    given = error.args[0] if error.args else ""
    return given.decode("utf-8", "replace") if isinstance(given, bytes) else str(given)


@lru_cache(maxsize=4096)
def _compiled(pattern: str, ignore_case: bool) -> re2._Regexp:
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = not ignore_case
    return re2.compile(pattern, options)


def compile_css(selector: str, place: str) -> Selector:
    """A CSS selector as XPath. Raises DefinitionError naming `place`."""
    _check_size(selector, place)
    try:
        expression = HTMLTranslator().css_to_xpath(selector)
    except SelectorError as error:
        raise DefinitionError(f"{place}: “{selector}” is not a CSS selector: {error}") from error
    return _xpath(expression, place, selector)


def compile_xpath(expression: str, place: str, *, relative: bool, positional: bool) -> Selector:
    """An XPath 1.0 expression that gives elements. relative: it runs within a row, so it may not start at the root.

    positional: the admin knowingly allows positions beyond the first. Raises DefinitionError naming `place`.
    """
    _check_size(expression, place)
    if _NO_ELEMENT.search(expression):
        raise DefinitionError(f'{place}: has to end at an element. Name the attribute in params: {{"attr": "href"}}.')
    if relative and expression.lstrip("( ").startswith("/"):
        raise DefinitionError(f"{place}: starts at the root, but runs within a row. Begin with .//")
    deep = [int(found) for found in _POSITION.findall(expression) if int(found) > 1]
    if (deep or "last()" in expression) and not positional:
        raise DefinitionError(
            f"{place}: counts positions ([{deep[0] if deep else 'last()'}]), which breaks when a template moves. Name "
            'a class or a text, or set params {"positional": true}.'
        )
    _check_descents(expression, place)
    return _xpath(expression, place, expression)


def _check_size(selector: str, place: str) -> None:
    if not isinstance(selector, str) or not selector.strip():
        raise DefinitionError(f"{place}: is empty. Write a selector.")
    if len(selector) > MAX_SELECTOR_CHARS:
        raise DefinitionError(f"{place}: is longer than {MAX_SELECTOR_CHARS} characters. Write a shorter selector.")


def _check_descents(expression: str, place: str) -> None:
    """Searches within searches multiply: a few in a row are allowed, and one within conditions."""
    places = [match.start() for match in _DESCENT.finditer(expression)]
    inside = sum(expression.count("[", 0, at) > expression.count("]", 0, at) for at in places)
    if len(places) > _MAX_DESCENTS or inside > 1:
        raise DefinitionError(f"{place}: searches the tree too often. Use fewer //, and at most one in conditions.")


@lru_cache(maxsize=4096)
def _xpath(expression: str, place: str, shown: str) -> Selector:
    try:
        selector = Selector(expression)
        selector(_EXAMPLE)
    except etree.XPathError as error:
        raise DefinitionError(f"{place}: “{shown}” cannot be used: {error}") from error
    return selector

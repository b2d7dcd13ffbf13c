"""Searching a text for many phrases at once: by their first words, so that most are ruled out without a search."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from parsers.engine.values.text import any_phrase

_WORD = re.compile(r"[^\W_]+")


def words_in(low: str) -> frozenset[str]:
    """The words of a lower-case text."""
    return frozenset(_WORD.findall(low))


class Phrases:
    """A set of phrases as `values.text.phrase` reads them, over lower-case text. Each begins with a word."""

    def __init__(self, texts: Iterable[str]) -> None:
        by_word: defaultdict[str, list[str]] = defaultdict(list)
        for text in texts:
            first = _WORD.search(text)
            if first is not None:
                by_word[first.group()].append(text[first.start() :])
        self._patterns = {word: any_phrase(tuple(group)) for word, group in by_word.items()}
        self.beginnings = frozenset(by_word)

    def find(self, low: str) -> Iterator[re.Match[str]]:
        """Occurrences from left to right, the longest phrase at each place, none inside another."""
        end = 0
        for word in _WORD.finditer(low):
            if word.start() < end:
                continue
            pattern = self._patterns.get(word.group())
            match = pattern.match(low, word.start()) if pattern else None
            if match is not None:
                end = match.end()
                yield match

    def search(self, low: str) -> re.Match[str] | None:
        """The first occurrence."""
        return next(self.find(low), None)

    def match(self, low: str) -> re.Match[str] | None:
        """An occurrence at the very start."""
        word = _WORD.match(low)
        pattern = self._patterns.get(word.group()) if word else None
        return pattern.match(low) if pattern else None

"""Which definitions may be a mail's: an index by sender and platform first, then the matchers' score."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import chain

import re2

from parsers.engine.definition import Definition, Matcher
from parsers.engine.document import Document, Forwarding, LineKind
from parsers.engine.values.domains import belongs_to
from parsers.engine.values.text import fold

ACCEPT = 0.60
MARGIN = 0.10
_UNVERIFIED = 0.2
_MAX_CANDIDATES = 10
_MOST_TEXT = 4000
_HOST_TARGETS = {"from_domain", "return_path", "link_host", "img_host", "from_addr"}
_ALWAYS = "*"
_Test = Callable[[Document], bool]


@dataclass(frozen=True, slots=True)
class Candidate:
    definition: Definition
    score: float


class Index:
    """Definitions by the domains that their matchers name; those that need none are tried for every mail."""

    def __init__(self, definitions: Iterable[Definition]) -> None:
        self._by_domain: defaultdict[str, list[Scorer]] = defaultdict(list)
        for definition in definitions:
            scorer = Scorer(definition)
            for key in _index_keys(definition):
                self._by_domain[key].append(scorer)

    def possible(self, document: Document) -> list[Scorer]:
        """What is worth scoring: a look-up per domain of the mail, not a test per definition."""
        found = {id(scorer): scorer for scorer in self._by_domain.get(_ALWAYS, ())}
        for key in self._keys(document):
            if key in self._by_domain:
                found |= {id(scorer): scorer for scorer in self._by_domain[key]}
        return list(found.values())

    def candidates(self, document: Document, *, unverified: bool = False) -> list[Candidate]:
        """Accepted definitions, best first, an author's own before its platform's.

        unverified: the sender's authentication failed.
        """
        scored = [
            Candidate(scorer.definition, scorer.score(document, unverified=unverified))
            for scorer in self.possible(document)
        ]
        accepted = [candidate for candidate in scored if candidate.score >= ACCEPT]
        accepted.sort(key=lambda candidate: (candidate.definition.family, -candidate.score, candidate.definition.key))
        return accepted[:_MAX_CANDIDATES]

    def _keys(self, document: Document) -> Iterable[str]:
        headers = document.headers
        hosts = dict.fromkeys((headers.sender.domain, headers.return_path.rpartition("@")[2], headers.reply_to.domain))
        hosts |= dict.fromkeys(link.host for link in document.links)
        hosts |= dict.fromkeys(image.host for image in document.images)
        for host in hosts:
            yield from _suffixes(host)


@lru_cache(maxsize=16_384)
def _suffixes(host: str) -> tuple[str, ...]:
    """The domains that a host lies under, itself included."""
    labels = host.split(".")
    return tuple(".".join(labels[start:]) for start in range(max(0, len(labels) - 5), len(labels) - 1))


def _index_keys(definition: Definition) -> set[str]:
    """The domains of which a mail has to carry one to be the definition's; `*` if it may carry none of them."""
    hosts = [one for one in definition.matchers if one.target in _HOST_TARGETS and one.op in ("domain", "equals")]
    required = [one for one in hosts if one.role == "must"]
    if required:
        return {_domain(required[0])}
    others = (one.weight for one in definition.matchers if one.role == "should" and one not in hosts)
    found = {_domain(one) for one in hosts if one.role == "should"}
    return found | {_ALWAYS} if 1 - math.prod(1 - weight for weight in others) >= ACCEPT else found


def _domain(matcher: Matcher) -> str:
    return matcher.value.rpartition("@")[2].lower()


class Scorer:
    """How well one definition fits a mail."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        rows = [(one, _test(one)) for one in definition.matchers]
        self._words = [row for row in rows if row[0].target == "body_text"]
        quick = [row for row in rows if row[0].target != "body_text"]
        self._against = [row for row in quick if row[0].role == "must_not"]
        self._for = [row for row in quick if row[0].role != "must_not"]
        self._words_missed = math.prod(1 - one.weight for one, _ in self._words if one.role == "should")

    def score(self, document: Document, *, unverified: bool = False) -> float:
        """0 if a `must` fails or a `must_not` hits, else 1 - Π(1 - weight) over the `should` rows that hit, adjusted.

        What rules the definition out and the words of bodies, which are long, are looked for last, and not at all
        where the score cannot become acceptable any more; then it is only known to be too low.
        """
        missed = _missed(self._for, document, 1.0)
        if missed is not None and 1 - missed * self._words_missed >= ACCEPT:
            missed = _missed(chain(self._against, self._words), document, missed)
        if missed is None:
            return 0.0
        result = 1 - missed
        return result - _UNVERIFIED if result and unverified else result


def _missed(matchers: Iterable[tuple[Matcher, _Test]], document: Document, missed: float) -> float | None:
    """`missed` times what the `should` rows leave; None if a row rules the definition out."""
    for matcher, test in matchers:
        hit = test(document)
        if (matcher.role == "must" and not hit) or (matcher.role == "must_not" and hit):
            return None
        if matcher.role == "should" and hit:
            missed *= 1 - matcher.weight
            if matcher.target == "from_addr" and matcher.op == "equals":
                missed *= 0.5
    return missed


def _test(matcher: Matcher) -> _Test:
    """`matches` for one matcher; the rows that most definitions have are prepared once."""
    text_of = _ONE_TEXT.get(matcher.target)
    if text_of is None:
        return (
            _test_lines(matcher) if (matcher.target, matcher.op) == ("body_text", "re2") else partial(matches, matcher)
        )
    match matcher.op:
        case "domain":
            owner, under = matcher.value.lower(), f".{matcher.value.lower()}"
            return lambda document: (domain := text_of(document)) == owner or domain.endswith(under)
        case "re2":
            search = _pattern(matcher.value).search
            return lambda document: search(text_of(document)[:_MOST_TEXT]) is not None
    return partial(matches, matcher)


def _test_lines(matcher: Matcher) -> _Test:
    """Where the pattern is not in the text as a whole, no line has it; where it is, a line still has to have it."""
    if r"\A" in matcher.value or r"\z" in matcher.value:
        return partial(matches, matcher)
    anywhere = _pattern(f"(?m){matcher.value}").search

    def is_in_a_line(document: Document) -> bool:
        text = "\n".join([line.text[:_MOST_TEXT] for line in document.body()])
        return anywhere(text) is not None and matches(matcher, document)

    return is_in_a_line


_ONE_TEXT: dict[str, Callable[[Document], str]] = {
    "from_addr": lambda document: document.headers.sender.email,
    "from_domain": lambda document: document.headers.sender.domain,
    "from_name": lambda document: document.headers.sender.name,
    "subject": lambda document: document.headers.subject,
}


def matches(matcher: Matcher, document: Document) -> bool:
    """Whether one matcher hits."""
    return any(_compare(matcher, text) for text in _texts(matcher, document))


def _texts(matcher: Matcher, document: Document) -> Iterable[str]:
    if text_of := _ONE_TEXT.get(matcher.target):
        return [text_of(document)]
    headers = document.headers
    match matcher.target:
        case "reply_to":
            return [headers.reply_to.email if matcher.op != "domain" else headers.reply_to.domain]
        case "return_path":
            return [headers.return_path if matcher.op != "domain" else headers.return_path.rpartition("@")[2]]
        case "heading":
            return [line.text for line in document.body()[:12] if line.kind != LineKind.HIDDEN]
        case "body_text":
            return (line.text for line in document.body())
        case "link_host":
            return {link.host for link in document.links}
        case "img_host":
            return {image.host for image in document.images}
        case "header":
            return headers.raw.get(matcher.header.lower(), ())
        case "attachment_name":
            return document.attachments
    return ()


def _compare(matcher: Matcher, text: str) -> bool:
    value = matcher.value
    match matcher.op:
        case "domain":
            return belongs_to(text, value)
        case "equals":
            return fold(text) == _folded(value)
        case "contains":
            return _folded(value) in fold(text)
        case "icontains_all":
            folded = fold(text)
            return all(_folded(part) in folded for part in value.split("|"))
        case "re2":
            return _pattern(value).search(text[:_MOST_TEXT]) is not None
    return False


@lru_cache(maxsize=4096)
def _folded(text: str) -> str:
    return fold(text)


@lru_cache(maxsize=4096)
def _pattern(text: str) -> re2._Regexp:
    options = re2.Options()
    options.log_errors = False
    return re2.compile(text, options)


def was_forwarded(document: Document) -> bool:
    """Whether a person stands between the author and the mailbox."""
    return document.forwarding != Forwarding.NONE

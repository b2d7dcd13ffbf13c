"""Which definitions may be a mail's: an index by sender and platform first, then the matchers' score."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import re2

from parsers.engine.definition import Definition, Matcher
from parsers.engine.document import Document, Forwarding, LineKind
from parsers.engine.values.domains import belongs_to
from parsers.engine.values.text import fold

ACCEPT = 0.60
MARGIN = 0.10
_MAX_CANDIDATES = 10
_HOST_TARGETS = {"from_domain", "return_path", "link_host", "img_host", "from_addr"}
_ALWAYS = "*"


@dataclass(frozen=True, slots=True)
class Candidate:
    definition: Definition
    score: float


class Index:
    """Definitions by the domains that their matchers name; those that name none are tried for every mail."""

    def __init__(self, definitions: Iterable[Definition]) -> None:
        self._by_domain: defaultdict[str, list[Definition]] = defaultdict(list)
        for definition in definitions:
            keys = {
                matcher.value.rpartition("@")[2].lower()
                for matcher in definition.matchers
                if matcher.role != "must_not" and matcher.target in _HOST_TARGETS and matcher.op in ("domain", "equals")
            }
            others = any(
                matcher.role != "must_not" and matcher.target not in _HOST_TARGETS for matcher in definition.matchers
            )
            for key in keys | ({_ALWAYS} if others or not keys else set()):
                self._by_domain[key].append(definition)

    def possible(self, document: Document) -> list[Definition]:
        """Definitions that are worth scoring: a look-up per domain of the mail, not a test per definition."""
        found: dict[str, Definition] = {}
        for key in (*self._keys(document), _ALWAYS):
            for definition in self._by_domain.get(key, ()):
                found.setdefault(definition.key, definition)
        return list(found.values())

    def candidates(self, document: Document, *, unverified: bool = False) -> list[Candidate]:
        """Accepted definitions, best first, an author's own before its platform's.

        unverified: the sender's authentication failed.
        """
        scored = [
            Candidate(definition, score(definition, document, unverified=unverified))
            for definition in self.possible(document)
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
            labels = host.split(".")
            for start in range(max(0, len(labels) - 5), len(labels) - 1):
                yield ".".join(labels[start:])


def score(definition: Definition, document: Document, *, unverified: bool = False) -> float:
    """0 if a `must` fails or a `must_not` hits, else 1 - Π(1 - weight) over the `should` rows that hit, adjusted."""
    missed = 1.0
    for matcher in definition.matchers:
        hit = matches(matcher, document)
        if (matcher.role == "must" and not hit) or (matcher.role == "must_not" and hit):
            return 0.0
        if matcher.role == "should" and hit:
            missed *= 1 - matcher.weight
            if matcher.target == "from_addr" and matcher.op == "equals":
                missed *= 0.5
    result = 1 - missed
    if result and unverified:
        result -= 0.2
    return result


def matches(matcher: Matcher, document: Document) -> bool:
    """Whether one matcher hits."""
    return any(_compare(matcher, text) for text in _texts(matcher, document))


def _texts(matcher: Matcher, document: Document) -> Iterable[str]:
    headers = document.headers
    match matcher.target:
        case "from_addr":
            return [headers.sender.email]
        case "from_domain":
            return [headers.sender.domain]
        case "from_name":
            return [headers.sender.name]
        case "reply_to":
            return [headers.reply_to.email if matcher.op != "domain" else headers.reply_to.domain]
        case "return_path":
            return [headers.return_path if matcher.op != "domain" else headers.return_path.rpartition("@")[2]]
        case "subject":
            return [headers.subject]
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
            return fold(text) == fold(value)
        case "contains":
            return fold(value) in fold(text)
        case "icontains_all":
            folded = fold(text)
            return all(fold(part) in folded for part in value.split("|"))
        case "re2":
            return _pattern(value).search(text[:4000]) is not None
    return False


@lru_cache(maxsize=4096)
def _pattern(text: str) -> re2._Regexp:
    options = re2.Options()
    options.log_errors = False
    return re2.compile(text, options)


def was_forwarded(document: Document) -> bool:
    """Whether a person stands between the author and the mailbox."""
    return document.forwarding != Forwarding.NONE

"""Is the sender who the mail says? Judged by the receiving server's Authentication-Results (RFC 8601).

Anyone can write such a header, so only the topmost one that carries the name of the mailbox's own server counts: a
server that stamps removes or outranks older stamps of its name. Where that name is known, whatever it does not vouch
for could be forged; where it is not, nothing is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from emailsync.domains import aligned
from emailsync.envelope import RawHeaders
from emailsync.models import Trust
from emailsync.text import safe_text
from parsers.engine.headers import parse_address

HEADER = "authentication-results"
_MAX_VALUE = 8_192
_WORD = re.compile(r"[^\s;=\"()]+")
_UNSETTLED = {"temperror", "none", "neutral"}


@dataclass(frozen=True, slots=True)
class Result:
    """One method's result, e.g. dkim=pass with {"header.d": "shop.example"}; all lower case."""

    method: str
    result: str
    properties: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Stamp:
    """One Authentication-Results header."""

    authserv_id: str
    results: tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    trust: Trust
    note: str
    """What it rests on, for people."""


def parse_stamp(value: str) -> Stamp:
    """Read one header value by the grammar: comments are dropped, a quoted string is one value, never syntax."""
    groups: list[list[str | None]] = [[]]
    for piece in _pieces(value[:_MAX_VALUE]):
        if piece == ";":
            groups.append([])
        else:
            groups[-1].append(None if piece == "=" else piece)
    head = [piece for piece in groups[0] if piece]
    results = (_result(group) for group in groups[1:])
    return Stamp(_value(head[0]).lower() if head else "", tuple(result for result in results if result))


def judge(headers: RawHeaders, *, authserv_id: str) -> Verdict:
    """Trust in the From of a message as received by the server that stamps as `authserv_id` ("" = not known).

    trusted: DMARC passed for From's domain, or SPF or DKIM passed for a domain of the same organisation. failed:
    nothing vouches for From, be it that the server found so, came to no result, or left no stamp at all. unknown: no
    such server is known.
    """
    if not authserv_id:
        return Verdict(Trust.UNKNOWN, "the mailbox names no authentication server")
    stamps = (parse_stamp(value) for name, value in headers if name == HEADER)
    stamp = next((stamp for stamp in stamps if stamp.authserv_id == authserv_id.lower()), None)
    if stamp is None:
        return Verdict(Trust.FAILED, f"no Authentication-Results of {authserv_id}")
    senders = [value for name, value in headers if name == "from"]
    domain = parse_address(senders[0]).domain if len(senders) == 1 else ""
    if not domain:
        return Verdict(Trust.FAILED, "no single From address")
    for result in stamp.results:
        vouches = _vouched_domain(result)
        if result.result == "pass" and vouches is not None and aligned(vouches or domain, domain):
            return Verdict(Trust.TRUSTED, safe_text(f"{result.method}=pass for {vouches or domain}", 200))
    if all(result.result in _UNSETTLED for result in stamp.results):
        return Verdict(Trust.FAILED, f"{authserv_id} came to no result")
    return Verdict(Trust.FAILED, safe_text(f"nothing vouches for {domain}", 200))


def suggested_authserv_id(heads: list[RawHeaders]) -> str:
    """The name on the topmost stamp of all of these messages; "" if there are fewer than three or they differ."""
    tops = [next((parse_stamp(value).authserv_id for name, value in head if name == HEADER), "") for head in heads]
    return tops[0] if len(tops) >= 3 and tops[0] and len(set(tops)) == 1 else ""


def _vouched_domain(result: Result) -> str | None:
    """The domain that a result speaks of, "" if it speaks of From's own, None if its method vouches for nobody."""
    properties = result.properties
    if result.method == "dmarc":
        return _domain(properties.get("header.from", ""))
    if result.method == "dkim":
        return _domain(properties.get("header.d") or properties.get("header.i", "")) or None
    if result.method == "spf":
        return _domain(properties.get("smtp.mailfrom") or properties.get("smtp.mail", "")) or None
    return None


def _domain(value: str) -> str:
    return value.rpartition("@")[2].strip("<>")


def _result(group: list[str | None]) -> Result | None:
    """One resinfo: `method[/version] = result (name = value)*`; None in the group stands for "="."""
    pairs = [
        (str(group[index - 1]), _value(str(group[index + 1])).lower())
        for index, piece in enumerate(group)
        if piece is None and 0 < index < len(group) - 1 and group[index - 1] and group[index + 1]
    ]
    if not pairs or group[:1] != [pairs[0][0]] or pairs[0][0].startswith('"'):
        return None
    method, result = pairs[0]
    properties = {name.lower(): value for name, value in reversed(pairs[1:]) if not name.startswith('"')}
    return Result(method.lower().partition("/")[0], result, properties)


def _value(piece: str) -> str:
    return piece[1:] if piece.startswith('"') else piece


def _pieces(value: str) -> Iterator[str]:
    """ ";", "=", words, and quoted strings (marked by a leading quote); comments and white space are skipped."""
    index = 0
    while index < len(value):
        char = value[index]
        if char == "(":
            index = _after_comment(value, index)
        elif char == '"':
            text, index = _quoted(value, index + 1)
            yield '"' + text
        elif char in ";=":
            yield char
            index += 1
        elif word := _WORD.match(value, index):
            yield word.group()
            index = word.end()
        else:
            index += 1


def _after_comment(value: str, index: int) -> int:
    """Index behind the comment that opens at `index`; comments nest and a backslash quotes (RFC 5322 3.2.2)."""
    depth = 0
    while index < len(value):
        if value[index] == "\\":
            index += 1
        elif value[index] == "(":
            depth += 1
        elif value[index] == ")":
            depth -= 1
            if depth == 0:
                return index + 1
        index += 1
    return index


def _quoted(value: str, index: int) -> tuple[str, int]:
    """Text of a quoted string whose opening quote stands before `index`, and the index behind it."""
    text = []
    while index < len(value) and value[index] != '"':
        if value[index] == "\\":
            index += 1
        text.append(value[index : index + 1])
        index += 1
    return "".join(text), index + 1

"""HTML with its words exchanged in place: the text between tags becomes one flow in which secrets are found, however
many tags cut them, and every edit goes back to where its characters stood. Tags, tables and looks stay.
"""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from parsers.engine.charset import clean
from parsers.engine.redaction.detect import find_edits
from parsers.engine.redaction.marks import TOKEN, Edit, Kind, apply
from parsers.engine.redaction.secrets import Secrets
from parsers.engine.redaction.urls import BLANKED, redact_url

_TOKENS = re.compile(
    r"(?P<comment><!--.*?(?:-->|\Z))|(?P<raw><(?P<rawname>script|style)\b(?P<rawattrs>(?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+)>"
    r"(?P<body>.*?)(?P<rawend></(?P=rawname)\s*>|\Z))"
    r"|(?P<tag></?(?P<name>[a-zA-Z][^\s/>]*)(?P<attrs>(?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+)>)|(?P<other><[!?][^>]*>)",
    re.IGNORECASE | re.DOTALL,
)
_ENTITY = re.compile(r"&(?:#[xX]?[0-9a-fA-F]{1,8}|[a-zA-Z][a-zA-Z0-9]{1,31});?")
_ATTRIBUTE = re.compile(r"(?P<name>[^\s=\"'/>]+)(?P<equals>\s*=\s*)(?P<value>\"[^\"]*\"|'[^']*'|[^\s\"'>]+)")
_INLINE = frozenset(
    "a abbr acronym b big bdi bdo cite code del dfn em font i img ins kbd label mark q s samp small span strike strong "
    "sub sup tt u var wbr".split()
)
_CELLS = frozenset(("td", "th"))
_LOOKS = frozenset(
    "class width height align valign bgcolor color border cellpadding cellspacing colspan rowspan dir lang type rel "
    "target charset http-equiv itemprop itemtype itemscope role xmlns size face method".split()
)
_CSS_URL = re.compile(r"url\s*\([^)]*\)?|@import[^;]*;?", re.IGNORECASE)
_ADDRESS = re.compile(
    r"^\s*(?:[a-zA-Z][\w+.-]*:)?//\S|^\s*(?:mailto|tel|sms|data|callto|skype|whatsapp):", re.IGNORECASE
)
_TINY = re.compile(r"(?:^|[\s;])(?:max-)?(?:width|height)\s*[:=]\s*[\"']?[0-2](?:px)?(?=[\s;\"'/>]|$)", re.IGNORECASE)
_PIXEL = re.compile(
    r"/(?:open|o|pixel|track(?:ing)?|beacon|wf/open|e2t/to|imp)(?:[./?]|$)|pixel\.|spacer", re.IGNORECASE
)
_PERSON_PROPS = frozenset(
    "streetaddress postalcode addresslocality addressregion telephone faxnumber email givenname familyname".split()
)
_PERSONS = frozenset(
    "customer recipient billingaddress deliveryaddress shippingaddress toaddress attendee member".split()
)
_COUNTRY = frozenset(("addresscountry", "@type", "@context"))
_IDENTIFIERS = re.compile(r"number|identifier|sku|gtin|mpn|price|quantity|value|date|currency|status", re.IGNORECASE)
_TRAILING_COMMA = re.compile(r",\s*([}\]])")


@dataclass(slots=True)
class Redactor:
    """Redacts texts of one mail with what is known of its reader, and counts what it blanks."""

    secrets: Secrets
    printed: str = ""
    counts: Counter[Kind] = field(default_factory=Counter)

    def text(self, text: str) -> str:
        """A plain text."""
        edits = find_edits(text, self.secrets, self.printed)
        self.counts.update(edit.kind for edit in edits)
        return apply(text, edits)

    def url(self, url: str, kind: Kind = Kind.LINK) -> str:
        """The address of a link or picture."""
        shown = redact_url(url, self.secrets, self.printed)
        if shown != url:
            self.counts[kind] += 1
        return shown

    def html(self, source: str) -> str:
        """An HTML text."""
        flow = Flow(source)
        edits = find_edits(flow.text, self.secrets, self.printed)
        self.counts.update(edit.kind for edit in edits)
        changes = [change for edit in edits for change in flow.changes(edit)]
        for start, end, make in flow.others:
            shown = make(self, source[start:end])
            if shown != source[start:end]:
                changes.append((start, end, shown))
        return _exchange(source, changes)


class Flow:
    """The words of an HTML source in reading order; where each character stood; and what stands between them."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.others: list[tuple[int, int, Callable[[Redactor, str], str]]] = []
        self._signs: list[str] = []
        self._places: list[tuple[int, int] | None] = []
        self._prop = False
        at = 0
        for match in _TOKENS.finditer(source):
            self._words(at, match.start())
            self._between(match)
            at = match.end()
        self._words(at, len(source))
        self.text = "".join(self._signs)

    def changes(self, edit: Edit) -> Iterator[tuple[int, int, str]]:
        """Changes of the source that make an edit: its text where the first character stood, nothing elsewhere."""
        shown: str | None = html.escape(edit.text, quote=False)
        for place in self._places[edit.start : edit.end]:
            if place is not None:
                yield *place, shown or ""
                shown = None

    def _between(self, match: re.Match[str]) -> None:
        name = (match.group("name") or match.group("rawname") or "").lower()
        if match.group("comment") is not None:
            self.others.append((*match.span(), _comment))
            return
        if match.group("raw") is not None:
            if match.group("rawattrs"):
                self.others.append((*match.span("rawattrs"), _attributes(name)))
            linked = name == "script" and "ld+json" in match.group("rawattrs").lower()
            self.others.append((*match.span("body"), _style if name == "style" else _json if linked else _nothing))
            self._separate("\n")
            return
        if name in _CELLS:
            self._separate("\t")
        elif name and name not in _INLINE:
            self._separate("\n")
        if match.group("attrs"):
            self.others.append((*match.span("attrs"), _attributes(name)))
        self._prop = _itemprop(match.group("attrs") or "") in _PERSON_PROPS

    def _separate(self, sign: str) -> None:
        if self._signs and self._signs[-1] in "\n\t" and self._places[-1] is None:
            if sign == "\n":
                self._signs[-1] = sign
            return
        self._signs.append(sign)
        self._places.append(None)

    def _words(self, start: int, end: int) -> None:
        if self._prop and self.source[start:end].strip():
            self.others.append((start, end, _personal))
            return
        at = start
        for match in _ENTITY.finditer(self.source, start, end):
            for place in range(at, match.start()):
                self._sign(self.source[place], place, place + 1)
            self._sign(html.unescape(match.group()), *match.span())
            at = match.end()
        for place in range(at, end):
            self._sign(self.source[place], place, place + 1)

    def _sign(self, text: str, start: int, end: int) -> None:
        if text.isspace():
            self._signs.append(" ")
            self._places.append((start, end))
            return
        for sign in text if text.isascii() else clean(text):
            self._signs.append(" " if sign.isspace() else sign)
            self._places.append((start, end))
            start = end  # further characters of one entity have no place of their own


def _exchange(source: str, changes: list[tuple[int, int, str]]) -> str:
    pieces: list[str] = []
    at = 0
    for start, end, text in sorted(changes, key=lambda one: one[:2]):
        if start < at:
            continue
        pieces += (source[at:start], text)
        at = end
    return "".join([*pieces, source[at:]])


def _comment(redactor: Redactor, text: str) -> str:
    """What programs alone read may go: it repeats the mail for one of them, links and all."""
    return "<!-- -->"


def _nothing(redactor: Redactor, text: str) -> str:
    return ""


def _style(redactor: Redactor, text: str) -> str:
    return _CSS_URL.sub("none", text)


def _personal(redactor: Redactor, text: str) -> str:
    """The words of an element whose microdata say that they are a person's."""
    bare = text.strip()
    if TOKEN.fullmatch(bare):
        return text
    redactor.counts[Kind.ADDRESS] += 1
    return text.replace(bare, Kind.ADDRESS.token)


def _itemprop(attributes: str) -> str:
    match = re.search(r"itemprop\s*=\s*[\"']?(\w+)", attributes, re.IGNORECASE)
    return match.group(1).lower() if match else ""


def _attributes(tag: str) -> Callable[[Redactor, str], str]:
    """How the attributes of a tag are redacted."""

    def redact(redactor: Redactor, text: str) -> str:
        pixel = tag == "img" and _is_pixel(text)
        personal = _itemprop(text) in _PERSON_PROPS
        return _ATTRIBUTE.sub(lambda match: _attribute(redactor, match, pixel=pixel, personal=personal), text)

    return redact


def _is_pixel(attributes: str) -> bool:
    source = re.search(r"\bsrc\s*=\s*[\"']?([^\"'\s>]+)", attributes, re.IGNORECASE)
    return bool(_TINY.search(attributes) or (source and _PIXEL.search(source.group(1))))


def _attribute(redactor: Redactor, match: re.Match[str], *, pixel: bool, personal: bool) -> str:
    name, written = match.group("name").lower(), match.group("value")
    mark = written[0] if written[0] in "\"'" else ""
    value = clean(html.unescape(written[1:-1] if mark else written))
    if name in _LOOKS:
        return match.group()
    if name == "style":
        shown = _CSS_URL.sub("none", value)
    elif name == "srcset":
        shown = ""
    elif pixel and name == "src":
        shown = _pixel(redactor, value)
    elif _ADDRESS.match(value):
        shown = redactor.url(value)
    elif personal and name == "content":
        shown = Kind.ADDRESS.token
    else:
        shown = redactor.text(value)
    if shown == value:
        return match.group()
    escaped = html.escape(shown, quote=False).replace('"', "&quot;")
    return f'{match.group("name")}{match.group("equals")}"{escaped}"'


def _pixel(redactor: Redactor, url: str) -> str:
    head, sign, rest = url.partition("://")
    shown = f"{head}://{rest.partition('/')[0].rpartition('@')[2]}/{BLANKED}.gif" if sign else url
    if shown != url:
        redactor.counts[Kind.PICTURE] += 1
    return shown


def _json(redactor: Redactor, text: str) -> str:
    """JSON-LD with the values of persons blanked; what is no JSON nobody can read, so it goes."""
    for candidate in (text, _TRAILING_COMMA.sub(r"\1", text)):
        try:
            data = json.loads(candidate, strict=False)
            break
        except (ValueError, RecursionError):
            continue
    else:
        return ""
    shown = _node(redactor, data, "", personal=False)
    return text if shown == data else json.dumps(shown, ensure_ascii=False).replace("</", "<\\/")


def _node(redactor: Redactor, value: Any, key: str, *, personal: bool) -> Any:
    low = key.lower()
    personal = (personal or low in _PERSONS or low in _PERSON_PROPS) and low not in _COUNTRY
    if isinstance(value, dict):
        return {str(name): _node(redactor, inner, str(name), personal=personal) for name, inner in value.items()}
    if isinstance(value, list):
        return [_node(redactor, inner, key, personal=personal) for inner in value]
    if not isinstance(value, str) or not value or low in _COUNTRY:
        return Kind.ADDRESS.token if personal and isinstance(value, int | float) else value
    if personal:
        return value if TOKEN.fullmatch(value) else _blank(redactor)
    if _ADDRESS.match(value):
        return redactor.url(value)
    if _IDENTIFIERS.search(key) and not redactor.secrets.found(value) and "@" not in value:
        return value
    return redactor.text(clean(value))


def _blank(redactor: Redactor) -> str:
    redactor.counts[Kind.ADDRESS] += 1
    return Kind.ADDRESS.token

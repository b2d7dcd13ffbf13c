"""Links without what names the reader: host and readable path stay, tokens go.

A number in a link stays where it is needed to read the mail: behind a name such as `order` or `track`, or where the
mail prints it in words too.
"""

from __future__ import annotations

import re
from itertools import pairwise
from urllib.parse import quote, unquote

from parsers.engine.redaction.marks import NOBODY
from parsers.engine.redaction.secrets import Secrets

BLANKED = "blanked"
_PARTS = re.compile(r"(?P<head>[a-zA-Z][\w+.-]*://|//)(?P<host>[^/?#\s]*)(?P<path>[^?#]*)(?P<rest>.*)", re.DOTALL)
_INNER = re.compile(r"https?(?::|%3[aA])(?:/|%2[fF]){2}")
_TELLING = re.compile(
    r"track|order|parcel|shipment|consign|sendung|colis|spedizione|pedido|paket|label|barcode|awb|waybill|trknbr|item|sku"
    r"|product|asin|invoice|piececode|^tn$|^no$|^pin$|^num(?:ber)?$",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?=(?:\D*\d){4})[A-Z0-9](?:[A-Z0-9.-]{2,38})[A-Z0-9]")
_PLAIN_VALUE = re.compile(r"[a-z]{1,10}(?:[_-][a-zA-Z]{1,10}){0,2}|[A-Z]{2,3}")
_OPAQUE_SIZE = 12
_SAFE_FILE = re.compile(r"\.(?:png|jpe?g|gif|webp|svg|html?|aspx?|php|css)$", re.IGNORECASE)


def redact_url(url: str, secrets: Secrets, printed: str = "") -> str:
    """The address without personal parts. printed: the words of the mail, whose numbers may stay. Idempotent."""
    return _redact(url, secrets, printed, 0)


def _redact(url: str, secrets: Secrets, printed: str, depth: int) -> str:
    low = url[:12].lower().lstrip()
    if low.startswith("mailto:"):
        address = unquote(url.partition(":")[2].partition("?")[0])
        return f"mailto:{address}" if secrets.is_own(address) else f"mailto:{NOBODY}"
    if low.startswith(("tel:", "sms:", "callto:", "whatsapp:", "skype:")):
        return f"{url.partition(':')[0].strip().lower()}:{BLANKED}"
    if low.startswith("data:"):
        return "data:,"
    match = _PARTS.match(url.strip())
    if match is None:
        return url
    host = _host(match.group("host"), secrets)
    path, rest = match.group("path"), match.group("rest")
    inner = _INNER.search(path, 1)
    if inner and depth < 3:
        path = _path(path[: inner.start()], secrets, printed) + _nested(path[inner.start() :], secrets, printed, depth)
        return match.group("head") + host + path + _rest(rest, secrets, printed, depth, host)
    return match.group("head") + host + _path(path, secrets, printed) + _rest(rest, secrets, printed, depth, host)


def _host(host: str, secrets: Secrets) -> str:
    host = host.rpartition("@")[2]
    if secrets.typed_pattern.search(host):
        return f"{BLANKED}.invalid"
    labels = [BLANKED if len(one) > 20 and any(map(str.isdigit, one)) else one for one in host.split(".")]
    return ".".join(labels)


def _nested(text: str, secrets: Secrets, printed: str, depth: int) -> str:
    """An address inside a path, percent-encoded or not, and what a mailer put behind it."""
    if "%" not in text[:10]:
        inner, end, tail = text.partition("__;")
        return _redact(inner, secrets, printed, depth + 1) + (f"{end}{BLANKED}" if end and tail else end)
    inner, slash, tail = text.partition("/")
    plain = unquote(inner)
    shown = _redact(plain, secrets, printed, depth + 1)
    if shown != plain:
        inner = quote(shown, safe=":" if ":" in inner[:6] else "")
    return inner + (slash + "/".join(BLANKED if part else "" for part in tail.split("/")) if slash else "")


def _path(path: str, secrets: Secrets, printed: str) -> str:
    kept: list[str] = []
    telling = False
    for segment in path.split("/"):
        plain = unquote(segment)
        kept.append(segment if _stays(plain, secrets, printed, telling) else BLANKED + _suffix(plain))
        telling = telling or bool(_TELLING.search(plain))
    return "/".join(kept)


def _suffix(plain: str) -> str:
    match = _SAFE_FILE.search(plain)
    return match.group().lower() if match else ""


def _stays(plain: str, secrets: Secrets, printed: str, telling: bool) -> bool:
    if not plain or plain.partition(".")[0] == BLANKED:
        return True
    if "@" in plain or secrets.found(plain):
        return False
    if _NUMBER.fullmatch(plain):
        return telling or plain in printed
    return not _opaque(plain)


def _opaque(plain: str) -> bool:
    """A long part of a path that no person reads: digits among letters, or capitals within words."""
    stem = _SAFE_FILE.sub("", plain)
    words = [word for word in re.split(r"[-_.+ ~,;:=]", stem) if word]
    longest = max((len(word) for word in words), default=0)
    if longest < _OPAQUE_SIZE:
        # A UUID or a token cut by hyphens: several parts that mix letters and digits.
        mixed = sum(any(map(str.isdigit, one)) and any(map(str.isalpha, one)) for one in words)
        return len(stem) >= _OPAQUE_SIZE and (mixed >= 2 or sum(map(str.isdigit, stem)) >= _OPAQUE_SIZE)
    word = max(words, key=len)
    if any(map(str.isdigit, word)):
        return True
    changes = sum(a.islower() and b.isupper() for a, b in pairwise(word))
    return changes >= 3 or len(word) > 30


def _rest(rest: str, secrets: Secrets, printed: str, depth: int, host: str) -> str:
    query, mark, fragment = rest.partition("#")
    shown = ""
    if query.startswith("?"):
        shown = "?" + _query(query[1:], secrets, printed, depth, host)
    if not mark:
        return shown
    path, asks, inner = fragment.partition("?")
    if "=" in path and not asks:
        return f"{shown}#{_query(path, secrets, printed, depth, host)}"
    return f"{shown}#{_path(path, secrets, printed)}" + (
        "?" + _query(inner, secrets, printed, depth, host) if asks else ""
    )


def _query(query: str, secrets: Secrets, printed: str, depth: int, host: str) -> str:
    parts = []
    for part in re.split(r"(&amp;|&|;)", query):
        name, sign, value = part.partition("=")
        if part in ("&amp;", "&", ";") or not part:
            parts.append(part)
        elif not sign:
            parts.append(part if _stays(unquote(part), secrets, printed, False) else BLANKED)
        else:
            name = name if _stays(unquote(name), secrets, printed, False) else BLANKED
            parts.append(f"{name}={_value(name, value, secrets, printed, depth, host)}")
    return "".join(parts)


def _value(name: str, value: str, secrets: Secrets, printed: str, depth: int, host: str) -> str:
    plain = unquote(value.replace("+", " "))
    if "urldefense" in host and name == "u" and plain.startswith("http"):
        real = unquote(plain.replace("-", "%").replace("_", "/"))
        return quote(_redact(real, secrets, printed, depth + 1), safe="").replace("%2F", "_").replace("%", "-")
    if plain.startswith(("http:", "https:")) and depth < 3:
        shown = _redact(plain, secrets, printed, depth + 1)
        return value if shown == plain else quote(shown, safe="" if "%" in value[:8] else ":/?=")
    if not plain or plain == BLANKED or "@" in plain or secrets.found(plain):
        return value if not plain else BLANKED
    if _PLAIN_VALUE.fullmatch(plain):
        return value
    if _NUMBER.fullmatch(plain) and (_TELLING.search(name) or plain in printed):
        return value
    return value if plain.isdecimal() and len(plain) <= 3 else BLANKED

"""Where a link really leads, read from its address; nothing is ever fetched."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qs, unquote, urlsplit

_WRAPPED = re.compile(r"https?(?::|%3[aA])(?:/|%2[fF]){2}[^\s\"'<>]+")
_PROOFPOINT_V3 = re.compile(r"/v3/__(.+?)__;")
_MAX_DEPTH = 3


def unwrap(href: str) -> str:
    """`href` with redirect wrappers undone where the target is readable in it (safelinks, urldefense, ?url=…)."""
    url = href.strip()[:4_000]
    for _ in range(_MAX_DEPTH):
        inner = _inner(url)
        if inner is None:
            return url
        url = inner
    return url


def _inner(url: str) -> str | None:
    if "urldefense" in url:
        found = _PROOFPOINT_V3.search(url)
        if found:
            return found.group(1)
        target = parameters(url).get("u", ("",))[0]
        if target.startswith("http"):
            return unquote(target.replace("-", "%").replace("_", "/"))
    found = _WRAPPED.search(url, 8)
    if found:
        target = found.group()
        in_query = "?" in url[: found.start()]
        if in_query:
            target = target.split("&")[0]
        target = unquote(target) if "%3" in target[:8].lower() or in_query else target
        return target if "." in target[:200] else None
    return None


def parameters(url: str) -> Mapping[str, tuple[str, ...]]:
    """Query (and fragment-query) parameters of an address, percent-decoded."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return {}
    query = parts.query or (parts.fragment.partition("?")[2])
    try:
        return {name: tuple(values) for name, values in parse_qs(query, max_num_fields=200).items()}
    except ValueError:
        return {}


def host_and_segments(url: str) -> tuple[str, tuple[str, ...]]:
    """Lower-case host and percent-decoded path segments; ("", ()) for what is no address."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return "", ()
    return host, tuple(unquote(segment) for segment in parts.path.split("/") if segment)

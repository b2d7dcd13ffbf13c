"""Domains as the owners of mail: which of two domain names belong to one organisation."""

from __future__ import annotations

# Below two-letter country domains these labels are public suffixes nearly everywhere (co.uk, com.au, or.jp).
_GENERIC_SECOND_LEVEL = frozenset("ac co com edu gob gov gouv govt id ltd me mil ne net nom or org plc sch".split())
# Suffixes under which strangers get names of their own: two customers of one of them are never one organisation.
_SHARED = frozenset(
    "appspot.com azurewebsites.net blogspot.com cloudfront.net github.io herokuapp.com myshopify.com netlify.app "
    "onmicrosoft.com pages.dev sharepoint.com vercel.app web.app wixsite.com wordpress.com workers.dev".split()
)


def ascii_domain(domain: str) -> str:
    """A domain as it goes over the wire: lower case, A-labels (IDNA), no trailing dot; "" for what is no domain."""
    domain = domain.strip().rstrip(".").lower()
    try:
        name = domain.encode("idna").decode("ascii") if not domain.isascii() else domain
    except UnicodeError:
        return ""
    return name if "." in name and all(0 < len(label) <= 63 for label in name.split(".")) else ""


def organisational_domain(domain: str) -> str:
    """The registered name that a domain stands under: `mail.shop.co.uk` -> `shop.co.uk`.

    An approximation of the Public Suffix List by rule; it errs towards keeping two names apart.
    """
    labels = ascii_domain(domain).split(".")
    suffix = 1
    if len(labels) >= 2 and (
        ".".join(labels[-2:]) in _SHARED or (len(labels[-1]) == 2 and labels[-2] in _GENERIC_SECOND_LEVEL)
    ):
        suffix = 2
    return ".".join(labels[-suffix - 1 :])


def aligned(one: str, other: str) -> bool:
    """Whether two domains have the same organisational domain (DMARC's relaxed alignment, RFC 7489 3.1)."""
    return bool(ascii_domain(one)) and organisational_domain(one) == organisational_domain(other)

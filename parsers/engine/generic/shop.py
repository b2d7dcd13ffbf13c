"""Who sold: the shop behind an unknown sender, the seller on a marketplace, the merchant that a carrier names."""

from __future__ import annotations

import re

from parsers.engine.document import Span
from parsers.engine.extraction import Value
from parsers.engine.generic.labels import labelled
from parsers.engine.generic.view import View
from parsers.engine.values.domains import PUBLIC_MAIL, registrable
from parsers.engine.values.text import slug

_FILLER = re.compile(
    r"^(?:the team at|team|your friends at)\s+|\s*(?:\bvia\b.*|customer (?:service|care|support)|orders?|shop team|team"
    r"|support|notifications?|no-?reply|kundenservice|bestellung(?:en)?|service client|online ?shop)$",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"^(?:no-?reply|do-?not-?reply|info|orders?|sales|service|support|mail|news|hello|contact|admin|webshop|shop|store)$",
    re.IGNORECASE,
)
_FROM_SHOP = re.compile(
    r"\b(?:delivery|parcel|package|order|item|shipment|paket|sendung|colis|pacco|paquete|paczka|pakket)\s+"
    r"(?:from|von|de|da|od|van)\s+(?P<n>[\w&'’.+ -]{2,40}?)\s+"
    r"(?:is|has|will|was|wird|wurde|ist|est|a été|sera|è|está|ha sido|jest|zostanie|wordt|komt|arrive|coming)\b",
    re.IGNORECASE,
)


def shop_name(view: View) -> Value[str]:
    """The display name of the sender without what is no name; the domain's own word where there is none."""
    sender = view.document.headers.sender
    span = view.document.headers.sender_span
    name = sender.name if "@" not in sender.name else ""
    while name and (cleaned := _FILLER.sub("", name).strip(" -|,·")) != name:
        name = cleaned
    if not name or _ROLE.match(name):
        domain = registrable(sender.domain)
        word = domain.split(".")[0] if domain and domain not in PUBLIC_MAIL else sender.email.partition("@")[0]
        name = word.replace("-", " ").title()
    return view.value(name[:120], span, "label")


def shop_key(name: str) -> str:
    """Stable key of a shop by its name."""
    return slug(name) or "unknown"


def seller(view: View) -> Value[str] | None:
    """Who sells on a marketplace, or whom a payment went to."""
    for hit in labelled(view, "seller", following=1):
        text = hit.text.strip()
        if 2 <= len(text) <= 60 and any(map(str.isalpha, text)) and "@" not in text:
            return view.value(text, hit.span(0, len(text)), "label")
    return None


def merchant(view: View) -> Value[str] | None:
    """The shop that a carrier's mail names as the sender of the parcel."""
    subject = view.document.headers.subject
    if match := _FROM_SHOP.search(subject):
        return view.subject_value(match.start("n"), match.end("n"))
    for line in view.lines[:40]:
        if match := _FROM_SHOP.search(line.text):
            start = line.span.start
            return view.value(match.group("n"), Span(start + match.start("n"), start + match.end("n")), "label")
    for hit in labelled(view, "sender", following=0):
        text = hit.text.strip()
        if len(hit.label) > 4 and 2 <= len(text) <= 60 and any(map(str.isalpha, text)):
            return view.value(text, hit.span(0, len(text)), "label")
    return None

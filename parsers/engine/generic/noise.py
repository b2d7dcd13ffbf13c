"""Mail that is no one's order: advertisements, bookings, donations, what the member sold, bounces, fakes."""

from __future__ import annotations

from parsers.engine.extraction import Kind
from parsers.engine.generic.status import status_in_subject
from parsers.engine.generic.view import View
from parsers.engine.languages import label
from parsers.engine.values.phrases import Phrases
from parsers.engine.values.text import lower

_NEVER = Phrases(
    (
        "you sold", "your item sold", "you made the sale", "you've made a sale", "you made a sale", "has been sold",
        "print your shipping label", "donation", "thank you for donating", "your contribution",
        "out of office", "automatic reply", "sie haben verkauft", "spende", "abwesenheitsnotiz", "automatische antwort",
        "vous avez vendu", "votre don", "réponse automatique", "hai venduto", "donazione", "risposta automatica",
        "has vendido", "donación", "respuesta automática", "sprzedałeś", "darowizna", "je hebt verkocht", "donatie",
        "você vendeu", "doação", "du har sålt", "boarding pass", "e-ticket", "itinerary", "reset your password",
        "left something", "in your cart", "daily digest", "letter mail", "lettermail",
    )
)  # fmt: skip


_TELLING = 2


def why_ignored(view: View, *, has_order: bool, fake: bool) -> str:
    """The reason code for leaving a mail alone, "" for one that may be read.

    has_order: an order number stands in it. fake: name and domain of the sender are made to look like a known author's.
    """
    if view.document.report:
        return "automatic"
    if view.definition is not None and view.definition.kind == Kind.NOT_RELEVANT:
        return "not_relevant"
    first = [lower(line.text) for line in view.lines[:2]]
    headline = " \n ".join(line.text.lower() for line in view.headline())
    if _NEVER.search(view.subject) or _NEVER.search(headline[:600]):
        return "not_relevant"
    if fake:
        return "look_alike"
    if status_in_subject(view) is None and any(label("not_order").search(text) for text in (view.subject, *first)):
        return "not_relevant"
    if view.definition is None and max(_distinct(view, "utility"), _distinct(view, "travel")) >= _TELLING:
        return "not_relevant"
    if has_order:
        return ""
    phrases = label("noise")
    if phrases.search(view.subject):
        return "not_relevant"
    return "not_relevant" if len({match.group() for match in phrases.find(headline)}) >= 2 else ""


def _distinct(view: View, kind: str) -> int:
    """How many different phrases of a kind stand in the body."""
    phrases = label(kind)
    hits = (
        low for low, words in zip(view.lows[:60], view.words, strict=False) if not phrases.beginnings.isdisjoint(words)
    )
    return len({match.group() for low in hits for match in phrases.find(low)})

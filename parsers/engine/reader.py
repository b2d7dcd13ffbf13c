"""The ladder: from what is known best about a mail's author down to what its words say by themselves.

0 leave alone what is no order; 1 structured markup; 2 the author's definition; 3 the shop platform's; 4 a known
carrier's words; 5 any shop's words, if the sender is authenticated. A lower rung fills what the upper ones left empty
and changes nothing they said; only a definition that has proved sound corrects the markup with its mappings.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum
from typing import Any

from parsers.engine.definition import Definition
from parsers.engine.document import Document
from parsers.engine.extraction import Extraction, Kind, OrderFacts, Outcome, Tier, Value
from parsers.engine.generic import noise, shop
from parsers.engine.generic.order_numbers import find_order_numbers
from parsers.engine.generic.reading import ORDER_KINDS, currency_beside, find_gist, read
from parsers.engine.generic.view import View
from parsers.engine.knowledge import CarrierBook
from parsers.engine.mapping.compile import compile_definition
from parsers.engine.mapping.layering import SOUND, Mapped, absent, find_mapped_gist, lay, map_document
from parsers.engine.matching import MARGIN, Candidate, Index, was_forwarded
from parsers.engine.merge import fill
from parsers.engine.structured import read_markup
from parsers.engine.values.domains import Owners, registrable
from parsers.engine.values.text import fold

_FAKE = 2


class Trust(StrEnum):
    """What is known of the sender: `trusted` (authenticated, or handed over by the member), `unknown`, `failed`."""

    TRUSTED = "trusted"
    UNKNOWN = "unknown"
    FAILED = "failed"


class Reader:
    """Reads documents under a fixed set of definitions; build it once per set.

    Raises DefinitionError for one that cannot be run.
    """

    def __init__(self, definitions: Iterable[Definition], carriers: CarrierBook) -> None:
        self._definitions = tuple(definitions)
        self._index = Index(self._definitions)
        self._carriers = carriers
        self._owners = Owners(
            matcher.value
            for one in self._definitions
            for matcher in one.matchers
            if matcher.target == "from_domain" and matcher.op == "domain" and matcher.role != "must_not"
        )
        self._names = {fold(one.author_name or one.name) for one in self._definitions}
        self._compiled = {one.key: compile_definition(one) for one in self._definitions if one.mappings}

    def read(self, document: Document, *, trust: Trust) -> Extraction:
        """What the mail says, why it is believed, and what became of it. Never raises on any mail."""
        candidates = self._index.candidates(document, unverified=trust == Trust.FAILED)
        trace = [f"candidate {one.definition.key} {one.score:.2f}" for one in candidates]
        best, mapped = self._best(document, candidates)
        view = View(document, best.definition if best else None, self._carriers)
        numbers = find_order_numbers(view)
        numbered = bool(numbers) or (mapped is not None and bool(mapped.layer.orders))
        pretends = self._pretends(view)
        why = noise.why_ignored(view, has_order=numbered, fake=pretends == _FAKE)
        if why:
            return self._named(view, Extraction(Outcome.IGNORED, why, trace=(*trace, f"ignored: {why}")))
        gist = find_mapped_gist(view, mapped) if mapped else find_gist(view)
        if gist is None:
            return self._named(view, Extraction(Outcome.UNMATCHED, "nothing_announced", trace=tuple(trace)))
        found = read(view, gist, (mapped.order_numbers if mapped else ()) or numbers)
        marked = read_markup(document)
        if mapped is not None and mapped.compiled.definition.health < SOUND:
            found = lay(mapped, found, view)
        if marked is not None:
            found = fill(marked, found)
            trace.append("markup")
        if mapped is not None:
            if mapped.compiled.definition.health >= SOUND:
                found = lay(mapped, found, view)
            found = replace(found, orders=tuple(_with_currency(view, order) for order in found.orders))
            trace.append(f"mappings {mapped.compiled.definition.key} {len(mapped.hits)} hit")
        tier = self._tier(view, best, marked is not None)
        trace += [f"kind {found.kind} by {gist.status.place} “{gist.status.value.raw}”", f"tier {tier}"]
        found = self._named(view, replace(found, tier=tier, trace=tuple(trace)))
        required = mapped.compiled.required if mapped else ()
        return _judge(view, _confident(found, best, mapped), trust, required, pretends)

    def _pretends(self, view: View) -> int:
        """How much of an unknown sender is made to look like a known author: 0, 1 (name or domain), 2 (both)."""
        sender = view.document.headers.sender
        if view.definition is not None or view.carrier is not None:
            return 0
        if self._owners.carried(sender.domain):
            return _FAKE
        named = (
            fold(sender.name) in self._names
            or self._carriers.by_name(sender.name) is not None
            or self._owners.written_in(sender.name)
        )
        return named + self._owners.imitated(sender.domain)

    def _best(self, document: Document, candidates: list[Candidate]) -> tuple[Candidate | None, Mapped | None]:
        """The definition that reads the mail, with what its mappings find, if it has some.

        Where two fit about equally well, the one of whose required fields more are there.
        """
        close = [one for one in candidates[:2] if candidates[0].score - one.score < MARGIN]
        tried = [(one, self._mapped(document, one)) for one in close]
        if not tried:
            return None, None
        return max(tried, key=lambda pair: pair[1].worth if pair[1] else 0)

    def _mapped(self, document: Document, candidate: Candidate) -> Mapped | None:
        compiled = self._compiled.get(candidate.definition.key)
        if compiled is None:
            return None
        return map_document(compiled, document, self._carriers, match_score=candidate.score)

    def _tier(self, view: View, best: Candidate | None, marked: bool) -> Tier:
        if best is not None:
            return Tier.FAMILY if best.definition.family else Tier.DEFINITION
        if view.carrier:
            return Tier.CARRIER
        return Tier.MARKUP if marked else Tier.GENERIC

    def _named(self, view: View, found: Extraction) -> Extraction:
        """With the author, and the retailer on every order."""
        definition = view.definition
        sender = view.document.headers.sender
        if definition is not None and not definition.family:
            name = _country_name(definition, sender.domain)
            found = replace(
                found,
                author=definition.author,
                author_name=name,
                author_type=definition.author_type,
                definition=definition.key,
                version=definition.version,
            )
        elif view.carrier:
            name = self._carriers.name(view.carrier)
            found = replace(found, author=view.carrier, author_name=name, author_type="carrier")
        else:
            shown = shop.shop_name(view)
            found = replace(found, author=registrable(sender.domain), author_name=shown.value)
            if definition is not None:
                found = replace(found, author_type="retailer", definition=definition.key, version=definition.version)
        return replace(found, orders=tuple(_with_retailer(view, found, order) for order in found.orders))


def _with_currency(view: View, order: OrderFacts) -> OrderFacts:
    priced = order.total or order.refund
    return replace(order, currency=currency_beside(view, priced)) if priced and not order.currency else order


def _country_name(definition: Definition, domain: str) -> str:
    """`Amazon.co.uk` for mail of amazon.co.uk: shops of many countries are told apart by name, not by key."""
    name = definition.author_name or definition.name
    owner = registrable(domain)
    word, _, rest = owner.partition(".")
    return f"{name}.{rest}" if word == name.lower() and rest != "com" and definition.author == "amazon" else name


def _with_retailer(view: View, found: Extraction, order: OrderFacts) -> OrderFacts:
    if order.retailer is not None:
        return order
    span = view.document.headers.sender_span
    if found.author_type == "payment":
        sold_by = order.seller or view.value(found.author_name, span, "label")
        return replace(order, retailer=replace(sold_by, value=shop.shop_key(sold_by.value)), retailer_name=sold_by)
    if view.carrier:
        return order
    name = view.value(found.author_name, span, "label")
    key = found.author if found.definition and not _is_family(view) else shop.shop_key(found.author_name)
    return replace(order, retailer=replace(name, value=key), retailer_name=name)


def _is_family(view: View) -> bool:
    return view.definition is not None and view.definition.family


def _confident(found: Extraction, best: Candidate | None, mapped: Mapped | None) -> Extraction:
    """Overall confidence: the least of what is required, weakened by a match that was not certain.

    What a mapping gave has been weakened by the match already.
    """
    factor = (best.score**0.5) if best else 0.95
    by_mapping = f"{mapped.compiled.definition.key}/" if mapped else ""
    values: list[Value[Any]] = [found.status] if found.status else []
    values += [order.order_number for order in found.orders if order.order_number]
    values += [parcel.tracking_number for parcel in found.shipments if parcel.tracking_number]
    weighed = [
        value.confidence * (1.0 if by_mapping and value.source.startswith(by_mapping) else factor) for value in values
    ]
    lowest = min(weighed, default=0.5 * factor)
    return replace(found, confidence=round(min(0.999, max(0.01, lowest)), 3))


def _judge(view: View, found: Extraction, trust: Trust, required: tuple[str, ...], pretends: int) -> Extraction:
    """Outcome by the minimum of the kind, by what the definition requires, and by who vouches for the sender.

    pretends: whether a sender nobody knows looks like a known author.
    """
    missing = tuple(dict.fromkeys((*_missing(view, found), *absent(required, found))))
    if missing:
        known = found.tier in (Tier.DEFINITION, Tier.FAMILY, Tier.CARRIER)
        outcome = Outcome.INCOMPLETE if known else Outcome.UNMATCHED
        reason = view.document.truncated or "missing:" + ",".join(missing)
        return replace(found, outcome=outcome, reason=reason, missing=missing)
    if trust == Trust.FAILED:
        return replace(found, outcome=Outcome.HELD, reason="sender_failed")
    if pretends:
        return replace(found, outcome=Outcome.HELD, reason="name_of_another")
    stranger = found.tier in (Tier.GENERIC, Tier.MARKUP)
    if stranger and (trust != Trust.TRUSTED or was_forwarded(view.document)):
        reason = "forwarded" if was_forwarded(view.document) else "sender_unverified"
        return replace(found, outcome=Outcome.HELD, reason=reason)
    return replace(found, outcome=Outcome.PARSED)


def _missing(view: View, found: Extraction) -> tuple[str, ...]:
    """Names of the fields without which a mail of its kind says nothing (extraction rules, minimum fields)."""
    numbered = any(order.order_number for order in found.orders)
    tracked = any(parcel.tracking_number for parcel in found.shipments)
    priced = found.shared_total is not None or any(order.total for order in found.orders)
    items = any(order.lines for order in found.orders)
    if found.kind in ORDER_KINDS:
        if numbered:
            return () if items or priced else ("items", "total")
        if found.author_type == "payment":
            return () if priced else ("total",)
        return () if items and priced and found.kind == Kind.ORDER_CONFIRMATION else ("order_number",)
    if found.kind in (Kind.CANCELLED, Kind.REFUND) and not tracked:
        return () if numbered else ("order_number",)
    if view.carrier:
        return () if tracked else ("tracking_number",)
    return () if numbered or tracked else ("order_number", "tracking_number")

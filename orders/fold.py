"""An order as a pure function of what its e-mails say and of what people typed (rules R1-R4).

Nothing here depends on what is stored, on the order of arrival or on the clock.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from orders.facts import LINE_FIELDS, ORDER_FIELDS, Fact, Facts, Mail, OrderPart

MAKES_ORDERS = ("order_confirmation", "invoice")
"""Kinds of mails that make an order; the others only add to one."""
SURE = 0.6
"""Values below this confidence are taken only where there is none above it."""
_BLANKS = re.compile(r"\s+")
_KEY_LENGTH = 100


@dataclass(frozen=True, slots=True)
class Said:
    """A part together with the e-mail that says it."""

    mail: Mail
    part: OrderPart


@dataclass(slots=True)
class LineState:
    key: str
    values: dict[str, Any]
    provenance: dict[str, Any]
    cancelled_quantity: int = 0


@dataclass(slots=True)
class OrderState:
    """The folded order: plain values, ready to be written."""

    key: str
    retailer: str
    values: dict[str, Any]
    provenance: dict[str, Any]
    history: dict[str, list[dict[str, Any]]]
    lines: list[LineState]
    refunded: Decimal | None
    cancelled: bool
    refunded_in_full: bool
    identity: str
    sources: list[str] = field(default_factory=list)
    parts: frozenset[tuple[str, int]] = frozenset()
    """(sha256, position) of every part that it is folded from."""


Typed = Mapping[tuple[str, str], Any]
"""(line key or "", field) -> what a person typed."""


def fold_order(key: str, said: Sequence[Said], typed: Typed) -> OrderState:
    """Fold the contributions of one order. said: at least one, in any order."""
    ordered = sorted(said, key=lambda one: one.mail.rank)
    values, provenance, history = {}, {}, {}
    for name in ORDER_FIELDS:
        if name == "refund":
            continue
        chosen, others = choose([(one, one.part.facts) for one in ordered], name)
        if ("", name) in typed:
            values[name] = typed["", name]
            provenance[name] = {"typed": True} | ({"mail": _evidence(*chosen)} if chosen else {})
        elif chosen:
            values[name] = chosen[1].value
            provenance[name] = _evidence(*chosen)
        if others:
            history[name] = [_evidence(*other) for other in others]
    first = ordered[0].mail.sent_at
    if first is not None:
        values["first_sent"] = first.isoformat()
    lines = fold_lines(ordered, typed)
    refunded = _refunded(ordered)
    return OrderState(
        key=key,
        retailer=next((one.part.retailer for one in ordered if one.part.retailer), ""),
        values=values,
        provenance=provenance,
        history=history,
        lines=lines,
        refunded=refunded,
        cancelled=_cancelled(ordered, lines),
        refunded_in_full=_refunded_in_full(ordered, refunded, values.get("total")),
        identity=next((one.part.identity for one in ordered if one.part.identity), ""),
        sources=sorted({one.mail.sha256 for one in ordered}),
        parts=frozenset((one.mail.sha256, one.part.position) for one in ordered),
    )


def choose(said: Sequence[tuple[Said, Facts]], name: str) -> tuple[tuple[Said, Fact] | None, list[tuple[Said, Fact]]]:
    """Rule R2: (the value that stands, the differing ones it stands before).

    The highest source kind among sure values; inside it the latest mail that announces a change, else the earliest.
    """
    found = [(one, facts[name]) for one, facts in said if name in facts and facts[name].value not in (None, "")]
    if not found:
        return None, []
    sure = [pair for pair in found if pair[1].confidence >= SURE] or found
    best_kind = min(one.mail.source_kind for one, _ in sure)
    same = [pair for pair in sure if pair[0].mail.source_kind == best_kind]
    changes = [pair for pair in same if pair[0].mail.announces_change]
    if changes:
        newest = max(_time(one.mail) for one, _ in changes)
        chosen = min((p for p in changes if _time(p[0].mail) == newest), key=lambda pair: pair[0].mail.sha256)
    else:
        chosen = min(same, key=lambda pair: pair[0].mail.rank)
    others = [pair for pair in found if pair[1].value != chosen[1].value]
    return chosen, others


def _time(mail: Mail) -> float:
    return mail.sent_at.timestamp() if mail.sent_at else float("-inf")


def evidence(mail: Mail, fact: Fact) -> dict[str, Any]:
    """Where a value comes from, as its row keeps it: the mail, the characters, and what read them."""
    return {
        "sha256": mail.sha256,
        "start": fact.start,
        "end": fact.end,
        "confidence": fact.confidence,
        "source": fact.source,
        "raw": fact.raw,
        "value": fact.value,
        "definition": mail.definition,
        "version": mail.version,
    }


def _evidence(one: Said, fact: Fact) -> dict[str, Any]:
    return evidence(one.mail, fact)


def fold_lines(ordered: Sequence[Said], typed: Typed) -> list[LineState]:
    """Rule R3: the best source's items, completed by the others' values for the same items.

    Items that only another mail names are added when it is an invoice or confirmation whose own sums agree, or when no
    invoice or confirmation names any; cancellations count on their line.
    """
    with_lines = sorted(
        (one for one in ordered if one.part.lines and not _is_undoing(one)),
        key=lambda one: (one.mail.source_kind, one.mail.kind not in MAKES_ORDERS, one.mail.rank),
    )
    open_ended = all(one.mail.kind not in MAKES_ORDERS for one in with_lines)
    groups: list[list[tuple[Said, Facts]]] = []
    for number, one in enumerate(with_lines):
        adds = not number or open_ended or bool(one.part.identity and one.mail.kind in MAKES_ORDERS)
        taken: set[int] = set()
        for position, facts in enumerate(one.part.lines):
            at = _match(groups, facts, position, len(one.part.lines), taken)
            if at is None:
                if not adds:
                    continue
                groups.append([])
                at = len(groups) - 1
            taken.add(at)
            groups[at].append((one, facts))
    lines = [_line(group, keys, typed) for group, keys in zip(groups, _keys(groups), strict=True)]
    _cancel(ordered, lines, groups)
    return lines


def _keys(groups: Sequence[Sequence[tuple[Said, Facts]]]) -> list[list[str]]:
    """For each line its key, then the keys it would have by the titles of its other mails.

    What a person typed of a line is found by any of them, so it stays when a better mail calls the item otherwise.
    """
    names = [_short(_title(group)) for group in groups]

    def key(name: str, at: int) -> str:
        return f"{name}#{names[:at].count(name)}"

    own = [key(name, at) for at, name in enumerate(names)]
    keys = []
    for at, group in enumerate(groups):
        others = sorted({_short(str(facts["title"].value)) for _, facts in group if "title" in facts} - {names[at]})
        keys.append([own[at], *(other for name in others if (other := key(name, at)) not in own)])
    return keys


def _short(title: str) -> str:
    return normal_title(title)[:_KEY_LENGTH]


def _match(
    groups: Sequence[Sequence[tuple[Said, Facts]]], facts: Facts, position: int, count: int, taken: set[int]
) -> int | None:
    """Which group an item belongs to: by SKU, else by title and price, else by title, else by place."""
    free = [index for index in range(len(groups)) if index not in taken]
    tests = (
        lambda other: _same(facts, other, "sku"),
        lambda other: _same_title(facts, other) and _same(facts, other, "unit_price"),
        lambda other: _same_title(facts, other),
    )
    for test in tests:
        for index in free:
            if any(test(other) for _, other in groups[index]):
                return index
    alike = count == len(groups) and position in free and "title" not in facts
    return position if alike else None


def _same(first: Facts, second: Facts, name: str) -> bool:
    return name in first and name in second and first[name].value == second[name].value


def _same_title(first: Facts, second: Facts) -> bool:
    if "title" not in first or "title" not in second:
        return False
    one, two = normal_title(first["title"].value), normal_title(second["title"].value)
    if one == two:
        return True
    short, long = sorted((one, two), key=len)
    cut = short.rstrip(".… ")
    return cut != short and len(cut) >= 8 and long.startswith(cut)


def normal_title(title: str) -> str:
    """A title for comparing: lower case, single spaces."""
    return _BLANKS.sub(" ", title.casefold()).strip()


def _line(group: Sequence[tuple[Said, Facts]], keys: Sequence[str], typed: Typed) -> LineState:
    values: dict[str, Any] = {}
    provenance: dict[str, Any] = {}
    for name in LINE_FIELDS:
        pair = choose(group, name)[0]
        by_hand = next((key for key in keys if (key, name) in typed), None)
        if by_hand is not None:
            values[name] = typed[by_hand, name]
            provenance[name] = {"typed": True} | ({"mail": _evidence(*pair)} if pair else {})
            if by_hand != keys[0]:
                provenance[name]["key"] = by_hand
        elif pair:
            values[name] = pair[1].value
            provenance[name] = _evidence(*pair)
    _complete(values)
    return LineState(keys[0], values, provenance)


def _title(group: Sequence[tuple[Said, Facts]]) -> str:
    pair = choose(group, "title")[0]
    return str(pair[1].value) if pair else ""


def _complete(values: dict[str, Any]) -> None:
    """Unit price and line total from each other where the quantity makes it exact."""
    quantity = values.get("quantity")
    if not quantity:
        return
    if values.get("unit_price") is not None and values.get("line_total") is None:
        values["line_total"] = str(Decimal(values["unit_price"]) * quantity)
    elif values.get("line_total") is not None and values.get("unit_price") is None:
        total = Decimal(values["line_total"])
        if (total * 100) % quantity == 0:
            values["unit_price"] = str((total / quantity).quantize(Decimal("0.01")))


def _is_undoing(one: Said) -> bool:
    return one.mail.kind in ("cancelled", "refund")


def _cancel(ordered: Iterable[Said], lines: Sequence[LineState], groups: Sequence[Any]) -> None:
    """Cancellation mails with items cancel those; each mail counts once, a line never beyond its quantity."""
    for one in ordered:
        if one.mail.kind != "cancelled":
            continue
        for facts in one.part.lines:
            at = _match(groups, facts, -1, -1, set())
            if at is not None:
                quantity = facts["quantity"].value if "quantity" in facts else lines[at].values.get("quantity") or 1
                most = lines[at].values.get("quantity") or quantity
                lines[at].cancelled_quantity = min(most, lines[at].cancelled_quantity + quantity)


def _cancelled(ordered: Sequence[Said], lines: Sequence[LineState]) -> bool:
    """The whole order: a cancellation that names no items, or every piece of every line."""
    mails = [one for one in ordered if one.mail.kind == "cancelled"]
    if any(not one.part.lines for one in mails):
        return True
    return bool(mails and lines) and all(
        line.cancelled_quantity >= (line.values.get("quantity") or 1) for line in lines
    )


def _refunded(ordered: Sequence[Said]) -> Decimal | None:
    """The sum of the refunds that different mails announce; the same amount on the same day is one refund."""
    refunds = {
        (one.mail.sent_at.date() if one.mail.sent_at else one.mail.sha256, one.part.facts["refund"].value)
        for one in ordered
        if one.mail.kind == "refund" and "refund" in one.part.facts
    }
    return sum((Decimal(amount) for _, amount in refunds), Decimal(0)) if refunds else None


def _refunded_in_full(ordered: Sequence[Said], refunded: Decimal | None, total: Any) -> bool:
    """Whether all money is back; where the amounts do not tell, a refund that names no items is of everything."""
    if refunded is not None and total is not None:
        return refunded >= Decimal(str(total))
    return any(one.mail.kind == "refund" and not one.part.lines for one in ordered)

"""Writing folded orders and contributions: few statements, however many rows; rows keep their primary keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from orders.facts import Fact, Mail, OrderPart, SourceKind, instant
from orders.fold import OrderState
from orders.models import Order, OrderContribution, OrderLine, Retailer

_TOO_MUCH = Decimal(10) ** 12
_AT_ONCE = 500
_MONEY = ("subtotal", "shipping", "discount", "tax", "total")
_FIELDS = (
    "retailer_id", "number", "number_key", "retailer_name", "seller", "ordered_at", "placed_at", "currency", *_MONEY,
    "refunded", "eta_from", "eta_to", "status", "identity", "provenance", "history", "source_emails",
)  # fmt: skip
_LINE_FIELDS = (
    "position", "title", "sku", "quantity", "cancelled_quantity", "unit_price", "line_total", "image", "provenance",
)  # fmt: skip


def mail_json(mail: Mail) -> dict[str, Any]:
    """A mail as stored beside a contribution."""
    return {
        "sent_at": mail.sent_at.isoformat() if mail.sent_at else None,
        "author": mail.author,
        "author_type": mail.author_type,
        "kind": mail.kind,
        "source_kind": int(mail.source_kind),
        "definition": mail.definition,
        "version": mail.version,
        "announces_change": mail.announces_change,
    }


def mail_from_json(sha256: str, data: Mapping[str, Any]) -> Mail:
    """The mail of a stored contribution."""
    sent_at = datetime.fromisoformat(data["sent_at"]) if data["sent_at"] else None
    values = {**data, "sent_at": sent_at, "source_kind": SourceKind(data["source_kind"])}
    return Mail(sha256=sha256, **values)


def facts_json(facts: Mapping[str, Fact]) -> dict[str, Any]:
    return {name: fact.as_json() for name, fact in facts.items()}


def facts_from_json(data: Mapping[str, Any]) -> dict[str, Fact]:
    return {name: Fact.from_json(fact) for name, fact in data.items()}


def part_json(part: OrderPart) -> dict[str, Any]:
    return {
        "retailer": part.retailer,
        "number": part.number,
        "facts": facts_json(part.facts),
        "lines": [facts_json(line) for line in part.lines],
        "identity": part.identity,
    }


def part_of(row: OrderContribution) -> OrderPart:
    """The part that a stored contribution holds."""
    data = row.part
    return OrderPart(
        position=row.position,
        retailer=data["retailer"],
        number=data["number"],
        facts=facts_from_json(data["facts"]),
        lines=tuple(facts_from_json(line) for line in data["lines"]),
        identity=data["identity"],
    )


def write_orders(
    member_id: int,
    states: Mapping[str, OrderState],
    statuses: Mapping[str, str],
    stale: Iterable[str],
    number_key: Callable[[str], str],
) -> dict[str, int]:
    """Bring the orders of a component to their folded state; returns order key -> primary key.

    stale: keys of stored orders of the component; those that no longer fold to anything go, or become the order that
    took over their mails.
    """
    retailers = _retailers(states)
    existing = {order.key: order for order in Order.objects.of(member_id).filter(key__in=[*states, *stale])}
    _rename_joined(existing, states)
    wanted = {
        key: _row(member_id, state, statuses[key], retailers[retailer_key(state.retailer)], number_key)
        for key, state in states.items()
    }
    gone = [order.pk for key, order in existing.items() if key not in states]
    if gone:
        Order.objects.filter(pk__in=gone).delete()
    changed = [row for key, row in wanted.items() if key in existing and _differs(existing[key], row, _FIELDS)]
    for row in changed:
        row.pk = existing[row.key].pk
    if changed:
        Order.objects.bulk_update(changed, _FIELDS, batch_size=_AT_ONCE)
    fresh = Order.objects.bulk_create([row for key, row in wanted.items() if key not in existing])
    ids = {key: order.pk for key, order in existing.items() if key in states} | {row.key: row.pk for row in fresh}
    _write_lines(states, ids)
    return ids


def _rename_joined(existing: dict[str, Order], states: Mapping[str, OrderState]) -> None:
    """An order that was keyed by its mail keeps its row when a number comes."""
    renamed = []
    for key, state in states.items():
        if key in existing:
            continue
        former = next((existing[f"mail:{sha}"] for sha in state.sources if f"mail:{sha}" in existing), None)
        if former is not None and former.key not in states:
            del existing[former.key]
            former.key = key
            existing[key] = former
            renamed.append(former)
    if renamed:
        Order.objects.bulk_update(renamed, ["key"], batch_size=_AT_ONCE)


def _retailers(states: Mapping[str, OrderState]) -> dict[str, int]:
    """Retailer key -> primary key, made where missing."""
    names = {
        retailer_key(state.retailer): str(state.values.get("retailer_name") or state.retailer)
        for state in states.values()
    }
    known = dict(Retailer.objects.filter(key__in=names).values_list("key", "pk"))
    if missing := sorted(names.keys() - known.keys()):
        Retailer.objects.bulk_create(
            [Retailer(key=key, name=names[key][:120]) for key in missing], ignore_conflicts=True
        )
        known = dict(Retailer.objects.filter(key__in=names).values_list("key", "pk"))
    return known


def retailer_key(name: str) -> str:
    """A retailer's key as stored."""
    return name[:80]


def _row(member_id: int, state: OrderState, status: str, retailer_id: int, number_key: Callable[[str], str]) -> Order:
    values = state.values
    number = str(values.get("order_number") or "")
    number = number if number_key(number) else ""
    return Order(
        member_id=member_id,
        key=state.key,
        retailer_id=retailer_id,
        number=number[:80],
        number_key=number_key(number)[:80],
        retailer_name=str(values.get("retailer_name") or "")[:120],
        seller=str(values.get("seller") or "")[:120],
        ordered_at=str(values.get("ordered_at") or "")[:32],
        placed_at=_placed_at(state),
        currency=str(values.get("currency") or "")[:3],
        **{name: _decimal(values.get(name)) for name in _MONEY},
        refunded=_decimal(state.refunded),
        eta_from=_date(values.get("eta_from")),
        eta_to=_date(values.get("eta_to")),
        status=status,
        identity=state.identity,
        provenance=state.provenance,
        history=state.history,
        source_emails=state.sources,
    )


def _placed_at(state: OrderState) -> datetime | None:
    text = state.values.get("ordered_at") or state.values.get("first_sent")
    return instant(text) if text else None


def _decimal(value: Any) -> Decimal | None:
    """An amount, None for none and for one that no shop can mean."""
    if value in (None, ""):
        return None
    amount = Decimal(str(value))
    return amount if abs(amount) < _TOO_MUCH else None


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and 0 <= value < 2**31 else None


def _date(value: Any) -> date | None:
    return date.fromisoformat(str(value)[:10]) if value else None


def _differs(row: Any, wanted: Any, names: Iterable[str]) -> bool:
    return any(getattr(row, name) != getattr(wanted, name) for name in names)


def _write_lines(states: Mapping[str, OrderState], ids: Mapping[str, int]) -> None:
    existing = {(line.order_id, line.key): line for line in OrderLine.objects.filter(order_id__in=ids.values())}
    wanted = {}
    for key, state in states.items():
        for position, line in enumerate(state.lines):
            row = OrderLine(
                order_id=ids[key],
                key=line.key,
                position=position,
                title=str(line.values.get("title") or "")[:500],
                sku=str(line.values.get("sku") or "")[:80],
                quantity=_whole(line.values.get("quantity")),
                cancelled_quantity=_whole(line.cancelled_quantity) or 0,
                unit_price=_decimal(line.values.get("unit_price")),
                line_total=_decimal(line.values.get("line_total")),
                image=str(line.values.get("image") or "")[:1000],
                provenance=line.provenance,
            )
            wanted[row.order_id, row.key] = row
    gone = [line.pk for at, line in existing.items() if at not in wanted]
    if gone:
        OrderLine.objects.filter(pk__in=gone).delete()
    changed = [row for at, row in wanted.items() if at in existing and _differs(existing[at], row, _LINE_FIELDS)]
    for row in changed:
        row.pk = existing[row.order_id, row.key].pk
    if changed:
        OrderLine.objects.bulk_update(changed, _LINE_FIELDS, batch_size=_AT_ONCE)
    OrderLine.objects.bulk_create([row for at, row in wanted.items() if at not in existing])

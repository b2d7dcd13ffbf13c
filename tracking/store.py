"""Writing folded parcels with their events and links: few statements; rows keep their primary keys."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from orders.facts import instant
from orders.store import facts_from_json, facts_json
from tracking.facts import ShipmentPart
from tracking.fold import ShipmentState
from tracking.models import Carrier, Shipment, ShipmentContribution, ShipmentEvent, ShipmentOrder

_AT_ONCE = 500
_FIELDS = (
    "key", "carrier_id", "via", "tracking_number", "number_key", "aliases", "merchant", "status", "status_at",
    "shipped_at", "delivered_at", "eta_from", "eta_to", "needs_attention", "provenance", "source_emails",
)  # fmt: skip


def part_json(part: ShipmentPart) -> dict[str, Any]:
    return {
        "facts": facts_json(part.facts),
        "aliases": list(part.aliases),
        "parcel_key": part.parcel_key,
        "retailer": part.retailer,
        "order_numbers": list(part.order_numbers),
    }


def part_of(row: ShipmentContribution) -> ShipmentPart:
    """The part that a stored contribution holds."""
    data = row.part
    return ShipmentPart(
        position=row.position,
        facts=facts_from_json(data["facts"]),
        aliases=tuple(data["aliases"]),
        parcel_key=data["parcel_key"],
        retailer=data["retailer"],
        order_numbers=tuple(data["order_numbers"]),
    )


def write_shipments(
    member_id: int,
    states: Mapping[str, ShipmentState],
    stored: Iterable[Shipment],
    order_ids: Mapping[str, int],
    carrier_name: Callable[[str], str],
) -> dict[str, int]:
    """Bring the parcels of a component to their folded state; returns shipment key -> primary key.

    stored: the component's present rows. A parcel keeps its row when its key changes, as long as mails are shared.
    """
    carriers = _carriers(states, carrier_name)
    existing = _matched(states, list(stored))
    gone = [row.pk for row in stored if row.pk not in {found.pk for found in existing.values()}]
    if gone:
        Shipment.objects.filter(pk__in=gone).delete()
    wanted = {key: _row(member_id, state, carriers) for key, state in states.items()}
    changed = []
    for key, row in wanted.items():
        if key in existing and any(getattr(existing[key], name) != getattr(row, name) for name in _FIELDS):
            row.pk = existing[key].pk
            changed.append(row)
    if changed:
        Shipment.objects.bulk_update(changed, _FIELDS, batch_size=_AT_ONCE)
    fresh = Shipment.objects.bulk_create([row for key, row in wanted.items() if key not in existing])
    ids = {key: row.pk for key, row in existing.items()} | {row.key: row.pk for row in fresh}
    _write_events(states, ids)
    _write_links(states, ids, order_ids)
    return ids


def _matched(states: Mapping[str, ShipmentState], stored: list[Shipment]) -> dict[str, Shipment]:
    """Which stored row becomes which parcel: the same key, else the most mails in common."""
    free = {row.key: row for row in stored}
    found = {key: free.pop(key) for key in states if key in free}
    by_mail: defaultdict[str, set[str]] = defaultdict(set)
    for row in free.values():
        for sha256 in row.source_emails:
            by_mail[sha256].add(row.key)
    for key, state in states.items():
        shared = Counter(name for sha256 in state.sources for name in by_mail[sha256] if name in free)
        if key not in found and shared:
            found[key] = free.pop(max(shared, key=lambda name: (shared[name], name)))
    return found


def _carriers(states: Mapping[str, ShipmentState], carrier_name: Callable[[str], str]) -> dict[str, int]:
    """Carrier key -> primary key, made where missing."""
    keys = {carrier_key(state) for state in states.values()} - {""}
    known = dict(Carrier.objects.filter(key__in=keys).values_list("key", "pk"))
    if missing := sorted(keys - known.keys()):
        rows = [Carrier(key=key, name=carrier_name(key)[:120]) for key in missing]
        Carrier.objects.bulk_create(rows, ignore_conflicts=True)
        known = dict(Carrier.objects.filter(key__in=keys).values_list("key", "pk"))
    return known


def carrier_key(state: ShipmentState) -> str:
    """A parcel's carrier as stored, "" for an unknown one."""
    return str(state.values.get("carrier") or "")[:80]


def _row(member_id: int, state: ShipmentState, carriers: Mapping[str, int]) -> Shipment:
    values = state.values
    return Shipment(
        member_id=member_id,
        key=state.key,
        carrier_id=carriers.get(carrier_key(state)),
        via=str(values.get("via") or "")[:80],
        tracking_number=str(values.get("tracking_number") or "")[:60],
        number_key=state.number_key[:60],
        aliases=state.aliases,
        merchant=str(values.get("merchant") or "")[:120],
        status=state.status,
        status_at=state.status_at,
        shipped_at=state.shipped_at or _instant(values.get("shipped_at")),
        delivered_at=state.delivered_at or _instant(values.get("delivered_at")),
        eta_from=_date(values.get("eta_from")),
        eta_to=_date(values.get("eta_to")),
        needs_attention=state.needs_attention,
        provenance=state.provenance,
        source_emails=state.sources,
    )


def _instant(value: Any) -> datetime | None:
    return instant(value) if value else None


def _date(value: Any) -> date | None:
    return date.fromisoformat(str(value)[:10]) if value else None


def _write_events(states: Mapping[str, ShipmentState], ids: Mapping[str, int]) -> None:
    existing: defaultdict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for event in ShipmentEvent.objects.filter(shipment_id__in=ids.values()).order_by("shipment_id", "position"):
        existing[event.shipment_id].append((event.status, event.at, event.source, event.author))
    changed = {}
    for key, state in states.items():
        wanted = [(event.status, event.at, event.source, event.author) for event in state.events]
        if existing.get(ids[key], []) != wanted:
            changed[ids[key]] = wanted
    if not changed:
        return
    ShipmentEvent.objects.filter(shipment_id__in=changed).delete()
    ShipmentEvent.objects.bulk_create(
        ShipmentEvent(shipment_id=pk, position=position, status=status, at=at, source=source, author=author)
        for pk, events in changed.items()
        for position, (status, at, source, author) in enumerate(events)
    )


def _write_links(states: Mapping[str, ShipmentState], ids: Mapping[str, int], order_ids: Mapping[str, int]) -> None:
    existing = {
        (link.shipment_id, link.order_id, link.how): link.pk
        for link in ShipmentOrder.objects.filter(shipment_id__in=ids.values())
    }
    how = ShipmentOrder.How
    wanted = {
        (ids[key], order_ids[order], how.PERSON.value if order in state.by_hand else how.RULE.value)
        for key, state in states.items()
        for order in state.orders
    }
    gone = [pk for link, pk in existing.items() if link not in wanted]
    if gone:
        ShipmentOrder.objects.filter(pk__in=gone).delete()
    ShipmentOrder.objects.bulk_create(
        ShipmentOrder(shipment_id=shipment, order_id=order, how=how)
        for shipment, order, how in sorted(wanted - set(existing))
    )

"""Everything the words of a mail say, put together as one extraction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from parsers.engine.extraction import Extraction, Kind, OrderFacts, Outcome, ShipmentFacts, Status, Tier, Value
from parsers.engine.generic import shop
from parsers.engine.generic.amounts import Amounts, find_amounts
from parsers.engine.generic.eta import days_of_several, find_eta
from parsers.engine.generic.items import Item, find_items, to_lines
from parsers.engine.generic.labels import labelled
from parsers.engine.generic.status import Found, find_status, kind_of
from parsers.engine.generic.tracking import find_tracking, named_carrier
from parsers.engine.generic.view import View
from parsers.engine.identities import find_identity, near
from parsers.engine.languages import label
from parsers.engine.values.addresses import dollar_of
from parsers.engine.values.dates import find_dates
from parsers.engine.values.domains import country_currency
from parsers.engine.values.money import find_money

ORDER_KINDS = (Kind.ORDER_CONFIRMATION, Kind.INVOICE)
MONEY_KINDS = (*ORDER_KINDS, Kind.REFUND, Kind.CANCELLED)


@dataclass(frozen=True, slots=True)
class Gist:
    """What a mail is about, before its details are read."""

    kind: Kind
    status: Found


def find_gist(view: View) -> Gist | None:
    """Kind and status, None if the mail announces nothing that Flux follows."""
    found = find_status(view)
    definition = view.definition
    if definition is not None and definition.kind not in ("auto", ""):
        kind = Kind(definition.kind)
        if found is None or kind not in (*ORDER_KINDS, kind_of(found.status)):
            return None if found is None else Gist(kind_of(found.status), found)
        return Gist(kind, found) if found.status == Status.ORDERED else Gist(kind_of(found.status), found)
    if found is None or (view.carrier and found.status in (Status.ORDERED, Status.REFUNDED)):
        return None
    kind = kind_of(found.status)
    if kind == Kind.ORDER_CONFIRMATION and _is_invoice(view, found):
        kind = Kind.INVOICE
    return Gist(kind, found)


def _is_invoice(view: View, found: Found) -> bool:
    """The words that decided, or the subject, say invoice or receipt, and nothing confirms an order."""
    pattern = label("invoice")
    if pattern.search(found.value.raw.lower()):
        return True
    confirms = label("order_number").search(view.subject) or label("order_word").search(view.subject)
    return pattern.search(view.subject) is not None and not confirms


def read(view: View, gist: Gist, order_numbers: Sequence[Value[str]]) -> Extraction:
    """The whole of what the words say, whatever its worth; outcome and missing fields are the ladder's to judge.

    order_numbers: those that a definition or `find_order_numbers` found.
    """
    numbers = list(order_numbers)
    amounts = Amounts() if view.carrier else find_amounts(view)
    items = [] if view.carrier else _items(view, amounts)
    if gist.kind == Kind.REFUND and not _came_back(items, amounts):
        items = []
    orders, identity, shared = _orders(view, gist, numbers, amounts, items)
    shipments = () if gist.kind in MONEY_KINDS else _shipments(view, gist, numbers)
    return Extraction(
        outcome=Outcome.UNMATCHED,
        reason="",
        tier=Tier.GENERIC,
        kind=gist.kind,
        status=gist.status.value,
        shared_total=shared,
        orders=orders,
        shipments=shipments,
        identity=identity,
    )


def _items(view: View, amounts: Amounts) -> list[Item]:
    """The items by the reading whose prices agree best with the printed sums."""
    return find_items(view, _amount(amounts.total), lambda items: bool(_identity(amounts, items)[1]))


def _came_back(items: list[Item], amounts: Amounts) -> bool:
    """Whether a refund lists what came back. Often it prints the whole order; then its items say nothing.

    They count if their sum is what was paid back, with a sales tax of up to an eighth on top, or if it prints no sums.
    """
    prices = [price.value for item in items if (price := item.line_total or item.price)]
    if not prices:
        return amounts.subtotal is None and len(items) == 1
    net, back = sum(prices, Decimal(0)), amounts.refund
    return back is not None and (near(net, back.value) or net < back.value <= net * Decimal("1.125"))


def _orders(
    view: View, gist: Gist, numbers: list[Value[str]], amounts: Amounts, items: list[Item]
) -> tuple[tuple[OrderFacts, ...], str, Value[Decimal] | None]:
    """(orders, the identity that holds, one sum printed for several orders)."""
    nameless = amounts.total and (gist.kind == Kind.INVOICE or (gist.kind == Kind.ORDER_CONFIRMATION and items))
    if not numbers and not nameless:
        return (), "", None
    identity, meaning = _identity(amounts, items)
    if view.definition is not None and view.definition.price_meaning and not meaning:
        meaning = view.definition.price_meaning
    base = _order_facts(view, gist, amounts, len(numbers))
    if len(numbers) <= 1:
        only = replace(base, order_number=numbers[0] if numbers else None, lines=to_lines(items, meaning))
        return (only,), identity, None
    return _several(view, base, numbers, amounts, items, meaning)


def _several(
    view: View, base: OrderFacts, numbers: list[Value[str]], amounts: Amounts, items: list[Item], meaning: str
) -> tuple[tuple[OrderFacts, ...], str, Value[Decimal] | None]:
    """Each order with the items that stand with its number; totals theirs where there is one for each."""
    places = _places(view, numbers)
    before = bool(items) and bool(places) and items[0].line < min(line for line, _ in places)
    groups: dict[str, list[Item]] = {number.value: [] for number in numbers}
    for item in items:
        after = [number for line, number in places if (line >= item.line if before else line <= item.line)]
        chosen = (after[0] if before else after[-1]) if after else numbers[0].value
        groups[chosen].append(item)
    own = [total for total in amounts.totals if total.value != sum(t.value for t in amounts.totals if t is not total)]
    each = len(own) == len(numbers)
    orders = tuple(
        replace(
            base,
            order_number=number,
            total=own[index] if each else None,
            subtotal=None,
            shipping=None,
            discount=None,
            tax=None,
            lines=to_lines(groups[number.value], meaning),
        )
        for index, number in enumerate(numbers)
    )
    return orders, "", None if each else amounts.total


def _places(view: View, numbers: list[Value[str]]) -> list[tuple[int, str]]:
    """(line, number) wherever a number stands in the body, in order."""
    return [
        (index, number.value)
        for index, line in enumerate(view.lines)
        for number in numbers
        if number.value in line.text.replace(" ", "")
    ]


def _order_facts(view: View, gist: Gist, amounts: Amounts, orders: int) -> OrderFacts:
    money = gist.kind in ORDER_KINDS
    currency = _currency(view, amounts)
    eta = (days_of_several if orders > 1 else find_eta)(view, gist.status.status) if money else None
    return OrderFacts(
        ordered_at=_ordered_at(view) if money else None,
        seller=shop.seller(view),
        currency=_beside(amounts.total or amounts.refund, currency),
        subtotal=amounts.subtotal if money else None,
        shipping=amounts.shipping if money else None,
        discount=amounts.discount if money else None,
        tax=amounts.tax if money else None,
        total=amounts.total if money else None,
        refund=(amounts.refund or amounts.total) if gist.kind == Kind.REFUND else None,
        eta_from=eta[0] if eta else None,
        eta_to=eta[1] if eta else None,
    )


def _beside(amount: Value[Decimal] | None, currency: str) -> Value[str] | None:
    """The currency as read with an amount: it stands where the amount stands."""
    if amount is None or not currency:
        return None
    return Value(currency, amount.raw, amount.span, amount.confidence, amount.source)


def currency_beside(view: View, amount: Value[Decimal]) -> Value[str] | None:
    """The currency of an amount, as printed with it or as the mail lets it be told; None if it does not."""
    printed = next((money.currency for money in find_money(amount.raw) if money.currency), "")
    return _beside(amount, printed or _inferred(view, amount.raw))


def _currency(view: View, amounts: Amounts) -> str:
    return amounts.currency or _inferred(view, amounts.total_text)


def _inferred(view: View, printed: str) -> str:
    """By the sender's country, the author's own, the addresses in the mail or its language."""
    by_country = country_currency(view.document.headers.sender.domain)
    known = by_country or (view.definition.currency if view.definition else "")
    if known:
        return known
    if "$" in printed:
        return dollar_of(line.text for line in view.document.body())
    return "SEK" if view.document.language == "sv" and "kr" in printed.lower() else ""


def _ordered_at(view: View) -> Value[datetime | date] | None:
    for hit in labelled(view, "order_date", following=1):
        for found in find_dates(hit.text[:60], base=view.base, dayfirst=view.dayfirst):
            if view.base is None or -400 <= (found.first - view.base).days <= 1:
                return view.value(found.first, hit.span(found.start, found.end), "label")
    return None


def _identity(amounts: Amounts, items: Sequence[Item]) -> tuple[str, str]:
    rows = [
        (
            item.quantity.value if item.quantity else None,
            item.price.value if item.price else None,
            item.line_total.value if item.line_total else None,
        )
        for item in items
    ]
    return find_identity(
        rows,
        subtotal=_amount(amounts.subtotal),
        shipping=_amount(amounts.shipping),
        discount=_amount(amounts.discount),
        tax=_amount(amounts.tax),
        total=_amount(amounts.total),
    )


def _amount(value: Value[Decimal] | None) -> Decimal | None:
    return value.value if value else None


def _shipments(view: View, gist: Gist, numbers: list[Value[str]]) -> tuple[ShipmentFacts, ...]:
    """One parcel per tracking number; without a number one that its order numbers or its carrier's words stand for."""
    tracked = find_tracking(view, numbers)
    status = gist.status.value
    eta = (days_of_several if len(tracked) > 1 else find_eta)(view, status.value)
    sender = shop.merchant(view) if view.carrier else None
    base = ShipmentFacts(
        status=status,
        merchant=sender,
        eta_from=eta[0] if eta else None,
        eta_to=eta[1] if eta else None,
        order_numbers=tuple(numbers),
    )
    if not tracked:
        return (_named(view, base),) if numbers else ()
    parcels = []
    for one in tracked:
        key = one.carrier_value
        name = replace(key, value=view.carriers.name(one.carrier)) if key else None
        via = key if key and view.carriers.is_aggregator(one.carrier) else None
        parcels.append(
            replace(
                base,
                tracking_number=one.number,
                carrier=None if via else key,
                carrier_name=None if via else name,
                via=via,
            )
        )
    return tuple(parcels)


def _named(view: View, parcel: ShipmentFacts) -> ShipmentFacts:
    carrier = named_carrier(view)
    if carrier is None:
        return parcel
    return replace(parcel, carrier=carrier, carrier_name=replace(carrier, value=view.carriers.name(carrier.value)))

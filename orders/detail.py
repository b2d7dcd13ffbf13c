"""What the page of one order shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from accounts.access import member_of
from common import panels
from common.templatetags.flux import mail_address
from orders.identity import identity_of
from orders.models import Order, OrderContribution, TypedValue
from orders.values import LABELS, Presenter, Refusal

KINDS = {
    "order_confirmation": "Order confirmation",
    "invoice": "Invoice",
    "shipping": "On its way",
    "out_for_delivery": "Out for delivery",
    "delivered": "Delivered",
    "exception": "A problem on the way",
    "cancelled": "Cancellation",
    "refund": "Refund",
}


@dataclass(frozen=True, slots=True)
class MailView:
    """One e-mail behind an order: what it is, who wrote it, when, and where its page is."""

    words: str
    author: str
    sent_at: datetime | None
    address: str


@dataclass(frozen=True, slots=True)
class OtherView:
    """A value that another e-mail states and that was not chosen."""

    label: str
    value: str
    address: str


@dataclass(frozen=True, slots=True)
class TypedView:
    """One value that the member set."""

    label: str
    value: str
    at: datetime
    field: str
    line: str


def order_page(request: HttpRequest, order: Order, *, refusal: Refusal | None = None) -> dict[str, Any]:
    """Template context for one order with its lines at hand. `refusal`: the form to show open, with its fault."""
    presenter = Presenter(order, locale=member_of(request).locale, refusal=refusal)
    lines = presenter.lines()
    return {
        "order": order,
        "facts": presenter.facts(),
        "lines": lines,
        "units": sum(line.line.quantity or 0 for line in lines),
        "totals": presenter.totals(),
        "missing": (missing := presenter.missing()),
        "missing_open": any(value.error for value in missing),
        "identity": identity_of(order, [line.line for line in lines], locale=member_of(request).locale),
        "mails": mails_of(order),
        "typed": typed_of(order),
        "others": others_of(order),
        "parcels": panels.render("order.parcels", request, order),
        "panels": panels.render("order.emails", request, order),
    }


def mails_of(order: Order) -> list[MailView]:
    """The e-mails that speak of an order, oldest first."""
    mails = {row.sha256: row.mail for row in OrderContribution.objects.filter(order=order).only("sha256", "mail")}
    views = [
        MailView(
            words=KINDS.get(mail.get("kind", ""), "E-mail"),
            author=mail.get("author", ""),
            sent_at=datetime.fromisoformat(mail["sent_at"]) if mail.get("sent_at") else None,
            address=mail_address({"sha256": sha256}),
        )
        for sha256, mail in mails.items()
    ]
    return sorted(views, key=lambda view: (view.sent_at is None, view.sent_at, view.address))


def typed_of(order: Order) -> list[TypedView]:
    """What the member set by hand on an order, newest first."""
    rows = TypedValue.objects.of(order.member_id).filter(order_key__in=_names(order)).order_by("-typed_at")
    return [
        TypedView(LABELS.get(row.field, row.field), str(row.value), row.typed_at, row.field, row.line_key)
        for row in rows
    ]


def _names(order: Order) -> list[str]:
    """What the order was called when a person typed: its key, or a mail of it that came before the number."""
    return [order.key, *(f"mail:{sha256}" for sha256 in order.source_emails)]


def others_of(order: Order) -> list[OtherView]:
    """Where the e-mails disagree: what else they say, with the words that say it."""
    return [
        OtherView(LABELS[field], str(one.get("raw") or one.get("value")), mail_address(one))
        for field, said in order.history.items()
        if field in LABELS
        for one in said
    ]

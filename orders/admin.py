"""Orders in the admin: computed from what e-mails say and people typed, so all but a brand's name is to look at."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from common.admin import (
    NOTHING,
    ActingAdmin,
    ReadOnlyAdmin,
    ReadOnlyInline,
    colours,
    link,
    list_url,
    mail_links,
    pretty,
)
from orders.models import Order, OrderContribution, OrderLine, OrderStatus, Retailer, TypedValue

STATUS_COLOURS = colours(
    OrderStatus,
    {
        OrderStatus.DELIVERED: "success",
        OrderStatus.CANCELLED: "danger",
        OrderStatus.REFUNDED: "danger",
        OrderStatus.SHIPPED: "info",
        OrderStatus.PARTIALLY_SHIPPED: "info",
        OrderStatus.PARTIALLY_DELIVERED: "info",
    },
)


class ContributionAdmin(ReadOnlyAdmin):
    """What one e-mail says of one thing, which `list_display` and `fields` of the class below name."""

    list_filter = [("member", AutocompleteSelectFilter)]
    ordering = ["-pk"]
    readonly_fields = ["emails", "said_in", "says"]

    @display(description="E-mail", ordering="sha256")
    def short(self, row: Any) -> str:
        return row.sha256[:12]

    @display(description="Kind")
    def kind(self, row: Any) -> str:
        return row.mail.get("kind") or NOTHING

    @display(description="E-mail")
    def emails(self, row: Any) -> Any:
        return mail_links(row.member_id, [row.sha256])

    @display(description="The e-mail as read")
    def said_in(self, row: Any) -> Any:
        return pretty(row.mail)

    @display(description="What it says")
    def says(self, row: Any) -> Any:
        return pretty(row.part)


class ContributionInline(ReadOnlyInline):
    """The same below that thing, each with a link to its page."""

    verbose_name_plural = "What e-mails say"
    fields = ["mail_link", "position", "kind"]
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("part", "keys").order_by("pk")

    @display(description="E-mail")
    def mail_link(self, row: Any) -> Any:
        return mail_links(row.member_id, [row.sha256])

    @display(description="Says")
    def kind(self, row: Any) -> Any:
        url = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk])
        return link(row.mail.get("kind") or "something", url)


@admin.register(Retailer)
class RetailerAdmin(ActingAdmin):
    """A brand comes into being with its first order and stays with its orders; its name is for people."""

    list_display = ["name", "key"]
    search_fields = ["name", "key"]
    fields = ["name", "key", "their_orders"]
    readonly_fields = ["key", "their_orders"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description="Orders")
    def their_orders(self, retailer: Retailer) -> Any:
        return link("Orders of this brand", list_url("orders_order", retailer__id__exact=retailer.pk))


class OrderLineInline(ReadOnlyInline):
    model = OrderLine
    verbose_name_plural = "Lines"
    fields = ["title", "sku", "quantity", "cancelled_quantity", "unit_price", "line_total"]


class OrderContributionInline(ContributionInline):
    model = OrderContribution


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    list_display = ["name", "member", "status_label", "amount", "placed_at", "eta_to"]
    list_filter = ["status", ("member", AutocompleteSelectFilter), ("retailer", AutocompleteSelectFilter), "placed_at"]
    list_select_related = ["member"]
    search_fields = ["number", "number_key", "retailer_name", "member__username"]
    search_help_text = "Order number, shop or member"
    ordering = ["-pk"]
    inlines = [OrderLineInline, OrderContributionInline]
    fieldsets = [
        (None, {"fields": ["member", "retailer", "retailer_name", "seller", "number", "status", "archived_at"]}),
        ("When", {"fields": ["ordered_at", "placed_at", "eta_from", "eta_to"]}),
        (
            "Amounts",
            {"fields": ["currency", "subtotal", "shipping", "discount", "tax", "total", "refunded", "identity"]},
        ),
        ("Where it comes from", {"fields": ["emails", "related", "key", "sources", "others"]}),
    ]
    readonly_fields = ["emails", "related", "sources", "others"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        return super().get_queryset(request).defer("provenance", "history", "source_emails")

    @display(description="Order", ordering="retailer_name")
    def name(self, order: Order) -> str:
        return str(order)

    @display(description="Status", ordering="status", label=STATUS_COLOURS)
    def status_label(self, order: Order) -> tuple[str, str]:
        return order.status, order.get_status_display()

    @display(description="Total", ordering="total")
    def amount(self, order: Order) -> str:
        return NOTHING if order.total is None else f"{order.total} {order.currency}".strip()

    @display(description="E-mails")
    def emails(self, order: Order) -> Any:
        return mail_links(order.member_id, order.source_emails)

    @display(description="Parcels")
    def related(self, order: Order) -> Any:
        return link("Parcels of this order", list_url("tracking_shipmentorder", order__id__exact=order.pk))

    @display(description="Where values come from")
    def sources(self, order: Order) -> Any:
        return pretty(order.provenance)

    @display(description="Values not chosen")
    def others(self, order: Order) -> Any:
        return pretty(order.history)


@admin.register(OrderLine)
class OrderLineAdmin(ReadOnlyAdmin):
    list_display = ["title", "order", "sku", "quantity", "unit_price", "line_total"]
    list_select_related = ["order"]
    search_fields = ["title", "sku", "order__number"]
    search_help_text = "Title, SKU or order number"
    ordering = ["-pk"]
    fields = [
        "order", "title", "sku", "quantity", "cancelled_quantity", "unit_price", "line_total", "image", "key",
        "sources",
    ]  # fmt: skip
    readonly_fields = ["sources"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrderLine]:
        return super().get_queryset(request).defer("provenance", *_order_deferred())

    @display(description="Where values come from")
    def sources(self, line: OrderLine) -> Any:
        return pretty(line.provenance)


@admin.register(OrderContribution)
class OrderContributionAdmin(ContributionAdmin):
    list_display = ["short", "kind", "member", "order", "position"]
    list_select_related = ["member", "order"]
    search_fields = ["sha256", "order__number", "member__username"]
    search_help_text = "sha256 of the e-mail, order number or member"
    fields = ["member", "emails", "position", "order", "keys", "said_in", "says"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrderContribution]:
        return super().get_queryset(request).defer("part", "keys", *_order_deferred())


@admin.register(TypedValue)
class TypedValueAdmin(ReadOnlyAdmin):
    list_display = ["field", "order_key", "line_key", "member", "typed_at"]
    list_filter = [("member", AutocompleteSelectFilter)]
    list_select_related = ["member"]
    search_fields = ["order_key", "field", "member__username"]
    ordering = ["-pk"]
    fields = ["member", "order_key", "line_key", "field", "value", "typed_at"]


def _order_deferred() -> list[str]:
    """Columns of a joined order that no list shows."""
    return [f"order__{name}" for name in ("provenance", "history", "source_emails")]

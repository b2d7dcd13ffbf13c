"""Parcels in the admin: computed from what e-mails say and people typed, so all of it is to look at."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from common.admin import NOTHING, ReadOnlyAdmin, ReadOnlyInline, colours, link, list_url, mail_links, pretty
from orders.admin import ContributionAdmin, ContributionInline
from tracking.models import (
    Carrier,
    OrderlessParcel,
    PendingLink,
    RemovedParcel,
    Shipment,
    ShipmentContribution,
    ShipmentEvent,
    ShipmentOrder,
    ShipmentStatus,
    TypedLink,
    TypedStatus,
)

STATUS_COLOURS = colours(
    ShipmentStatus,
    {
        ShipmentStatus.DELIVERED: "success",
        ShipmentStatus.COLLECTED: "success",
        ShipmentStatus.EXCEPTION: "danger",
        ShipmentStatus.RETURNED: "danger",
        ShipmentStatus.CANCELLED: "danger",
        ShipmentStatus.READY_FOR_PICKUP: "warning",
        ShipmentStatus.OUT_FOR_DELIVERY: "info",
        ShipmentStatus.IN_TRANSIT: "info",
        ShipmentStatus.SHIPPED: "info",
    },
)
_TYPED = "typed"


@admin.register(Carrier)
class CarrierAdmin(ReadOnlyAdmin):
    """Carriers follow the book of tracking numbers; `repair_tracking` mends those under two names."""

    list_display = ["name", "key"]
    search_fields = ["name", "key"]
    fields = ["name", "key", "their_parcels"]
    readonly_fields = ["their_parcels"]

    @display(description="Parcels")
    def their_parcels(self, carrier: Carrier) -> Any:
        return link("Parcels of this carrier", list_url("tracking_shipment", carrier__id__exact=carrier.pk))


class ShipmentEventInline(ReadOnlyInline):
    model = ShipmentEvent
    verbose_name_plural = "Events"
    fields = ["position", "status", "at", "author", "source"]


class ShipmentOrderInline(ReadOnlyInline):
    model = ShipmentOrder
    verbose_name_plural = "Orders"
    fields = ["order", "how"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("order")


class ShipmentContributionInline(ContributionInline):
    model = ShipmentContribution


@admin.register(Shipment)
class ShipmentAdmin(ReadOnlyAdmin):
    list_display = ["number", "carrier", "member", "status_label", "status_at", "eta_to", "needs_attention"]
    list_filter = [
        "status",
        "needs_attention",
        ("member", AutocompleteSelectFilter),
        ("carrier", AutocompleteSelectFilter),
        "status_at",
    ]
    list_select_related = ["member", "carrier"]
    search_fields = ["tracking_number", "number_key", "merchant", "member__username"]
    search_help_text = "Tracking number, shop or member"
    ordering = ["-pk"]
    inlines = [ShipmentEventInline, ShipmentOrderInline, ShipmentContributionInline]
    fieldsets = [
        (None, {"fields": ["member", "carrier", "via", "tracking_number", "further_numbers", "merchant"]}),
        ("Where it is", {"fields": ["status", "status_at", "needs_attention", "shipped_at", "delivered_at"]}),
        ("Expected", {"fields": ["eta_from", "eta_to"]}),
        ("Where it comes from", {"fields": ["emails", "key", "sources"]}),
    ]
    readonly_fields = ["further_numbers", "emails", "sources"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Shipment]:
        return super().get_queryset(request).defer("provenance", "source_emails")

    @display(description="Parcel", ordering="tracking_number")
    def number(self, parcel: Shipment) -> str:
        return str(parcel)

    @display(description="Status", ordering="status", label=STATUS_COLOURS)
    def status_label(self, parcel: Shipment) -> tuple[str, str]:
        return parcel.status, parcel.get_status_display()

    @display(description="Further numbers")
    def further_numbers(self, parcel: Shipment) -> str:
        return ", ".join(parcel.aliases) or NOTHING

    @display(description="E-mails")
    def emails(self, parcel: Shipment) -> Any:
        return mail_links(parcel.member_id, parcel.source_emails)

    @display(description="Where values come from")
    def sources(self, parcel: Shipment) -> Any:
        return pretty(parcel.provenance)


@admin.register(ShipmentOrder)
class ShipmentOrderAdmin(ReadOnlyAdmin):
    list_display = ["shipment", "order", "how"]
    list_filter = ["how"]
    list_select_related = ["shipment", "order"]
    search_fields = ["shipment__tracking_number", "order__number"]
    ordering = ["-pk"]


@admin.register(ShipmentEvent)
class ShipmentEventAdmin(ReadOnlyAdmin):
    list_display = ["shipment", "status_label", "at", "author", "said_by"]
    list_filter = ["status"]
    list_select_related = ["shipment"]
    search_fields = ["shipment__tracking_number", "source", "author"]
    ordering = ["-pk"]
    fields = ["shipment", "position", "status", "at", "author", "emails"]
    readonly_fields = ["emails"]

    @display(description="Status", ordering="status", label=STATUS_COLOURS)
    def status_label(self, event: ShipmentEvent) -> tuple[str, str]:
        return event.status, event.get_status_display()

    @display(description="Said by", ordering="source")
    def said_by(self, event: ShipmentEvent) -> str:
        return "the member" if event.source == _TYPED else event.source[:12]

    @display(description="E-mail")
    def emails(self, event: ShipmentEvent) -> Any:
        return "the member" if event.source == _TYPED else mail_links(event.shipment.member_id, [event.source])


@admin.register(ShipmentContribution)
class ShipmentContributionAdmin(ContributionAdmin):
    list_display = ["short", "kind", "member", "shipment", "position"]
    list_select_related = ["member", "shipment"]
    search_fields = ["sha256", "shipment__tracking_number", "member__username"]
    search_help_text = "sha256 of the e-mail, tracking number or member"
    fields = ["member", "emails", "position", "shipment", "keys", "said_in", "says"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ShipmentContribution]:
        heavy = ("part", "keys", "shipment__provenance", "shipment__source_emails")
        return super().get_queryset(request).defer(*heavy)


@admin.register(PendingLink)
class PendingLinkAdmin(ReadOnlyAdmin):
    list_display = ["order_key", "member", "short", "expires_at"]
    list_filter = [("member", AutocompleteSelectFilter)]
    list_select_related = ["member"]
    search_fields = ["order_key", "sha256", "member__username"]
    ordering = ["-pk"]
    fields = ["member", "order_key", "emails", "expires_at"]
    readonly_fields = ["emails"]

    @display(description="E-mail", ordering="sha256")
    def short(self, row: PendingLink) -> str:
        return row.sha256[:12]

    @display(description="E-mail")
    def emails(self, row: PendingLink) -> Any:
        return mail_links(row.member_id, [row.sha256])


@admin.register(RemovedParcel)
class RemovedParcelAdmin(ReadOnlyAdmin):
    list_display = ["shipment_key", "member", "at"]
    list_filter = [("member", AutocompleteSelectFilter)]
    list_select_related = ["member"]
    search_fields = ["shipment_key", "member__username"]
    ordering = ["-pk"]
    fields = ["member", "shipment_key", "emails", "at"]
    readonly_fields = ["emails"]

    @display(description="E-mails")
    def emails(self, row: RemovedParcel) -> Any:
        return mail_links(row.member_id, row.sha256s)


@admin.register(OrderlessParcel)
class OrderlessParcelAdmin(ReadOnlyAdmin):
    list_display = ["shipment_key", "member", "at"]
    list_filter = [("member", AutocompleteSelectFilter)]
    list_select_related = ["member"]
    search_fields = ["shipment_key", "member__username"]
    ordering = ["-pk"]
    fields = ["member", "shipment_key", "at"]


@admin.register(TypedLink)
class TypedLinkAdmin(ReadOnlyAdmin):
    list_display = ["shipment_key", "order_key", "linked", "member", "at"]
    list_filter = ["linked", ("member", AutocompleteSelectFilter)]
    list_select_related = ["member"]
    search_fields = ["shipment_key", "order_key", "member__username"]
    ordering = ["-pk"]
    fields = ["member", "shipment_key", "order_key", "linked", "at"]


@admin.register(TypedStatus)
class TypedStatusAdmin(ReadOnlyAdmin):
    list_display = ["shipment_key", "status", "member", "at"]
    list_filter = ["status", ("member", AutocompleteSelectFilter)]
    list_select_related = ["member"]
    search_fields = ["shipment_key", "member__username"]
    ordering = ["-pk"]
    fields = ["member", "shipment_key", "status", "at"]

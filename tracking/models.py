"""Where parcels are: shipments with their events, what each e-mail said of them, and their orders."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from common.models import MemberOwned
from orders.models import Order


class ShipmentStatus(models.TextChoices):
    PENDING = "pending", "Pending"
    LABEL_CREATED = "label_created", "Label created"
    SHIPPED = "shipped", "Shipped"
    IN_TRANSIT = "in_transit", "In transit"
    OUT_FOR_DELIVERY = "out_for_delivery", "Out for delivery"
    READY_FOR_PICKUP = "ready_for_pickup", "Ready for pick-up"
    COLLECTED = "collected", "Collected"
    DELIVERED = "delivered", "Delivered"
    EXCEPTION = "exception", "Problem"
    RETURNED = "returned", "Returned"
    CANCELLED = "cancelled", "Cancelled"


class Carrier(models.Model):
    """A parcel carrier; shared by all members."""

    key = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=120)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Shipment(MemberOwned):
    """One parcel of one member: the fold of all that its e-mails say and of what people typed."""

    key = models.CharField(max_length=220, help_text="What identifies it among the member's parcels; never shown.")
    carrier = models.ForeignKey(Carrier, on_delete=models.PROTECT, null=True, blank=True, related_name="shipments")
    via = models.CharField(max_length=80, blank=True, help_text="Key of an aggregator that writes for the carrier.")
    tracking_number = models.CharField(max_length=60, blank=True, help_text="As printed.")
    number_key = models.CharField(max_length=60, blank=True, help_text="Upper case without spaces and hyphens.")
    aliases = models.JSONField(default=list, help_text="Further numbers of the same parcel, sorted.")
    merchant = models.CharField(max_length=120, blank=True)
    status = models.CharField(max_length=20, choices=ShipmentStatus, default=ShipmentStatus.PENDING)
    status_at = models.DateTimeField(null=True, blank=True)
    shipped_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    eta_from = models.DateField(null=True, blank=True)
    eta_to = models.DateField(null=True, blank=True)
    needs_attention = models.BooleanField(default=False)
    provenance = models.JSONField(default=dict, help_text="Field -> where its value comes from.")
    source_emails = models.JSONField(default=list, help_text="sha256 of every e-mail that speaks of it, sorted.")

    class Meta:
        ordering = ["-status_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["member", "key"], name="shipment_key_once")]
        indexes = [
            models.Index(fields=["member", "status", "eta_to", "id"], name="shipment_by_eta"),
            models.Index(fields=["member", "-status_at", "-id"], name="shipment_newest"),
            models.Index(fields=["member", "number_key"], name="shipment_by_number"),
        ]

    def __str__(self) -> str:
        return self.tracking_number or "Parcel without a number"


class ShipmentOrder(models.Model):
    """A parcel holds (part of) an order."""

    class How(models.TextChoices):
        RULE = "rule", "Linked by its e-mails"
        PERSON = "person", "Linked by hand"

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="order_links")
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="shipment_links")
    how = models.CharField(max_length=8, choices=How, default=How.RULE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shipment", "order"], name="shipmentorder_once")]


class ShipmentEvent(models.Model):
    """Something that happened to a parcel, as one e-mail or a person says."""

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="events")
    position = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=20, choices=ShipmentStatus)
    at = models.DateTimeField(null=True, blank=True)
    source = models.CharField(max_length=64, help_text="sha256 of an e-mail, or `typed`.")
    author = models.CharField(max_length=253, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["shipment", "position"], name="shipmentevent_position_once")]


class ShipmentContribution(MemberOwned):
    """What one e-mail says of one parcel. Replaced when the e-mail is read again, never edited."""

    sha256 = models.CharField(max_length=64)
    position = models.PositiveSmallIntegerField()
    keys = ArrayField(
        models.CharField(max_length=220), help_text="By which contributions that may belong together meet."
    )
    mail = models.JSONField(help_text="Sent time, author, kind and definition of the e-mail.")
    part = models.JSONField(help_text="The values with their evidence.")
    shipment = models.ForeignKey(
        Shipment, on_delete=models.SET_NULL, null=True, blank=True, related_name="contributions"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "sha256", "position"], name="shipmentcontribution_once")
        ]
        indexes = [GinIndex(fields=["keys"], name="shipmentcontribution_keys")]


class PendingLink(MemberOwned):
    """An e-mail that names an order which is not there (yet)."""

    sha256 = models.CharField(max_length=64)
    order_key = models.CharField(max_length=200)
    expires_at = models.DateTimeField(null=True, blank=True, help_text="30 days after the e-mail was sent.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "sha256", "order_key"], name="pendinglink_once")]


class TypedLink(MemberOwned):
    """A person says that a parcel belongs to an order, or that it does not. Rules never change it."""

    shipment_key = models.CharField(max_length=220)
    order_key = models.CharField(max_length=200)
    linked = models.BooleanField(default=True)
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "shipment_key", "order_key"], name="typedlink_once")]


class TypedStatus(MemberOwned):
    """A status that a person set for a parcel: an event like any other, and the last word."""

    shipment_key = models.CharField(max_length=220)
    status = models.CharField(max_length=20, choices=ShipmentStatus)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "shipment_key"], name="typedstatus_once")]


class RemovedParcel(MemberOwned):
    """A parcel of no order that was removed, by a person or by the repair; its mails stay where they are."""

    shipment_key = models.CharField(max_length=220)
    sha256s = models.JSONField(default=list, help_text="The e-mails that spoke of it. Another one brings it back.")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "shipment_key"], name="removedparcel_once")]


class OrderlessParcel(MemberOwned):
    """A person says that a parcel belongs to no order, so that nobody asks again. A link made later outranks it."""

    shipment_key = models.CharField(max_length=220)
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "shipment_key"], name="orderlessparcel_once")]

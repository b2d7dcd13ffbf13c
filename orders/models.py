"""What was bought: orders with their lines, what each e-mail said of them, and what people typed."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from common.dates import day_or_instant
from common.models import MemberOwned


class OrderStatus(models.TextChoices):
    CONFIRMED = "confirmed", "Confirmed"
    PARTIALLY_SHIPPED = "partially_shipped", "Partially shipped"
    SHIPPED = "shipped", "Shipped"
    PARTIALLY_DELIVERED = "partially_delivered", "Partially delivered"
    DELIVERED = "delivered", "Delivered"
    CANCELLED = "cancelled", "Cancelled"
    REFUNDED = "refunded", "Refunded"


class Retailer(models.Model):
    """A brand that people buy from; shared by all members."""

    key = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=120)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Order(MemberOwned):
    """One order of one member: the fold of all that its e-mails say and of what people typed."""

    key = models.CharField(max_length=200, help_text="retailer:number, or mail:sha256 for an order without a number.")
    retailer = models.ForeignKey(Retailer, on_delete=models.PROTECT, related_name="orders")
    number = models.CharField(max_length=80, blank=True, help_text="As printed.")
    number_key = models.CharField(max_length=80, blank=True, help_text="Upper case without spaces and #.")
    retailer_name = models.CharField(max_length=120)
    seller = models.CharField(max_length=120, blank=True)
    ordered_at = models.CharField(max_length=32, blank=True, help_text="ISO date or time as the e-mail means it.")
    placed_at = models.DateTimeField(
        null=True, blank=True, help_text="For sorting: when it was ordered, or first heard of."
    )
    currency = models.CharField(max_length=3, blank=True, help_text="ISO 4217, empty if no e-mail tells.")
    subtotal = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    shipping = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    discount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    tax = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    total = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    refunded = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    eta_from = models.DateField(null=True, blank=True)
    eta_to = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=20, choices=OrderStatus, default=OrderStatus.CONFIRMED)
    identity = models.CharField(max_length=2, blank=True, help_text="The price identity that holds, such as I3.")
    provenance = models.JSONField(default=dict, help_text="Field -> where its value comes from.")
    history = models.JSONField(default=dict, help_text="Field -> values of other e-mails that were not chosen.")
    source_emails = models.JSONField(default=list, help_text="sha256 of every e-mail that speaks of it, sorted.")
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-placed_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["member", "key"], name="order_key_once")]
        indexes = [
            models.Index(fields=["member", "-placed_at", "-id"], name="order_newest"),
            models.Index(fields=["member", "status", "-placed_at", "-id"], name="order_by_status"),
            models.Index(fields=["member", "number_key"], name="order_by_number"),
        ]

    def __str__(self) -> str:
        return f"{self.retailer_name} {self.number}".strip()

    @property
    def placed(self) -> date | datetime | None:
        """When it was ordered, a day or an instant as the e-mail means it; else when it was first heard of."""
        return day_or_instant(self.ordered_at) if self.ordered_at else self.placed_at

    @property
    def is_partially_cancelled(self) -> bool:
        """Some pieces were cancelled, the order as a whole was not."""
        return self.status != OrderStatus.CANCELLED and any(line.cancelled_quantity for line in self.lines.all())

    @property
    def expected_refund(self) -> Decimal | None:
        """What the cancelled pieces cost, less what came back; None if none was cancelled or a price is not known."""
        cancelled = [line for line in self.lines.all() if line.cancelled_quantity]
        prices = [line.unit_price for line in cancelled if line.unit_price is not None]
        if not cancelled or len(prices) < len(cancelled):
            return None
        due = sum((price * line.cancelled_quantity for price, line in zip(prices, cancelled, strict=True)), Decimal(0))
        return max(Decimal(0), due - (self.refunded or Decimal(0)))


class OrderLine(models.Model):
    """One item of an order. `key` is stable across folds, so that what hangs on a line stays with it."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    key = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=500)
    sku = models.CharField(max_length=80, blank=True)
    quantity = models.PositiveIntegerField(null=True, blank=True)
    cancelled_quantity = models.PositiveIntegerField(default=0)
    unit_price = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    line_total = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    image = models.CharField(max_length=1000, blank=True)
    provenance = models.JSONField(default=dict)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["order", "key"], name="orderline_key_once")]

    def __str__(self) -> str:
        return self.title


class OrderContribution(MemberOwned):
    """What one e-mail says of one order. Replaced when the e-mail is read again, never edited."""

    sha256 = models.CharField(max_length=64)
    position = models.PositiveSmallIntegerField()
    keys = ArrayField(
        models.CharField(max_length=220), help_text="By which contributions that may belong together meet."
    )
    mail = models.JSONField(help_text="Sent time, author, kind and definition of the e-mail.")
    part = models.JSONField(help_text="The values with their evidence.")
    order = models.ForeignKey(Order, on_delete=models.SET_NULL, null=True, blank=True, related_name="contributions")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "sha256", "position"], name="ordercontribution_once")]
        indexes = [GinIndex(fields=["keys"], name="ordercontribution_keys")]


class TypedValue(MemberOwned):
    """A value that a person typed for a field of an order or of one of its lines; e-mails cannot change it."""

    order_key = models.CharField(max_length=200)
    line_key = models.CharField(max_length=120, blank=True, help_text="Empty for a field of the order itself.")
    field = models.CharField(max_length=24)
    value: Any = models.JSONField(null=True)
    typed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "order_key", "line_key", "field"], name="typedvalue_field_once")
        ]

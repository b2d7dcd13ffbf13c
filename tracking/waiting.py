"""E-mails that name an order which is not there: whose order is there by now, and whose wait is over."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat, Now

from orders.models import Order
from tracking.models import PendingLink


def answered() -> QuerySet[PendingLink]:
    """Links whose order may be there: it has the name, or the number where the e-mail names no shop (rule R7)."""
    mine = Order.objects.filter(member=OuterRef("member"))
    named = Exists(mine.filter(key=OuterRef("order_key")))
    numbered = Exists(mine.annotate(name=Concat(Value(":"), F("number_key"))).filter(name=OuterRef("order_key")))
    return PendingLink.objects.filter(named | (Q(order_key__startswith=":") & numbered))


def expired() -> QuerySet[PendingLink]:
    """Links of e-mails sent so long ago that their order will hardly come, by the clock of the database."""
    return PendingLink.objects.filter(expires_at__lte=Now())

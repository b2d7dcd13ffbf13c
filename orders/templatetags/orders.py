"""How an order's state and day look: the same on every page."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from common.templatetags.flux import day, status_words, when
from orders.models import Order, OrderStatus

register = template.Library()

# status: (glyph, family). Outline is under way or partly, filled is final.
_LOOKS = {
    OrderStatus.CONFIRMED: ("check2-square", "slate"),
    OrderStatus.PARTIALLY_SHIPPED: ("box-arrow-up", "blue"),
    OrderStatus.SHIPPED: ("truck", "blue"),
    OrderStatus.PARTIALLY_DELIVERED: ("check-circle", "green"),
    OrderStatus.DELIVERED: ("check-circle-fill", "green"),
    OrderStatus.CANCELLED: ("slash-circle", "slate"),
    OrderStatus.REFUNDED: ("arrow-counterclockwise", "plum"),
}


@register.simple_tag(takes_context=True)
def placed(context: Context, order: Order) -> SafeString:
    """When it was ordered, in short. A day stays the day that the e-mail names, in whatever zone it is read."""
    moment = order.placed
    return when(context, moment) if isinstance(moment, datetime) or moment is None else day(context, moment)


@register.simple_tag
def order_status(status: str, chip: bool = False) -> SafeString:
    """An order's status as glyph and words."""
    known = OrderStatus(status)
    glyph, family = _LOOKS[known]
    return status_words(glyph, family, str(known.label), chip=chip, off=known == OrderStatus.CANCELLED)

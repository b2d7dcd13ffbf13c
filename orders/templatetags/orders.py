"""How an order's state looks: the same glyph, hue and words on every page."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from common.templatetags.flux import status_words
from orders.models import OrderStatus

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


@register.simple_tag
def order_status(status: str, chip: bool = False) -> SafeString:
    """An order's status as glyph and words."""
    known = OrderStatus(status)
    glyph, family = _LOOKS[known]
    return status_words(glyph, family, str(known.label), chip=chip, off=known == OrderStatus.CANCELLED)

"""How a parcel's state looks: glyph, hue and words, and the rail of its five steps."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from common.templatetags.flux import rail_bar, status_words
from tracking.models import Shipment, ShipmentStatus
from tracking.timeline import is_moving, is_quiet

register = template.Library()

# status: (glyph, family, steps done of label, shipped, in transit, out for delivery, delivered)
_LOOKS = {
    ShipmentStatus.PENDING: ("hourglass", "slate", 0),
    ShipmentStatus.LABEL_CREATED: ("upc", "slate", 1),
    ShipmentStatus.SHIPPED: ("box-arrow-up", "blue", 2),
    ShipmentStatus.IN_TRANSIT: ("truck", "blue", 3),
    ShipmentStatus.OUT_FOR_DELIVERY: ("geo-alt-fill", "teal", 4),
    ShipmentStatus.READY_FOR_PICKUP: ("bag-check-fill", "amber", 4),
    ShipmentStatus.COLLECTED: ("bag-check-fill", "green", 5),
    ShipmentStatus.DELIVERED: ("check-circle-fill", "green", 5),
    ShipmentStatus.EXCEPTION: ("exclamation-triangle-fill", "red", 3),
    ShipmentStatus.RETURNED: ("arrow-return-left", "plum", 3),
    ShipmentStatus.CANCELLED: ("slash-circle", "slate", 0),
}


@register.simple_tag
def parcel_status(status: str, chip: bool = False) -> SafeString:
    """A parcel's status as glyph and words."""
    known = ShipmentStatus(status)
    glyph, family, _ = _LOOKS[known]
    return status_words(glyph, family, str(known.label), chip=chip, off=known == ShipmentStatus.CANCELLED)


@register.simple_tag
def rail(status: str, broad: bool = False) -> SafeString:
    """A parcel's five steps; nothing for a cancelled one."""
    known = ShipmentStatus(status)
    _, family, step = _LOOKS[known]
    return SafeString("") if known == ShipmentStatus.CANCELLED else rail_bar(step, family, str(known.label), broad)


@register.simple_tag
def parcel_family(status: str) -> str:
    """The hue class of a status: "blue", "green", …"""
    return _LOOKS[ShipmentStatus(status)][1]


@register.filter
def moving(parcel: Shipment) -> bool:
    """Whether a parcel has not come to an end yet."""
    return is_moving(parcel)


@register.filter
def quiet(parcel: Shipment) -> bool:
    """Whether a parcel under way has not been heard of for long."""
    return is_quiet(parcel)

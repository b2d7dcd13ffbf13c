"""By what contributions that may belong together find each other.

A key is a kind and a value: `o:shop:number`, `n:number` (an order of any shop), `t:shop:currency:total` (orders with
and without a number), `k:number` (a parcel), `p:key` (a shop's own parcel key).
"""

from __future__ import annotations

import re

from orders.facts import OrderPart
from tracking.facts import ShipmentPart

_BLANKS = re.compile(r"[\s#]+")
_SEPARATORS = re.compile(r"[\s\-–.]+")
_SUFFIX = re.compile(r"(?<=\d)(?:-[A-Z]|/\d{1,2})$")
_USPS_ROUTING = re.compile(r"^420\d{5}(?:\d{4})?(?=9\d{21,25}$)")
_SHORT_FORMS = (
    # Australia Post article (23, 21) -> consignment (12, 10); StarTrack label (20) -> consignment (12);
    # CouriersPlease item label -> consignment (two digits of the item behind it)
    (re.compile(r"^([0-9A-Z]{12})\d{11}$"), 1),
    (re.compile(r"^([0-9A-Z]{10})\d{11}$"), 1),
    (re.compile(r"^([0-9A-Z]{4}\d{8})[A-Z]{3}\d{5}$"), 1),
    (re.compile(r"^(CP[0-9A-Z]{10,12})\d{2}$"), 1),
)
_SHORTEST_DIGITS = 12


def order_number_key(number: str) -> str:
    """Rule N1: upper case without spaces and `#`, a split suffix (-A, /1) dropped."""
    return _SUFFIX.sub("", _BLANKS.sub("", number).upper())


def tracking_key(number: str) -> str:
    """Rule N2: upper case without separators and USPS routing prefix."""
    return _USPS_ROUTING.sub("", _SEPARATORS.sub("", number).upper())


def short_forms(key: str) -> list[str]:
    """Rule R14: the consignment numbers that a full article number begins with; none that are short and all digits."""
    found = []
    for pattern, group in _SHORT_FORMS:
        match = pattern.match(key)
        if match and not (match.group(group).isdigit() and len(match.group(group)) < _SHORTEST_DIGITS):
            found.append(match.group(group))
    return found


def order_key(part: OrderPart, sha256: str) -> str:
    """The key of the order that a part speaks of: `shop:number`, or the mail itself where it has no number."""
    return f"{part.retailer}:{order_number_key(part.number)}" if part.number else f"mail:{sha256}"


def order_part_keys(part: OrderPart, sha256: str) -> list[str]:
    """All keys of an order part."""
    keys = [f"t:{part.retailer}:{_total(part)}"] if _total(part) else []
    if not part.number:
        return [*keys, f"m:{sha256}"]
    number = order_number_key(part.number)
    return [*keys, f"o:{part.retailer}:{number}", f"n:{number}"]


def _total(part: OrderPart) -> str:
    return f"{part.facts['total'].value}" if "total" in part.facts else ""


def shipment_part_keys(part: ShipmentPart) -> list[str]:
    """All keys of a shipment part, its numbers' short forms included."""
    numbers = [tracking_key(number) for number in (part.number, *part.aliases) if number]
    keys = [f"k:{form}" for number in numbers for form in (number, *short_forms(number))]
    keys += [f"p:{part.parcel_key}"] if part.parcel_key else []
    for printed in part.order_numbers:
        number = order_number_key(printed)
        keys += [f"o:{part.retailer}:{number}", f"n:{number}"] if part.retailer else [f"n:{number}"]
    return list(dict.fromkeys(keys))

"""By what contributions that may belong together find each other.

A key is a kind and a value: `o:shop:number`, `n:number` (an order of any shop), `m:sha256` (an order without a number),
`t:shop:month:total` (orders with and without a number), `k:number` (a parcel), `p:key` (a shop's own parcel
key). No key is of nothing: an empty number would bring everything together.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime

from orders.facts import OrderPart
from tracking.facts import ShipmentPart

_BLANKS = re.compile(r"[\s#\u200b-\u200d\ufeff]+")
_DASHES = re.compile(r"[\u2010-\u2015\u2212]")
_SEPARATORS = re.compile(r"[\s\-.()\u200b-\u200d\ufeff]+")
_SUFFIX = re.compile(r"(?<=\d)(?:-[A-Z]|/\d{1,2})$")
_USPS_ROUTING = re.compile(r"^420\d{5}(?:\d{4})?(?=9\d{21,25}$)")
_GS1 = re.compile(r"^(?:\]C1)?01\d{14}(?:91|21)(?=[0-9A-Z]{10,}$)")
_SHORT_FORMS = (
    # Australia Post article (23, 21) -> consignment (12, 10); StarTrack label (20) -> consignment (12);
    # CouriersPlease item label -> consignment (two digits of the item behind it)
    re.compile(r"^([0-9A-Z]{12})\d{11}$"),
    re.compile(r"^([0-9A-Z]{10})\d{11}$"),
    re.compile(r"^([0-9A-Z]{4}\d{8})[A-Z]{3}\d{5}$"),
    re.compile(r"^(CP[0-9A-Z]{10,12})\d{2}$"),
)
_SHORTEST_DIGITS = 12
_LONGEST = 180
"""Characters of a name inside a key; what is longer is cut and told apart by its digest, so that every key fits an
index."""
_JOIN_DAYS = 30


def order_number_key(number: str) -> str:
    """Rule N1: upper case without spaces, `#` and hyphens, a split suffix (-A, /1) dropped."""
    plain = _DASHES.sub("-", _BLANKS.sub("", number)).upper()
    return _SUFFIX.sub("", plain).replace("-", "")


def tracking_key(number: str) -> str:
    """Rule N2: upper case without separators, the content of a GS1 barcode, no USPS routing prefix."""
    plain = _SEPARATORS.sub("", _DASHES.sub("-", number)).upper()
    return _USPS_ROUTING.sub("", _GS1.sub("", plain))


def short_forms(key: str) -> list[str]:
    """Rule R14: the consignment numbers that a full article number begins with; none that are short and all digits."""
    found = (match.group(1) for pattern in _SHORT_FORMS if (match := pattern.match(key)))
    return [short for short in found if not (short.isdigit() and len(short) < _SHORTEST_DIGITS)]


def order_name(retailer: str, number: str) -> str:
    """What an order with a number is called among a member's orders."""
    return _fit(f"{retailer}:{order_number_key(number)}")


def order_key(part: OrderPart, sha256: str) -> str:
    """The key of the order that a part speaks of: `shop:number`, or the mail itself where it has no number."""
    return order_name(part.retailer, part.number) if order_number_key(part.number) else f"mail:{sha256}"


def order_part_keys(part: OrderPart, sha256: str, sent_at: datetime | None) -> list[str]:
    """All keys of an order part."""
    number = order_number_key(part.number)
    own = [f"o:{order_name(part.retailer, part.number)}", f"n:{_fit(number)}"] if number else [f"m:{sha256}"]
    return [*own, *total_keys(part, sent_at)]


def total_keys(part: OrderPart, sent_at: datetime | None) -> list[str]:
    """By what an order without a number meets the mails of its shop with the same total, if sent within a month."""
    if not part.retailer or "total" not in part.facts:
        return []
    month = sent_at.date().toordinal() // _JOIN_DAYS if sent_at else 0
    return [f"t:{_fit(part.retailer)}:{each}:{part.facts['total'].value}"[:220] for each in (month, month + 1)]


def parcel_numbers(part: ShipmentPart) -> list[str]:
    """The numbers that a part states for its parcel, in the form in which they are compared, its own first."""
    keys = (tracking_key(number) for number in (part.number, *part.aliases))
    return list(dict.fromkeys(key for key in keys if key))


def parcel_names(part: ShipmentPart) -> list[str]:
    """What the parcel of a part may be called among a member's parcels; without number and key, after its orders."""
    names = [f"k:{_fit(number)}" for number in parcel_numbers(part)]
    names += [f"p:{_fit(part.parcel_key)}"] if part.parcel_key else []
    return names or sorted(f"o:{order_name(part.retailer, number)}" for number in order_numbers(part))


def order_numbers(part: ShipmentPart) -> list[str]:
    """The order numbers that a part names, without empty ones."""
    return [number for number in part.order_numbers if order_number_key(number)]


def shipment_part_keys(part: ShipmentPart) -> list[str]:
    """All keys of a shipment part, its numbers' short forms included."""
    keys = [f"k:{_fit(form)}" for number in parcel_numbers(part) for form in (number, *short_forms(number))]
    keys += [f"p:{_fit(part.parcel_key)}"] if part.parcel_key else []
    for number in order_numbers(part):
        keys += [f"o:{order_name(part.retailer, number)}"] if part.retailer else []
        keys.append(f"n:{_fit(order_number_key(number))}")
    return list(dict.fromkeys(keys))


def orders_named(keys: Iterable[str]) -> list[str]:
    """Keys of orders -> what orders with these keys are called."""
    return sorted(key[2:] if key[0] == "o" else f"mail:{key[2:]}" for key in keys if key[:2] in ("o:", "m:"))


def absent_named(keys: Iterable[str]) -> set[str]:
    """Keys of orders -> what a mail calls an order that is not there: with its shop, or by its number alone."""
    return {key[2:] if key[0] == "o" else f":{key[2:]}" for key in keys if key[:2] in ("o:", "n:")}


def parcels_named(keys: Iterable[str]) -> list[str]:
    """Keys of parcels and orders -> what parcels with these keys are called."""
    return sorted(f"o::{key[2:]}" if key[0] == "n" else key for key in keys if key[:2] in ("k:", "p:", "o:", "n:"))


def keys_of_order(name: str) -> set[str]:
    """The key of the contributions that make an order of that name."""
    return {f"m:{name[5:]}" if name.startswith("mail:") else f"o:{name}"}


def keys_of_parcel(name: str) -> set[str]:
    """The key of the contributions that make a parcel of that name."""
    return {f"n:{name[3:]}" if name.startswith("o::") else name}


def _fit(name: str) -> str:
    if len(name) <= _LONGEST:
        return name
    return f"{name[: _LONGEST - 64]}{hashlib.sha256(name.encode()).hexdigest()}"

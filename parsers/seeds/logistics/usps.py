"""USPS (US): the subject of a parcel on its way grows with every year, and a daily digest tells of letters."""

from parsers.seeds.authoring import carrier, letters, statuses

_POST = carrier(
    "usps",
    "USPS",
    domains=["usps.com", "usps.gov"],
    addresses=["auto-reply@usps.com", "auto-reply@tracking.usps.com"],
    phrases=statuses(
        exception=["delivery exception"],
        ready_for_pickup=["available for pickup"],
        delivered=["item delivered"],
        out_for_delivery=["out for delivery"],
        in_transit=["expected delivery on", "expected delivery by"],
    ),
    language="en",
    dayfirst=False,
    proven=True,
)

DEFINITIONS = (
    _POST,
    letters(_POST, "daily digest", domains=["usps.com", "usps.gov"]),
)

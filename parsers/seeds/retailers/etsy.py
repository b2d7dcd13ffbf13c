"""Etsy: order number and receipt number are the same; "another package" marks a split parcel."""

from parsers.seeds.authoring import never, retailer, statuses

DEFINITIONS = (
    retailer(
        "etsy",
        "Etsy",
        domains=["etsy.com"],
        order_pattern=r"[0-9]{9,11}",
        phrases=statuses(
            delivered=["has been delivered"],
            shipped=["your etsy order is on the way", "etsy order dispatched", "has your order", "is on the way"],
        ),
        language="en",
        author_type="marketplace",
        matchers=never("you made a sale", "you sold"),
        proven=True,
    ),
)

"""Foot Locker and Kids Foot Locker."""

from parsers.seeds.authoring import retailer, statuses

DEFINITIONS = (
    retailer(
        "foot-locker",
        "Foot Locker",
        domains=["footlocker.com", "kidsfootlocker.com", "footlocker.com.au"],
        order_pattern=r"[0-9A-Z]{8,14}",
        phrases=statuses(
            cancelled=["an item is no longer available", "your item is out of stock"],
            shipped=["get ready - your order is on its way", "your order is on its way", "your order is ready to go"],
            ordered=["thank you for your order"],
        ),
        language="en",
    ),
)

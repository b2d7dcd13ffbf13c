"""Purolator (CA): English and French side by side."""

from parsers.seeds.authoring import carrier, statuses

DEFINITIONS = (
    carrier(
        "purolator",
        "Purolator",
        domains=["purolator.com"],
        addresses=["notificationservice@purolator.com"],
        phrases=statuses(
            delivered=["has been delivered", "is delivered"],
            out_for_delivery=["out for delivery", "your package is now out for delivery"],
            in_transit=["has been picked up", "your shipment is on its way"],
        ),
        proven=True,
    ),
)

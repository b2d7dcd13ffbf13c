"""Aramex Australia, once Fastway."""

from parsers.seeds.authoring import carrier, statuses

DEFINITIONS = (
    carrier(
        "aramex",
        "Aramex",
        domains=["aramex.com.au", "aramex.com", "fastway.com.au"],
        phrases=statuses(
            exception=["calling card left"],
            ready_for_pickup=["parcel connect"],
            delivered=["delivered"],
            out_for_delivery=["out for delivery", "on board with courier"],
            in_transit=["picked up", "in transit"],
        ),
        dayfirst=True,
    ),
)

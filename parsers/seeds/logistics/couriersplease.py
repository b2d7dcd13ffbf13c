"""CouriersPlease."""

from parsers.seeds.authoring import carrier, statuses

DEFINITIONS = (
    carrier(
        "couriersplease",
        "CouriersPlease",
        domains=["couriersplease.com.au"],
        phrases=statuses(
            exception=["card left"],
            ready_for_pickup=["pop point", "popshop", "awaiting collection"],
            delivered=["delivered"],
            out_for_delivery=["on board for delivery", "out for delivery"],
            in_transit=["picked up", "in transit"],
        ),
        language="en",
        dayfirst=True,
    ),
)

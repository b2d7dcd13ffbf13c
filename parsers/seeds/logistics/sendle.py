"""Sendle."""

from parsers.seeds.authoring import carrier, statuses

DEFINITIONS = (
    carrier(
        "sendle",
        "Sendle",
        domains=["sendle.com"],
        phrases=statuses(
            returned=["return to sender"],
            exception=["delivery attempted"],
            ready_for_pickup=["left with agent"],
            delivered=["delivered"],
            out_for_delivery=["out for delivery"],
            in_transit=["picked up", "in transit"],
            label_created=["booked"],
        ),
        language="en",
    ),
)

"""Shippit sends for many carriers: the one that drives stands in the mail. `ready_for_pickup` waits for the courier."""

from parsers.seeds.authoring import carrier, statuses

DEFINITIONS = (
    carrier(
        "shippit",
        "Shippit",
        domains=["shippit.com"],
        phrases=statuses(
            exception=["delivery_attempted"],
            cancelled=["cancelled"],
            ready_for_pickup=["awaiting_collection"],
            delivered=["completed", "has been delivered"],
            out_for_delivery=["with_driver", "with the driver"],
            in_transit=["in_transit", "on its way"],
            label_created=["order_placed", "despatch_in_progress", "ready_for_pickup"],
        ),
        language="en",
        dayfirst=True,
    ),
)

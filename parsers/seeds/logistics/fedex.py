"""FedEx."""

from parsers.seeds.authoring import carrier, statuses

DEFINITIONS = (
    carrier(
        "fedex",
        "FedEx",
        domains=["fedex.com"],
        addresses=["trackingupdates@fedex.com", "noreply@fedex.com", "fedexcanada@fedex.com"],
        phrases=statuses(
            exception=["delivery exception"],
            delivered=["has been delivered", "have been delivered", "your shipment was delivered"],
            out_for_delivery=[
                "scheduled for delivery today",
                "is now out for delivery",
                "out for delivery today",
                "delivery scheduled for today",
            ],
            in_transit=["your shipment is on the way"],
        ),
        proven=True,
    ),
)

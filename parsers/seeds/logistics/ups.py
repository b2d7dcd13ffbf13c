"""UPS."""

from parsers.seeds.authoring import carrier, statuses

DEFINITIONS = (
    carrier(
        "ups",
        "UPS",
        domains=["ups.com"],
        addresses=["mcinfo@ups.com", "pkginfo@ups.com"],
        phrases=statuses(
            exception=["new scheduled delivery date"],
            ready_for_pickup=["ready for pickup"],
            delivered=["package was delivered", "packages were delivered", "parcel was delivered"],
            out_for_delivery=[
                "scheduled for delivery today",
                "follow your delivery on a live map",
                "driver is arriving soon",
            ],
            in_transit=["scheduled for delivery tomorrow"],
            label_created=["ups ship notification"],
        ),
        proven=True,
    ),
)

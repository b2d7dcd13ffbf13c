"""AliExpress: subjects read "Order <number>: <status>"; its package id is an alias, not a carrier number."""

from parsers.seeds.authoring import retailer, statuses

DEFINITIONS = (
    retailer(
        "aliexpress",
        "AliExpress",
        domains=["aliexpress.com"],
        order_pattern=r"[0-9]{15,16}",
        phrases=statuses(
            shipped=["order shipped", "has shipped", "package is on the way", "sendung wird versandt"],
            in_transit=[
                "collected by the carrier",
                "left the departure region",
                "at customs",
                "has cleared customs",
                "with local carrier",
                "in local transit",
                "in your country/region",
            ],
            out_for_delivery=["out for delivery"],
            delivered=["has been delivered", "package delivered", "sendung zugestellt"],
        ),
        language="en",
        proven=True,
    ),
)

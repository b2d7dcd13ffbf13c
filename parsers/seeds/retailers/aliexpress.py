"""AliExpress: subjects read "Order <number>: <status>"; its package id is an alias, not a carrier number."""

from parsers.seeds.authoring import retailer, statuses

DEFINITIONS = (
    retailer(
        "aliexpress",
        "AliExpress",
        domains=["aliexpress.com"],
        order_pattern=r"[0-9]{15,16}",
        phrases=statuses(
            shipped=["order shipped", "has shipped"],
            in_transit=[
                "collected by the carrier",
                "left the departure region",
                "at customs",
                "has cleared customs",
                "with local carrier",
            ],
            out_for_delivery=["out for delivery"],
            delivered=["has been delivered", "package delivered"],
        ),
        language="en",
    ),
)

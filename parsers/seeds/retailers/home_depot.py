"""The Home Depot (US)."""

from parsers.seeds.authoring import retailer, statuses

DEFINITIONS = (
    retailer(
        "home-depot",
        "Home Depot",
        domains=["homedepot.com"],
        order_pattern=r"[A-Z]{2}[0-9]{8}",
        phrases=statuses(
            exception=["delayed"],
            out_for_delivery=["arrives today", "out for delivery"],
            delivered=["delivered", "has arrived"],
            shipped=["shipped:", "order shipped", "on its way"],
        ),
        language="en",
        currency="USD",
        dayfirst=False,
    ),
)

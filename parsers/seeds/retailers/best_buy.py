"""Best Buy (US)."""

from parsers.seeds.authoring import retailer, statuses

DEFINITIONS = (
    retailer(
        "best-buy",
        "Best Buy",
        domains=["bestbuy.com"],
        order_pattern=r"BBY01-[0-9]{12}",
        phrases=statuses(
            delivered=["delivered"],
            shipped=["your order is on the way"],
            ordered=["thanks for your order"],
        ),
        language="en",
        currency="USD",
        dayfirst=False,
    ),
)

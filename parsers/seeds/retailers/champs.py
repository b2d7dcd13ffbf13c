"""Champs Sports (US)."""

from parsers.seeds.authoring import retailer, statuses

DEFINITIONS = (
    retailer(
        "champs-sports",
        "Champs Sports",
        domains=["champssports.com"],
        order_pattern=r"[0-9A-Z]{8,14}",
        phrases=statuses(
            cancelled=["out of stock"],
            shipped=["here it comes", "your order is ready to go"],
            ordered=["thank you for your order"],
        ),
        language="en",
        currency="USD",
        dayfirst=False,
    ),
)

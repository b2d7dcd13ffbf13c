"""Hibbett (US)."""

from parsers.seeds.authoring import retailer, statuses

DEFINITIONS = (
    retailer(
        "hibbett",
        "Hibbett",
        domains=["hibbett.com"],
        phrases=statuses(
            cancelled=["your recent order has been cancelled"],
        ),
        language="en",
        currency="USD",
        dayfirst=False,
    ),
)

"""Revolve (US)."""

from parsers.seeds.authoring import retailer, statuses

DEFINITIONS = (
    retailer(
        "revolve",
        "Revolve",
        domains=["revolve.com"],
        order_pattern=r"[0-9]{9}",
        phrases=statuses(
            cancelled=["cancelled"],
            shipped=["shipped"],
            ordered=["has been processed"],
        ),
        language="en",
        currency="USD",
        dayfirst=False,
    ),
)

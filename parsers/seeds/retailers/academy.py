"""Academy Sports + Outdoors (US)."""

from parsers.seeds.authoring import retailer, statuses

DEFINITIONS = (
    retailer(
        "academy-sports",
        "Academy Sports",
        domains=["academy.com"],
        order_pattern=r"[0-9]{9}",
        phrases=statuses(
            shipped=["your order is on the way"],
            ordered=["thanks for shopping with us"],
        ),
        language="en",
        currency="USD",
        dayfirst=False,
    ),
)

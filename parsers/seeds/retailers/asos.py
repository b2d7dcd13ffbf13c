"""ASOS: the product id stands in the image address."""

from parsers.seeds.authoring import retailer, statuses

DEFINITIONS = (
    retailer(
        "asos",
        "ASOS",
        domains=["asos.com"],
        order_pattern=r"[0-9]{9,10}",
        phrases=statuses(
            delivered=["has been delivered"],
            shipped=["your order's on its way"],
            ordered=["thanks for your order"],
        ),
        language="en",
        dayfirst=True,
    ),
)

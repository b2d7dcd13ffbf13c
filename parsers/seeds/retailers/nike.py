"""Nike: the sender of its orders also sends marketing, so a mail needs an order number to count."""

from parsers.seeds.authoring import retailer, statuses

DEFINITIONS = (
    retailer(
        "nike",
        "Nike",
        domains=["nike.com"],
        order_pattern=r"[CT][0-9]{11,14}",
        phrases=statuses(
            ordered=[
                "thanks for your order",
                "get ready, your order is confirmed",
                "your order is confirmed",
                "your nike receipt",
            ],
            shipped=["your order is on its way"],
            delivered=["your order has been delivered"],
            cancelled=["we cancelled"],
        ),
        language="en",
    ),
)

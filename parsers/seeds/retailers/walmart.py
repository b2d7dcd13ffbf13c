"""Walmart (US)."""

from parsers.seeds.authoring import retailer, statuses

DEFINITIONS = (
    retailer(
        "walmart",
        "Walmart",
        domains=["walmart.com"],
        order_pattern=r"[0-9]{7}-[0-9]{7,8}",
        phrases=statuses(
            delivered=["your order was delivered", "some of your items were delivered", "arrived:", "delivered:"],
            exception=["delivery is delayed"],
            cancelled=["your cancellation is complete"],
            out_for_delivery=["out for delivery"],
            shipped=["your package should arrive by", "your delivery should arrive by"],
            ordered=["thanks for your delivery order", "thanks for your order"],
        ),
        language="en",
        currency="USD",
        dayfirst=False,
        proven=True,
    ),
)

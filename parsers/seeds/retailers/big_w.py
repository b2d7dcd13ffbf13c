"""Big W (AU): number shape and words from facts."""

from parsers.seeds.authoring import retailer, statuses

DEFINITIONS = (
    retailer(
        "big-w",
        "Big W",
        domains=["bigw.com.au"],
        order_pattern=r"[0-9]{7,10}",
        phrases=statuses(
            ordered=["order confirmed", "thanks for your order", "thank you for your order"],
            shipped=["has shipped", "is on its way", "on the way"],
            cancelled=["has been cancelled"],
            refunded=["refund"],
        ),
        language="en",
        currency="AUD",
        dayfirst=True,
    ),
)

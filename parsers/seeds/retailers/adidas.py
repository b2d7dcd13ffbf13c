"""adidas."""

from parsers.seeds.authoring import retailer, statuses

DEFINITIONS = (
    retailer(
        "adidas",
        "adidas",
        domains=["adidas.com", "adidas.com.au"],
        order_pattern=r"A[A-Z][0-9]{9}",
        phrases=statuses(
            cancelled=["has been cancelled"],
            refunded=["refund"],
            shipped=["has shipped", "is on its way", "on the way"],
            ordered=["order confirmed", "thanks for your order", "thank you for your order"],
        ),
        language="en",
    ),
)

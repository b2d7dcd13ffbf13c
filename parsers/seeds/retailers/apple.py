"""Apple Store."""

from parsers.seeds.authoring import retailer, statuses

DEFINITIONS = (
    retailer(
        "apple",
        "Apple",
        domains=["apple.com"],
        order_pattern=r"W[0-9]{9,10}",
        phrases=statuses(
            ready_for_pickup=["ready for pickup"],
            delivered=["has been delivered"],
            shipped=["your order has shipped"],
            ordered=["we're processing your order"],
        ),
        language="en",
    ),
)

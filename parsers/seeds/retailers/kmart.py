"""Kmart (AU): the printed price is the line total; one order may be split over several stores."""

from parsers.seeds.authoring import retailer, statuses

DEFINITIONS = (
    retailer(
        "kmart-au",
        "Kmart Australia",
        domains=["kmart.com.au"],
        order_pattern=r"[0-9]{9}",
        phrases=statuses(
            shipped=["is shipped", "on its way"],
            ready_for_pickup=["ready to collect"],
            refunded=["refund"],
            exception=["update on your order"],
            pending=["being prepared"],
            ordered=["confirmed"],
        ),
        language="en",
        currency="AUD",
        dayfirst=True,
        price_meaning="line",
        part="html",
    ),
)

"""JB Hi-Fi (AU): a Shopify storefront with its own sender."""

from parsers.seeds.authoring import retailer, statuses

DEFINITIONS = (
    retailer(
        "jb-hi-fi",
        "JB Hi-Fi",
        domains=["jbhifi.com.au"],
        order_pattern=r"[0-9]{6,10}",
        phrases=statuses(
            ordered=["order confirmation", "order received"],
            shipped=["on its way", "has been dispatched"],
            ready_for_pickup=["ready to collect", "ready for pick up"],
            cancelled=["cancelled"],
            refunded=["refund"],
        ),
        language="en",
        currency="AUD",
        dayfirst=True,
    ),
)

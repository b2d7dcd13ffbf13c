"""Mr Toys Toyworld (AU): rows print the unit price, then the line total."""

from parsers.seeds.authoring import retailer, statuses

DEFINITIONS = (
    retailer(
        "mr-toys",
        "Mr Toys Toyworld",
        domains=["mrtoys.com.au"],
        order_pattern=r"[0-9A-Z]{5,}",
        phrases=statuses(
            refunded=["refund"],
            shipped=["shipping", "shipped", "despatch"],
            ordered=["received", "confirmation"],
        ),
        language="en",
        currency="AUD",
        dayfirst=True,
    ),
)

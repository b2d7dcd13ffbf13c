"""eBay, buyer side: item numbers have 12 digits and are neither orders nor parcels; what is sold is not bought."""

from parsers.seeds.authoring import never, retailer, statuses

DEFINITIONS = (
    retailer(
        "ebay",
        "eBay",
        domains=[
            "ebay.com",
            "ebay.com.au",
            "ebay.co.uk",
            "ebay.ca",
            "ebay.de",
            "ebay.at",
            "ebay.ch",
            "ebay.fr",
            "ebay.it",
            "ebay.es",
            "ebay.nl",
            "ebay.be",
            "ebay.ie",
            "ebay.pl",
            "ebay.ph",
            "ebay.com.hk",
            "ebay.com.my",
            "ebay.com.sg",
        ],
        order_pattern=r"[0-9]{2}-[0-9]{5}-[0-9]{5}",
        phrases=statuses(
            refunded=["refund"],
            delivered=["delivered"],
            out_for_delivery=["out for delivery"],
            shipped=["has been shipped", "order update"],
            ordered=["order confirmed", "your order is confirmed"],
        ),
        author_type="marketplace",
        matchers=never("you sold", "your item sold", "you made the sale", "sold!"),
        proven=True,
    ),
)

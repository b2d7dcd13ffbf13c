"""Shopify: thousands of shops with one set of notification templates; the shop is the sender's display name.

Subjects, classes and rows as in the default templates of the platform: `Title × quantity` and the line total in a row,
totals under Subtotal, Shipping, Taxes, Total.
"""

from parsers.engine.definition import Matcher
from parsers.seeds.authoring import retailer, statuses

DEFINITIONS = (
    retailer(
        "shopify",
        "Shopify",
        domains=["shopifyemail.com"],
        matchers=(
            Matcher("return_path", "domain", "shopifyemail.com", "should", 0.8),
            Matcher("link_host", "domain", "myshopify.com", "should", 0.7),
            Matcher("img_host", "domain", "cdn.shopify.com", "should", 0.7),
            Matcher("link_host", "domain", "shopify.com", "should", 0.6),
        ),
        phrases=statuses(
            refunded=["refund notification", "have been refunded"],
            cancelled=["has been canceled", "has been cancelled"],
            delivered=["has been delivered"],
            out_for_delivery=["is out for delivery"],
            shipped=["is on the way", "are on the way"],
            ordered=["thank you for your purchase", "confirmed"],
        ),
        family=True,
        price_meaning="line",
        proven=True,
    ),
)

"""Magento / Adobe Commerce: increment ids of nine or more digits with leading zeros, "Items / Qty / Price" tables.

Sentences as in the platform's default e-mail templates; `price` is the row's total.
"""

from parsers.engine.definition import Matcher
from parsers.seeds.authoring import retailer, statuses

DEFINITIONS = (
    retailer(
        "magento",
        "Magento",
        domains=[],
        matchers=(
            Matcher("subject", "re2", r"(?i)^your .{1,60} (?:order confirmation|order has shipped)$", "should", 0.6),
            Matcher("subject", "re2", r"(?i)^(?:invoice|credit memo) for your .{1,60} order$", "should", 0.7),
            Matcher("subject", "re2", r"(?i)^update to your .{1,60} (?:order|shipment)$", "should", 0.6),
            Matcher(
                "body_text", "contains", "Once your package ships we will send you a tracking number", "should", 0.4
            ),
            Matcher("body_text", "contains", "check the status of your order by", "should", 0.3),
        ),
        phrases=statuses(
            shipped=["order has shipped", "your shipment"],
            refunded=["credit memo"],
            ordered=["thank you for your order", "order confirmation"],
        ),
        family=True,
        price_meaning="line",
    ),
)

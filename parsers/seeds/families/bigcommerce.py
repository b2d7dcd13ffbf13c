"""BigCommerce: links and pictures on the platform's hosts; columns Cart Items, SKU, Qty, Item Price, Item Total."""

from parsers.engine.definition import Matcher
from parsers.seeds.authoring import retailer, statuses

DEFINITIONS = (
    retailer(
        "bigcommerce",
        "BigCommerce",
        domains=[],
        order_pattern=r"[0-9]{3,9}",
        matchers=(
            Matcher("link_host", "domain", "mybigcommerce.com", "should", 0.7),
            Matcher("img_host", "domain", "bigcommerce.com", "should", 0.7),
            Matcher("link_host", "domain", "bigcommerce.com", "should", 0.7),
        ),
        phrases=statuses(ordered=["order has been received"], shipped=["has been shipped", "has shipped"]),
        family=True,
    ),
)

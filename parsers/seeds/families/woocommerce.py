"""WooCommerce: HTML order mail carries a schema.org Order since 3.0 (class WC_Structured_Data of its core)."""

from parsers.engine.definition import Matcher
from parsers.seeds.authoring import retailer, statuses

DEFINITIONS = (
    retailer(
        "woocommerce",
        "WooCommerce",
        domains=[],
        matchers=(
            Matcher("subject", "re2", r"(?i)your .{1,60} order has been received", "should", 0.6),
            Matcher("subject", "re2", r"(?i)your .{1,60} order is now complete", "should", 0.6),
            Matcher("link_host", "contains", "woocommerce", "should", 0.6),
            Matcher("body_text", "contains", "Built with WooCommerce", "should", 0.5),
            Matcher("header", "contains", "WooCommerce", "should", 0.7, header="X-Mailer"),
        ),
        phrases=statuses(
            refunded=["has been refunded", "has been partially refunded"],
            cancelled=["has been cancelled"],
            shipped=["order is now complete"],
            ordered=["order has been received", "thank you for your order"],
        ),
        family=True,
        price_meaning="line",
    ),
)

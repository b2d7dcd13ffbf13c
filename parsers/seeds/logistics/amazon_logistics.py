"""Amazon Logistics: sends from Amazon's domains under its own name; Amazon's mail to buyers is Amazon's."""

from parsers.seeds.authoring import carrier

DEFINITIONS = (
    carrier(
        "amazon-logistics",
        "Amazon Logistics",
        domains=["amazon.com", "amazon.com.au", "amazon.co.uk"],
        named=r"(?i)\b(?:amazon (?:logistics|shipping)|amzl)\b",
    ),
)

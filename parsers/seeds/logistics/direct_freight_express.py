"""Direct Freight Express: known by its domain only; its words are not known."""

from parsers.seeds.authoring import carrier

DEFINITIONS = (
    carrier(
        "direct-freight-express",
        "Direct Freight Express",
        domains=["directfreight.com.au"],
        language="en",
        dayfirst=True,
    ),
)

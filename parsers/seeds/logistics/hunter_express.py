"""Hunter Express: known by its domain only; its words are not known."""

from parsers.seeds.authoring import carrier

DEFINITIONS = (
    carrier(
        "hunter-express",
        "Hunter Express",
        domains=["hunterexpress.com.au"],
        language="en",
        dayfirst=True,
    ),
)

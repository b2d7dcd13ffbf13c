"""Allied Express: known by its domain only; its words are not known."""

from parsers.seeds.authoring import carrier

DEFINITIONS = (
    carrier(
        "allied-express",
        "Allied Express",
        domains=["alliedexpress.com.au"],
        language="en",
        dayfirst=True,
    ),
)

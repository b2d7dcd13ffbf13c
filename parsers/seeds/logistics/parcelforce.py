"""Parcelforce (GB): known by its domains and numbers only; its words are not known."""

from parsers.seeds.authoring import carrier

DEFINITIONS = (
    carrier(
        "parcelforce",
        "Parcelforce",
        domains=["parcelforce.com", "parcelforce.co.uk"],
        language="en",
        dayfirst=True,
    ),
)

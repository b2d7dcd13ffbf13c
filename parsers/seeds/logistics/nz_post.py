"""NZ Post: known by its domain and numbers only; its words are not known."""

from parsers.seeds.authoring import carrier

DEFINITIONS = (
    carrier(
        "nz-post",
        "NZ Post",
        domains=["nzpost.co.nz"],
        language="en",
        dayfirst=True,
    ),
)

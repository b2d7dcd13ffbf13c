"""Poczta Polska: one subject for every stage; its words are not known."""

from parsers.seeds.authoring import carrier

DEFINITIONS = (
    carrier(
        "poczta-polska",
        "Poczta Polska",
        domains=["poczta-polska.pl"],
        addresses=["informacja@poczta-polska.pl"],
        language="pl",
        dayfirst=True,
    ),
)

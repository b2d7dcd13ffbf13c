"""Hermes Germany."""

from parsers.seeds.authoring import carrier, statuses

DEFINITIONS = (
    carrier(
        "hermes-de",
        "Hermes Germany",
        domains=["myhermes.de"],
        phrases=statuses(
            delivered=["wurde zugestellt", "wurde an deinen wunschablageort zugestellt"],
            out_for_delivery=["deine sendung kommt heute"],
            in_transit=["ist unterwegs"],
        ),
        language="de",
        dayfirst=True,
        proven=True,
    ),
)

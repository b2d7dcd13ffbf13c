"""Evri (GB), and Hermes UK as it was called before."""

from parsers.seeds.authoring import carrier, statuses

_PHRASES = statuses(
    delivered=["successfully delivered"],
    out_for_delivery=[
        "is now with your local evri courier for delivery",
        "parcel is now with your local hermes courier",
    ],
    in_transit=["we've got your parcel"],
)

DEFINITIONS = (
    carrier(
        "evri",
        "Evri",
        domains=["evri.com"],
        addresses=["do-not-reply@evri.com"],
        phrases=_PHRASES,
        language="en",
        dayfirst=True,
        proven=True,
    ),
    carrier(
        "hermes-uk",
        "Hermes UK",
        domains=["myhermes.co.uk", "hermes-europe.co.uk"],
        addresses=["donotreply@myhermes.co.uk"],
        phrases=_PHRASES,
        language="en",
        dayfirst=True,
        proven=True,
    ),
)

"""DHL Paket and Deutsche Post (DE): the one brings parcels, the other letters, too."""

from parsers.seeds.authoring import carrier, letters, statuses

_PHRASES = statuses(
    delivered=["wurde zugestellt", "liegt am gewünschten ablageort", "sendung zugestellt", "zustellung an ablageort"],
    out_for_delivery=["paket kommt heute", "wird gleich zugestellt", "kommt heute", "wird ihnen heute"],
    in_transit=["ist unterwegs"],
)

_POST = carrier(
    "deutsche-post",
    "Deutsche Post",
    domains=["deutschepost.de"],
    phrases=_PHRASES,
    language="de",
    dayfirst=True,
)

DEFINITIONS = (
    carrier(
        "dhl-paket",
        "DHL Paket",
        domains=["dhl.de"],
        addresses=["noreply@dhl.de", "no-reply@dhl.de"],
        phrases=_PHRASES,
        language="de",
        dayfirst=True,
    ),
    _POST,
    letters(_POST, "ein brief kommt", "ein brief ist unterwegs", domains=["deutschepost.de"]),
)

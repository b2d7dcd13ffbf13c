"""TNT: FedEx sends some of its mail, under its name."""

from parsers.seeds.authoring import carrier, statuses

_PHRASES = statuses(
    delivered=["delivered"],
    out_for_delivery=["onboard for delivery", "out for delivery"],
    in_transit=["in transit"],
)

DEFINITIONS = (
    carrier(
        "tnt",
        "TNT",
        domains=["tnt.com", "tnt.com.au"],
        phrases=_PHRASES,
        dayfirst=True,
    ),
    carrier(
        "tnt-fedex",
        "TNT",
        domains=["fedex.com"],
        author="tnt",
        named=r"(?i)\bTNT\b",
        phrases=_PHRASES,
    ),
)

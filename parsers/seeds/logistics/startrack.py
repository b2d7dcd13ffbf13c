"""StarTrack: Australia Post sends some of its mail, under its name."""

from parsers.seeds.authoring import carrier, statuses

_PHRASES = statuses(
    exception=["unable to deliver"],
    delivered=["delivered"],
    out_for_delivery=["on board for delivery"],
    in_transit=["in transit"],
)

DEFINITIONS = (
    carrier(
        "startrack",
        "StarTrack",
        domains=["startrack.com.au", "startrackexpress.com.au"],
        phrases=_PHRASES,
        language="en",
        dayfirst=True,
    ),
    carrier(
        "startrack-auspost",
        "StarTrack",
        domains=["auspost.com.au"],
        author="startrack",
        named=r"(?i)\bstar ?track\b",
        phrases=_PHRASES,
        language="en",
        dayfirst=True,
    ),
)

"""Canada Post: tells of letters, too, from a sender of its own."""

from parsers.seeds.authoring import carrier, letters, statuses

_POST = carrier(
    "canada-post",
    "Canada Post",
    domains=["canadapost-postescanada.ca", "canadapost.postescanada.ca"],
    addresses=[
        "donotreply@canadapost.postescanada.ca",
        "donotreply-nepasrepondre@notifications.canadapost-postescanada.ca",
    ],
    phrases=statuses(
        delivered=["delivery notification"],
        out_for_delivery=["your parcel is out for delivery"],
        in_transit=["a package is coming your way"],
    ),
    proven=True,
)

DEFINITIONS = (
    _POST,
    letters(_POST, "you have mail on the way", domains=["canadapost-postescanada.ca"]),
)

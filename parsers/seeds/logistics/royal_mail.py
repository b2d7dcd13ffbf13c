"""Royal Mail (GB): reworded in 2026 what it says of a delivered parcel."""

from parsers.seeds.authoring import carrier, statuses

DEFINITIONS = (
    carrier(
        "royal-mail",
        "Royal Mail",
        domains=["royalmail.com"],
        addresses=["no-reply@royalmail.com"],
        phrases=statuses(
            delivered=["has been delivered", "you have received your royal mail parcel"],
            out_for_delivery=["to be delivered today"],
            in_transit=["is on its way"],
        ),
        language="en",
        dayfirst=True,
        proven=True,
    ),
)

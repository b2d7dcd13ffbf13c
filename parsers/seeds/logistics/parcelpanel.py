"""ParcelPanel tells of parcels for Shopify shops; the carrier that drives is named in the mail."""

from parsers.seeds.authoring import carrier, statuses

DEFINITIONS = (
    carrier(
        "parcelpanel",
        "ParcelPanel",
        domains=["parcelpanel.net"],
        addresses=["no-reply@parcelpanel.net"],
        phrases=statuses(
            delivered=["has been delivered"],
            out_for_delivery=["is out for delivery"],
            in_transit=["is on the way"],
        ),
    ),
)

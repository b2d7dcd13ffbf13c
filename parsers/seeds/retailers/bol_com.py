"""bol.com (NL, BE): names the carrier that it hands a parcel to."""

from parsers.seeds.authoring import retailer, statuses

DEFINITIONS = (
    retailer(
        "bol-com",
        "bol.com",
        domains=["bol.com"],
        phrases=statuses(
            delivered=["afgeleverd"],
            out_for_delivery=["wordt bezorgd"],
            shipped=["verzonden", "meegegeven met", "onderweg"],
        ),
        language="nl",
        currency="EUR",
        dayfirst=True,
    ),
)

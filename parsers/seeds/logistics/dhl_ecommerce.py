"""DHL eCommerce and DHL Parcel (NL): some mail comes from the domain of DHL Express, under its name."""

from parsers.seeds.authoring import carrier, statuses

_PHRASES = statuses(
    delivered=["je pakket is bezorgd"],
    out_for_delivery=["vandaag voor de deur", "vanavond voor de deur", "komen we bij je langs", "bezorging vandaag"],
    in_transit=["pakket onderweg"],
)

DEFINITIONS = (
    carrier(
        "dhl-ecommerce",
        "DHL eCommerce",
        domains=["dhlecommerce.nl", "dhlparcel.nl", "dhl.nl"],
        addresses=["noreply@dhlecommerce.nl", "noreply@dhlparcel.nl", "noreply@dhl.nl"],
        phrases=_PHRASES,
        dayfirst=True,
    ),
    carrier(
        "dhl-ecommerce-dhl",
        "DHL eCommerce",
        domains=["dhl.com"],
        author="dhl-ecommerce",
        named=r"(?i)\bDHL (?:e-?commerce|global mail|parcel)\b",
        phrases=_PHRASES,
    ),
)

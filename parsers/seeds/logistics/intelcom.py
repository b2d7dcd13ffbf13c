"""Intelcom (CA), elsewhere Dragonfly."""

from parsers.seeds.authoring import carrier, statuses

DEFINITIONS = (
    carrier(
        "intelcom",
        "Intelcom",
        domains=["intelcom.ca", "dragonflyshipping.ca", "dragonflyshipping.com", "dragonflyinternational.com"],
        addresses=[
            "notifications@intelcom.ca",
            "notifications@dragonflyshipping.ca",
            "notifications@dragonflyshipping.com",
            "notifications@ca.dragonflyinternational.com",
            "notifications@nl.dragonflyinternational.com",
        ],
        phrases=statuses(
            delivered=[
                "has been delivered",
                "your package is here",
                "your package was delivered",
                "votre commande a été livrée",
                "votre colis a été livré",
                "we hebben je pakket bezorgd",
            ],
            out_for_delivery=[
                "your delivery is scheduled for today",
                "vandaag bezorgen we je pakket",
                "will be there in the next hour",
            ],
            in_transit=[
                "your package has been received",
                "your package is on the way",
                "we've received your package",
                "your package is on its way",
                "votre colis est en chemin",
                "je pakket is bij ons aangekomen",
            ],
        ),
    ),
)

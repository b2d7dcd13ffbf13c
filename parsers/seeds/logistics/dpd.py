"""DPD in its countries but Poland."""

from parsers.seeds.authoring import carrier, statuses

DEFINITIONS = (
    carrier(
        "dpd",
        "DPD",
        domains=["dpd.co.uk", "dpdlocal.co.uk", "dpd.com", "dpd.de", "dpd.nl", "dpdgroup.nl"],
        addresses=[
            "yourorder@dpd.co.uk",
            "yourdelivery@dpd.co.uk",
            "noreply@service.dpd.de",
            "noreply@dpd.nl",
            "noreply@dpd.com",
            "noreply@dpdgroup.nl",
        ],
        phrases=statuses(
            delivered=["has been delivered", "ihr paket ist da", "die abstellung ihres dpd pakets ist erfolgt"],
            out_for_delivery=[
                "will be delivered today",
                "kommt ihr dpd paket",
                "bald ist ihr dpd paket da",
                "wordt vandaag bezorgd",
                "bezorging vandaag",
            ],
            in_transit=["your parcel is on its way", "pakket onderweg"],
        ),
        dayfirst=True,
    ),
)

"""PostNL (NL)."""

from parsers.seeds.authoring import carrier, statuses

DEFINITIONS = (
    carrier(
        "postnl",
        "PostNL",
        domains=["postnl.nl", "mypostnl.nl"],
        addresses=["noreply@notificatie.postnl.nl", "noreply@postnl.nl", "info@postnl.nl", "noreply@mypostnl.nl"],
        phrases=statuses(
            exception=["we hebben je gemist"],
            delivered=["je pakket is bezorgd", "succesvol bezorgd", "pakket bezorgd", "is bezorgd"],
            out_for_delivery=["wordt vandaag bezorgd", "bezorging vandaag", "bezorger onderweg"],
            in_transit=["je pakket is onderweg"],
        ),
        language="nl",
        dayfirst=True,
    ),
)

"""GLS in its countries."""

from parsers.seeds.authoring import carrier, statuses

DEFINITIONS = (
    carrier(
        "gls",
        "GLS",
        domains=["gls-group.eu", "gls-pakete.de", "gls-group.nl", "gls.nl"],
        addresses=["noreply@gls-group.eu", "no-reply@gls-pakete.de", "noreply@gls-group.nl", "noreply@gls.nl"],
        phrases=statuses(
            delivered=["wurde durch gls zugestellt", "została dzisiaj dostarczona", "am wunschort abgestellt"],
            out_for_delivery=["kommt heute", "wordt vandaag bezorgd", "bezorging vandaag"],
            in_transit=["ist unterwegs", "paczka w drodze", "pakket onderweg"],
        ),
        dayfirst=True,
        proven=True,
    ),
)

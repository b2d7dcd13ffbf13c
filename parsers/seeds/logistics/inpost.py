"""InPost (PL)."""

from parsers.seeds.authoring import carrier, statuses

DEFINITIONS = (
    carrier(
        "inpost",
        "InPost",
        domains=["inpost.pl", "paczkomaty.pl"],
        addresses=["powiadomienia@inpost.pl", "info@paczkomaty.pl"],
        phrases=statuses(
            ready_for_pickup=["paczka umieszczona w paczkomacie"],
            delivered=["potwierdzenie odbioru"],
            out_for_delivery=["prawie u ciebie"],
            in_transit=["twoja paczka jest w drodze"],
        ),
        language="pl",
        dayfirst=True,
    ),
)

"""DPD Polska: Allegro passes its mail on from its own address; answers and links still go to DPD."""

from parsers.seeds.authoring import carrier, passed_on, statuses

DEFINITIONS = (
    carrier(
        "dpd-pl",
        "DPD Polska",
        domains=["dpd.com.pl"],
        addresses=[
            "kurierdpd0@dpd.com.pl",
            "kurierdpd1@dpd.com.pl",
            "kurierdpd2@dpd.com.pl",
            "kurierdpd3@dpd.com.pl",
            "kurierdpd4@dpd.com.pl",
            "kurierdpd5@dpd.com.pl",
            "kurierdpd6@dpd.com.pl",
            "kurierdpd7@dpd.com.pl",
            "kurierdpd8@dpd.com.pl",
            "kurierdpd9@dpd.com.pl",
            "kurierdpd10@dpd.com.pl",
        ],
        phrases=statuses(
            delivered=["została doręczona"],
            out_for_delivery=["dziś doręczamy", "bezpieczne doręczenie"],
            in_transit=["przesyłka została nadana"],
        ),
        matchers=passed_on("dpd.com.pl"),
        language="pl",
        dayfirst=True,
        proven=True,
    ),
)

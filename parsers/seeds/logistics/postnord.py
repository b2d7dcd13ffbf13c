"""PostNord in the Nordic countries."""

from parsers.seeds.authoring import carrier, statuses

DEFINITIONS = (
    carrier(
        "postnord",
        "PostNord",
        domains=["postnord.com", "postnord.se"],
        addresses=["no-reply@postnord.com", "avisering@postnord.se"],
        phrases=statuses(
            ready_for_pickup=["finns att hämta", "klar til afhentning"],
            delivered=["har levererats"],
            in_transit=["leverans på väg", "är på väg"],
        ),
        dayfirst=True,
    ),
)

"""Pokémon Center: Global-e sends its mail; the brand stands in the subject, prices carry a currency's letters."""

from parsers.engine.definition import Matcher
from parsers.seeds.authoring import retailer, statuses

DEFINITIONS = (
    retailer(
        "pokemon-center",
        "Pokemon Center",
        domains=["global-e.com"],
        matchers=(Matcher("subject", "re2", r"(?i)pok[eé]mon cent(?:er|re)", "must"),),
        order_pattern=r"GE[0-9]{11}[A-Z]{2}",
        phrases=statuses(ordered=["order received"], shipped=["shipped", "on its way"]),
        language="en",
    ),
)

"""Global-e: sends for many brands; the brand stands in the subject before "by Global-e"."""

from parsers.seeds.authoring import retailer, statuses

DEFINITIONS = (
    retailer(
        "global-e",
        "Global-e",
        domains=["global-e.com"],
        order_pattern=r"GE[0-9]{11}[A-Z]{2}",
        phrases=statuses(ordered=["order received"], shipped=["shipped", "on its way"]),
        family=True,
        language="en",
    ),
)

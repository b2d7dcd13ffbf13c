"""ButcherBox (US)."""

from parsers.seeds.authoring import retailer, statuses

DEFINITIONS = (
    retailer(
        "butcherbox",
        "ButcherBox",
        domains=["butcherbox.com"],
        phrases=statuses(
            shipped=["order shipped", "has shipped"],
        ),
        language="en",
        currency="USD",
        dayfirst=False,
        proven=True,
    ),
)

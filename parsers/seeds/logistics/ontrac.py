"""OnTrac (US), and LaserShip, which it took over."""

from parsers.seeds.authoring import carrier

DEFINITIONS = (
    carrier(
        "ontrac",
        "OnTrac",
        domains=["ontrac.com"],
        language="en",
        dayfirst=False,
    ),
    carrier(
        "lasership",
        "LaserShip",
        domains=["lasership.com"],
        language="en",
        dayfirst=False,
    ),
)

"""EB Games (AU): what follows "Have you seen" is advertising; pre-orders print no price."""

from parsers.seeds.authoring import retailer, statuses

DEFINITIONS = (
    retailer(
        "eb-games-au",
        "EB Games Australia",
        domains=["ebgames.com.au"],
        order_pattern=r"[0-9A-F]{12,16}(?:-[A-Z])?",
        phrases=statuses(
            ordered=["we've got your order", "thanks for your order"],
            ready_for_pickup=["ready to collect"],
            cancelled=["cancel"],
            refunded=["refund"],
            shipped=["shipped", "on its way"],
        ),
        language="en",
        currency="AUD",
        dayfirst=True,
    ),
)

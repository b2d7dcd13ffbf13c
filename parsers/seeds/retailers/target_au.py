"""Target (AU): the plain part is the clean one; "Order Total" may leave out the delivery fee."""

from parsers.seeds.authoring import retailer, statuses

DEFINITIONS = (
    retailer(
        "target-au",
        "Target Australia",
        domains=["target.com.au", "targetnewsletter.com.au"],
        order_pattern=r"[0-9]{9}",
        phrases=statuses(
            ordered=["your target order is confirmed", "thanks for your order"],
            cancelled=["cancel"],
            refunded=["refund"],
            shipped=["shipped", "on its way", "dispatch"],
        ),
        language="en",
        currency="AUD",
        dayfirst=True,
        part="plain",
    ),
)

"""Dick's Sporting Goods (US)."""

from parsers.seeds.authoring import retailer, statuses

DEFINITIONS = (
    retailer(
        "dicks-sporting-goods",
        "Dick's Sporting Goods",
        domains=["dickssportinggoods.com", "dcsg.com"],
        phrases=statuses(
            cancelled=["your order has been canceled", "all or part of your order has been cancelled"],
            shipped=["your order just shipped"],
        ),
        language="en",
        currency="USD",
        dayfirst=False,
    ),
)

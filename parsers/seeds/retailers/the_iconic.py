"""THE ICONIC: known by its domain only; no mail of it has been seen."""

from parsers.seeds.authoring import retailer, statuses

DEFINITIONS = (
    retailer(
        "the-iconic",
        "THE ICONIC",
        domains=["theiconic.com.au"],
        phrases=statuses(
            ordered=["order confirmed", "thanks for your order", "thank you for your order"],
            shipped=["has shipped", "is on its way", "on the way"],
            cancelled=["has been cancelled"],
            refunded=["refund"],
        ),
        language="en",
        currency="AUD",
        dayfirst=True,
    ),
)

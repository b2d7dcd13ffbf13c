"""Amazon, all its country shops: four-step progress bars list every stage, adverts carry prices, the parcel is
known by the shipment id in the link, and subjects cut item names."""

from parsers.seeds.authoring import retailer, statuses

DEFINITIONS = (
    retailer(
        "amazon",
        "Amazon",
        domains=[
            "amazon.com",
            "amazon.com.au",
            "amazon.co.uk",
            "amazon.ca",
            "amazon.de",
            "amazon.fr",
            "amazon.it",
            "amazon.es",
            "amazon.in",
            "amazon.co.jp",
            "amazon.nl",
            "amazon.pl",
            "amazon.se",
            "amazon.com.be",
            "amazon.com.mx",
            "amazon.com.br",
            "amazon.ie",
            "amazon.ae",
            "amazon.sa",
            "amazon.eg",
            "amazon.sg",
            "amazon.com.tr",
            "amazon.co.za",
            "amazon.cn",
        ],
        order_pattern=r"(?:[0-9]{3}|D[0-9]{2})-[0-9]{7}-[0-9]{7}",
        phrases=statuses(
            exception=["delivery update:", "running late"],
            refunded=["refund"],
            cancelled=["cancelled", "canceled"],
            delivered=["delivered:", "has been delivered", "consegna effettuata:", "dostarczono:", "geliefert:"],
            out_for_delivery=["out for delivery:", "arriving today"],
            shipped=["shipped:", "dispatched", "has shipped"],
            ordered=["ordered:", "your order of"],
        ),
        proven=True,
    ),
)

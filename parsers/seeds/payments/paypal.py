"""PayPal receipts: an invoice of the seller it names; the transaction id is neither an order nor a parcel."""

from parsers.seeds.authoring import never, retailer, statuses

DEFINITIONS = (
    retailer(
        "paypal",
        "PayPal",
        domains=["paypal.com", "paypal.co.uk", "paypal.com.au", "paypal.de", "paypal.fr", "paypal.it", "paypal.es"],
        author_type="payment",
        kind="invoice",
        matchers=(
            *never("you've got money", "sent you", "money request", "statement", "policy updates"),
            *never("Contribution", target="heading"),
        ),
        phrases=statuses(refunded=["refund"], ordered=["receipt for your", "you sent a payment", "you paid"]),
        proven=True,
    ),
)

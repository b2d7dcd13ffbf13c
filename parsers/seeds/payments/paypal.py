"""PayPal receipts: an invoice of the seller it names; the transaction id is neither an order nor a parcel.

Money between friends buys nothing: PayPal calls it a personal payment, to friends and family.
"""

from parsers.engine.definition import Definition, Matcher
from parsers.seeds.authoring import from_domains, never, retailer, statuses

_DOMAINS = ("paypal.com", "paypal.co.uk", "paypal.com.au", "paypal.de", "paypal.fr", "paypal.it", "paypal.es")
_PERSONAL = (
    r"(?i)friends and family|personal payment|freunde und familie|amis et proches|amici e familiari|amigos y familiares"
)

DEFINITIONS = (
    retailer(
        "paypal",
        "PayPal",
        domains=_DOMAINS,
        author_type="payment",
        kind="invoice",
        matchers=(
            *never("you've got money", "sent you", "money request", "statement", "policy updates"),
            *never("Contribution", target="heading"),
            Matcher("body_text", "re2", _PERSONAL, "must_not"),
        ),
        phrases=statuses(refunded=["refund"], ordered=["receipt for your", "you sent a payment", "you paid"]),
        proven=True,
    ),
    Definition(
        key="paypal-personal",
        name="PayPal: money between friends",
        author="paypal",
        author_name="PayPal",
        author_type="payment",
        kind="not_relevant",
        matchers=(*from_domains(*_DOMAINS), Matcher("body_text", "re2", _PERSONAL, "must")),
    ),
)

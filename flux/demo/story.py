"""What happens in the demo year: purchases with their mails, and everything else that fills a mailbox."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from flux.demo.cast import CARRIERS, PERSON, SHOPS, Carrier, Shop
from flux.demo.numbers import number_like, with_check_digit

PURCHASES = 96
FIRST_NAME = PERSON.split()[0]
_WORDS = {
    "de": {
        "number_label": "Sendungsnummer",
        "eta_label": "Voraussichtliche Zustellung",
        "missed": "Ihre Sendung liegt zur Abholung bereit",
    },
    "en": {
        "number_label": "Tracking number",
        "eta_label": "Estimated delivery",
        "missed": "Your parcel is ready to collect",
    },
}


@dataclass(frozen=True, slots=True)
class DemoMail:
    """One mail to be written: who sends it when, with which template of `mails/` and what to fill in."""

    sent_at: datetime
    sender_name: str
    sender: str
    subject: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)
    return_path: str = ""
    verified: bool = True
    """The receiving server vouches for the sender."""


@dataclass(frozen=True, slots=True)
class Purchase:
    shop: Shop
    number: str
    ordered: datetime
    lines: tuple[dict[str, Any], ...]
    context: dict[str, Any]
    missed: bool
    """Nobody was at home when the parcel came, so it is fetched later."""

    @property
    def kept_waiting(self) -> timedelta:
        return timedelta(days=5 if self.missed else 0)


def mails(*, now: datetime, seed: int = 7) -> list[DemoMail]:
    """The mails of the year before `now` (aware UTC), oldest first. The same arguments give the same mails."""
    chance = random.Random(seed)  # noqa: S311 - a story, not a secret
    story = [mail for index in range(PURCHASES) for mail in _purchase_mails(_purchase(index, now, chance), chance)]
    story += list(_other_mails(now, chance))
    return sorted((mail for mail in story if mail.sent_at < now), key=lambda mail: (mail.sent_at, mail.subject))


def _purchase(index: int, now: datetime, chance: random.Random) -> Purchase:
    shop = SHOPS[index % len(SHOPS)]
    age = timedelta(days=360 * (1 - index / PURCHASES) ** 2, minutes=chance.randrange(600))
    ordered = (now - age - timedelta(hours=6)).replace(microsecond=0)
    chosen = chance.sample(shop.products, k=min(len(shop.products), chance.choice((1, 1, 1, 2, 3))))
    lines, subtotal = [], Decimal(0)
    for product in chosen:
        quantity = chance.choice((1, 1, 1, 2, 4))
        subtotal += product.price * quantity
        lines.append(
            {
                "title": product.title,
                "quantity": quantity,
                "unit": product.price,
                "unit_text": _amount(product.price, shop),
                "total_text": _amount(product.price * quantity, shop),
            }
        )
    shipping = Decimal(chance.choice(("0.00", "9.95", "12.00")))
    number = number_like(shop.number, chance)
    eta = ordered + timedelta(days=chance.randrange(3, 8))
    context = {
        "shop": shop,
        "first_name": FIRST_NAME,
        "number": number,
        "number_text": number if number.startswith("#") else f"#{number}",
        "ordered": ordered,
        "lines": lines,
        "subtotal": _amount(subtotal, shop),
        "shipping": _amount(shipping, shop),
        "total": _amount(subtotal + shipping, shop),
        "total_number": f"{subtotal + shipping:.2f}",
        "eta": eta,
        "advert": chance.choice(shop.products),
        "parcel_key": number_like("Uq@@@@@@@", chance),
        "item_id": number_like("##########", chance),
        "markup": _markup(shop, number, lines, subtotal + shipping),
    }
    return Purchase(shop, number, ordered, tuple(lines), context, missed=index % 6 == 4)


def _amount(amount: Decimal, shop: Shop) -> str:
    if shop.layout in ("german", "french"):
        return f"{amount:.2f}".replace(".", ",") + f" {shop.sign}"
    return f"{shop.sign}{amount:,.2f}"


def _markup(shop: Shop, number: str, lines: list[dict[str, Any]], total: Decimal) -> str:
    """A schema.org Order as the plugin writes it."""
    return json.dumps(
        {
            "@context": "http://schema.org",
            "@type": "Order",
            "orderNumber": number,
            "merchant": {"@type": "Organization", "name": shop.name},
            "priceCurrency": shop.currency,
            "price": f"{total:.2f}",
            "acceptedOffer": [
                {
                    "@type": "Offer",
                    "itemOffered": {"@type": "Product", "name": line["title"]},
                    "price": f"{line['unit']:.2f}",
                    "priceCurrency": shop.currency,
                    "eligibleQuantity": {"@type": "QuantitativeValue", "value": line["quantity"]},
                }
                for line in lines
            ],
        }
    )


def _purchase_mails(purchase: Purchase, chance: random.Random) -> Iterator[DemoMail]:
    shop, context = purchase.shop, purchase.context
    yield _confirmation(purchase)
    if chance.random() < 0.05:
        yield _shop_mail(purchase, 30, f"Your order {context['number_text']} has been cancelled", "cancelled")
        return
    shipped = purchase.ordered + timedelta(days=chance.uniform(0.8, 2.5))
    carrier = CARRIERS[chance.choice(shop.carriers)] if shop.carriers else None
    tracking = with_check_digit(number_like(carrier.number, chance), carrier.scheme) if carrier else ""
    extra = {"carrier": carrier, "tracking": tracking}
    yield _parcel(purchase, shipped, "shipped", extra)
    arrives = shipped + timedelta(days=chance.uniform(1.5, 5), hours=chance.randrange(3))
    if carrier is not None:
        yield from _carrier_mails(purchase, carrier, tracking, shipped, arrives)
    if shop.announces_delivery:
        out = arrives.replace(hour=7, minute=chance.randrange(60))
        delivered = max(arrives, out + timedelta(hours=3)) + purchase.kept_waiting
        for sent_at, status in ((out, "out"), (delivered, "delivered")):
            yield _parcel(purchase, sent_at, status, extra)
    if chance.random() < 0.05:
        yield _shop_mail(purchase, 24 * 16, f"A refund for your order {context['number_text']}", "refund")


def _confirmation(purchase: Purchase) -> DemoMail:
    shop, context = purchase.shop, purchase.context
    title = purchase.lines[0]["title"]
    subject = {
        "amazon": f'Ordered: "{title[:28]}..."',
        "ebay": f"Order confirmed: {title}",
        "etsy": f"Your Etsy Purchase from {shop.name} ({context['number']})",
        "nike": f"Get ready, your order is confirmed ({context['number']})",
        "shopify": f"Order {context['number_text']} confirmed",
        "woocommerce": f"Your {shop.name} order has been received!",
        "magento": f"Your {shop.name} order confirmation",
        "german": f"Ihre Bestellung {context['number']}",
        "french": f"Confirmation de votre commande {context['number']}",
    }.get(shop.layout, f"Order {context['number']} confirmed")
    layouts = ("shopify", "woocommerce", "magento", "ebay", "german", "french")
    template = "order_amazon.txt" if shop.layout == "amazon" else "order_rows.html"
    if shop.layout in layouts:
        template = f"order_{shop.layout}.html"
    language = {"german": "de", "french": "fr"}.get(shop.layout, "en")
    return _from_shop(purchase, purchase.ordered, subject, template, {**context, "language": language})


def _parcel(purchase: Purchase, sent_at: datetime, status: str, extra: dict[str, Any]) -> DemoMail:
    shop, context = purchase.shop, {**purchase.context, **extra}
    if shop.layout == "amazon":
        title = purchase.lines[0]["title"][:24]
        subject, headline, arriving, local = {
            "shipped": (f'Shipped: "{title}..."', "Your package was shipped!", "Arriving tomorrow",
                        "shipment-tracking"),
            "out": (f'Out for delivery: "{title}..."', "Your package is out for delivery!", "Arriving today by 6 pm",
                    "shipment-tracking"),
            "delivered": (f'Delivered: "{title}..."', "Your package was delivered!", "Delivered today", "order-update"),
        }[status]  # fmt: skip
        context |= {"headline": headline, "arriving": arriving}
        mail = _from_shop(purchase, sent_at, subject, "parcel_amazon.txt", context)
        return DemoMail(
            sent_at, mail.sender_name, f"{local}@{shop.sender.partition('@')[2]}", subject, mail.template, context
        )
    subject = {
        "shipped": f"A shipment from order {context['number_text']} is on the way",
        "out": f"A shipment from order {context['number_text']} is out for delivery",
        "delivered": f"A shipment from order {context['number_text']} has been delivered",
    }[status]
    headline = {"shipped": "Your order is on its way", "out": "Your order is out for delivery"}.get(
        status, "Your order has been delivered"
    )
    template = "shipped.html" if status == "shipped" else "shop_note.html"
    return _from_shop(purchase, sent_at, subject, template, context | {"headline": headline})


def _shop_mail(purchase: Purchase, hours: float, subject: str, about: str) -> DemoMail:
    headline = {"cancelled": "Your order has been cancelled", "refund": "Your refund is on its way"}[about]
    context = purchase.context | {"headline": headline, "about": about}
    return _from_shop(purchase, purchase.ordered + timedelta(hours=hours), subject, "shop_note.html", context)


def _from_shop(purchase: Purchase, sent_at: datetime, subject: str, template: str, context: dict[str, Any]) -> DemoMail:
    shop = purchase.shop
    return DemoMail(sent_at, shop.name, shop.sender, subject, template, context, shop.return_path)


def _carrier_mails(
    purchase: Purchase, carrier: Carrier, tracking: str, shipped: datetime, arrives: datetime
) -> Iterator[DemoMail]:
    times = {
        "in_transit": shipped + timedelta(hours=9),
        "out_for_delivery": arrives.replace(hour=6),
        "ready_for_pickup": arrives,
        "delivered": arrives + purchase.kept_waiting,
    }
    words = _WORDS["de" if carrier.name == "DHL" else "en"]
    subjects = list(carrier.subjects)
    if purchase.missed:
        subjects.insert(-1, ("ready_for_pickup", words["missed"]))
    for status, subject in subjects:
        text = subject.format(shop=purchase.shop.name)
        context = {
            "carrier": carrier,
            "shop": purchase.shop,
            "first_name": FIRST_NAME,
            "headline": text,
            "tracking": tracking,
            "eta_text": _day(arrives, carrier) if status == "in_transit" else "",
            **words,
        }
        yield DemoMail(times[status], carrier.name, carrier.sender, text, "carrier.html", context)


def _day(day: datetime, carrier: Carrier) -> str:
    if carrier.name == "DHL":
        return f"{day:%d.%m.%Y}"
    return f"{day:%A}, {day.day} {day:%B %Y}" if carrier.dayfirst else f"{day:%A}, {day:%m/%d/%Y}"


_NOISE = (
    ("Northgate Cards", "news@northgatecards.example", "Booster boxes from £99 this weekend only", "newsletter.html"),
    ("Nike", "nike@official.nike.com", "Members get early access", "newsletter.html"),
    ("Kick Harbour", "hello@kickharbour.example", "You left something in your cart", "newsletter.html"),
    ("Skyline Air", "bookings@skylineair.example", "Your booking confirmation QX7PLM", "flight.html"),
    ("Harbour Bank", "statements@harbourbank.example", "Your statement is ready", "plain.txt"),
    ("Flatmates", "jo@example.net", "Dinner on Friday?", "plain.txt"),
    ("eBay", "ebay@ebay.com.au", "You made the sale for Disney Lorcana Azurite Sea Booster Box", "sold.html"),
    ("Amazon.com.au", "no-reply@amazon.com.au", "Your password was changed", "plain.txt"),
)
_STRANGERS = (
    ("Tin Robot Toys", "shop@tinrobot.example", "TR-48812", "order_rows.html"),
    ("Velo Rossi", "info@velorossi.example", "77120", "order_rows.html"),
)


def _other_mails(now: datetime, chance: random.Random) -> Iterator[DemoMail]:
    """Newsletters, bookings, sales and letters, and orders of senders that nobody vouches for."""
    for index in range(88):
        name, sender, subject, template = _NOISE[index % len(_NOISE)]
        sent_at = now - timedelta(days=chance.uniform(1, 358))
        context = {"first_name": FIRST_NAME, "shop": {"name": name}, "issue": index, "subject": subject}
        yield DemoMail(sent_at, name, sender, subject, template, context)
    for index in range(12):
        name, sender, number, template = _STRANGERS[index % len(_STRANGERS)]
        number += str(index)
        purchase = _purchase(index, now, chance)
        context = purchase.context | {"shop": {"name": name, "sign": "$"}, "number": number}
        subject = f"Order {number} confirmed"
        yield DemoMail(purchase.ordered, name, sender, subject, template, context, verified=False)
    for index in range(14):
        sent_at = now - timedelta(days=chance.uniform(2, 340))
        context = {"first_name": FIRST_NAME, "shop": {"name": "Nike"}, "issue": index}
        yield DemoMail(sent_at, "Nike", "nike@official.nike.com", "Thanks for your order", "incomplete.html", context)

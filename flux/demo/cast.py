"""Who sends, and what is bought, in the demo."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

MEMBER = "demo"
PERSON = "Mara Ellison"
ADDRESS = "mara.ellison@example.org"


@dataclass(frozen=True, slots=True)
class Product:
    title: str
    price: Decimal


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop of the demo. `number`: shape of its order numbers, `#` a digit, `@` a hexadecimal digit."""

    name: str
    sender: str
    layout: str
    number: str
    currency: str
    sign: str
    products: tuple[Product, ...]
    carriers: tuple[str, ...]
    shop_host: str = ""
    return_path: str = ""
    announces_delivery: bool = False
    """Writes itself when a parcel is out and when it has come."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """A carrier of the demo; `number` as in `Shop`, completed by the check digit of its `scheme`."""

    name: str
    sender: str
    number: str
    scheme: str = ""
    dayfirst: bool = True
    subjects: tuple[tuple[str, str], ...] = ()
    """(status, subject) of the mails that it sends; {shop} is replaced."""


def _products(*pairs: tuple[str, str]) -> tuple[Product, ...]:
    return tuple(Product(title, Decimal(price)) for title, price in pairs)


GAMES = _products(
    ("Nintendo Switch 2 Console", "699.00"),
    ("PlayStation Portal Remote Player", "329.00"),
    ("8BitDo Ultimate 2 Wireless Controller", "89.95"),
    ("Mario Kart World", "109.00"),
    ("Xbox Wireless Headset", "159.00"),
)
CARDS = _products(
    ("Pokémon TCG Prismatic Evolutions Elite Trainer Box", "89.95"),
    ("Pokémon TCG 151 Booster Bundle", "59.95"),
    ("Disney Lorcana Azurite Sea Booster Box", "219.00"),
    ("Magic: The Gathering Foundations Play Booster Box", "239.00"),
)
SHOES = _products(
    ("Air Jordan 4 Retro 'Fear' GS", "210.00"),
    ("Dunk Low Retro 'Panda'", "150.00"),
    ("Samba OG Core Black", "170.00"),
    ("New Balance 9060 Sea Salt", "250.00"),
)
BRICKS = _products(
    ("LEGO Icons Rivendell 10316", "799.99"),
    ("LEGO Technic Ferrari SF-24 F1 42207", "349.99"),
    ("LEGO Star Wars UCS Venator 75367", "999.99"),
    ("LEGO Ideas Polaroid OneStep 21345", "119.99"),
)
GADGETS = _products(
    ("Sony WH-1000XM6 Headphones", "449.00"),
    ("Anker 737 Power Bank 24,000 mAh", "99.99"),
    ("Logitech MX Master 3S Mouse", "99.99"),
    ("Kindle Paperwhite Signature 32 GB", "189.99"),
    ("SanDisk Extreme Pro 1 TB SD Card", "149.99"),
)
PLANTS = _products(("Monstera deliciosa, 60 cm", "34.50"), ("Terracotta pot, 17 cm", "9.80"), ("Plant mister", "12.00"))

SHOPS = (
    Shop("Amazon.com.au", "auto-confirm@amazon.com.au", "amazon", "249-#######-#######", "AUD", "$", GADGETS, (),
         announces_delivery=True),
    Shop("Amazon.co.uk", "auto-confirm@amazon.co.uk", "amazon", "203-#######-#######", "GBP", "£", GADGETS, (),
         announces_delivery=True),
    Shop("eBay", "ebay@ebay.com.au", "ebay", "12-#####-#####", "AUD", "AU $", CARDS, ("Australia Post",)),
    Shop("Etsy", "no-reply@account.etsy.com", "etsy", "38########", "AUD", "A$", PLANTS, ("Australia Post",)),
    Shop("Nike", "nike@official.nike.com", "nike", "C0##########", "AUD", "A$", SHOES, ("Australia Post",)),
    Shop("Kmart Australia", "noreply@orders.kmart.com.au", "rows", "63#######", "AUD", "$", CARDS, ("CouriersPlease",)),
    Shop("EB Games Australia", "donotreply@ebgames.com.au", "rows", "10@@@@@@@@@@@@@@", "AUD", "$", GAMES,
         ("Australia Post",)),
    Shop("JB Hi-Fi", "orders@jbhifi.com.au", "shopify", "12#######", "AUD", "$", GAMES, ("StarTrack",),
         shop_host="cdn.shopify.com"),
    Shop("Kick Harbour", "store+5512@t.shopifyemail.com", "shopify", "KH#####", "AUD", "$", SHOES, ("Australia Post",),
         shop_host="cdn.shopify.com", return_path="bounce@shopifyemail.com", announces_delivery=True),
    Shop("Brickyard Lane", "store+8841@t.shopifyemail.com", "shopify", "#1###", "GBP", "£", BRICKS, ("Royal Mail",),
         shop_host="cdn.shopify.com", return_path="bounce@shopifyemail.com"),
    Shop("Northgate Cards", "orders@northgatecards.example", "woocommerce", "1####", "GBP", "£", CARDS,
         ("Royal Mail",)),
    Shop("Southside Games", "sales@southsidegames.example", "magento", "0000#####", "AUD", "A$", GAMES,
         ("Australia Post",)),
    Shop("Walmart", "help@walmart.com", "walmart", "2000###-########", "USD", "$", GADGETS, ("FedEx",),
         announces_delivery=True),
    Shop("Best Buy", "bestbuyinfo@emailinfo.bestbuy.com", "rows", "BBY01-80##########", "USD", "$", GADGETS, ("UPS",)),
    Shop("Pflanzenhof Lindau", "service@pflanzenhof-lindau.example", "german", "PL-20######", "EUR", "€", PLANTS,
         ("DHL",)),
    Shop("Papeterie du Quai", "commandes@papeterieduquai.example", "french", "CMD######", "EUR", "€", PLANTS, ()),
)  # fmt: skip

CARRIERS = {
    carrier.name: carrier
    for carrier in (
        Carrier("Australia Post", "noreply@notifications.auspost.com.au", "36FLX#######", subjects=(
            ("in_transit", "Your delivery from {shop} is on its way"),
            ("out_for_delivery", "Your delivery from {shop} is coming today"),
            ("delivered", "Your delivery from {shop} has been delivered"),
        )),
        Carrier("StarTrack", "noreply@startrack.com.au", "FLXZ########", subjects=(
            ("in_transit", "Your StarTrack delivery is on its way"),
            ("delivered", "Your StarTrack delivery has been delivered"),
        )),
        Carrier("CouriersPlease", "noreply@couriersplease.com.au", "CPAB00#######", subjects=(
            ("out_for_delivery", "Your parcel is out for delivery"),
            ("delivered", "Your parcel has been delivered"),
        )),
        Carrier("Royal Mail", "no-reply@royalmail.com", "MA########", scheme="s10:GB", subjects=(
            ("in_transit", "Your Royal Mail parcel is on its way"),
            ("delivered", "Your Royal Mail parcel has been delivered"),
        )),
        Carrier("UPS", "mcinfo@ups.com", "1ZF1UX03#######", scheme="ups", dayfirst=False, subjects=(
            ("out_for_delivery", "UPS Update: Package Out for Delivery Today"),
            ("delivered", "UPS Update: Your Package Was Delivered"),
        )),
        Carrier("FedEx", "TrackingUpdates@fedex.com", "7########## ", scheme="fedex12", dayfirst=False, subjects=(
            ("out_for_delivery", "FedEx Delivery: Your package is out for delivery"),
            ("delivered", "FedEx Delivery: Your package has been delivered"),
        )),
        Carrier("DHL", "noreply@dhl.de", "00340434###########", scheme="gs1", subjects=(
            ("in_transit", "Ihre Sendung ist unterwegs"),
            ("delivered", "Ihre Sendung wurde zugestellt"),
        )),
    )
}  # fmt: skip

"""The ladder: who may be read how, and what becomes of it."""

from dataclasses import dataclass

import pytest

from parsers.engine.extraction import Kind, Outcome, Status, Tier
from parsers.engine.reader import Reader, Trust
from parsers.engine.tests.mails import document
from parsers.seeds import all_seeds
from tracking.numbers.book import CARRIERS

READER = Reader(all_seeds(), CARRIERS)
UPS = "1Z999AA10123456784"


def read(trust=Trust.TRUSTED, **parts):
    return READER.read(document(**parts), trust=trust)


@dataclass(frozen=True)
class Shop:
    """How shops of one language write."""

    subject: str
    thanks: str
    number: str
    heads: tuple[str, str, str]
    total: str
    shipped_subject: str
    shipped: str
    tracking: str
    eta: str
    money: str = "{0},00 €"


SHOPS = {
    "en": Shop(
        "Order confirmation", "Thank you for your order", "Order number", ("Item", "Qty", "Price"), "Total",
        "Your order has shipped", "Your order is on its way", "Tracking number", "Estimated delivery: 5 March 2026",
        "£{0}.00",
    ),
    "de": Shop(
        "Bestellbestätigung", "Vielen Dank für Ihre Bestellung", "Bestellnummer", ("Artikel", "Menge", "Preis"),
        "Gesamtbetrag", "Ihre Bestellung wurde versendet", "Ihre Sendung ist unterwegs", "Sendungsnummer",
        "Voraussichtliche Lieferung: 05.03.2026",
    ),
    "fr": Shop(
        "Confirmation de commande", "Merci pour votre commande", "Numéro de commande", ("Article", "Quantité", "Prix"),
        "Total TTC", "Votre commande a été expédiée", "Votre colis est en route", "Numéro de suivi",
        "Livraison prévue le 5 mars 2026",
    ),
    "it": Shop(
        "Conferma ordine", "Grazie per il tuo ordine", "Numero ordine", ("Articolo", "Quantità", "Prezzo"), "Totale",
        "Il tuo ordine è stato spedito", "Il tuo pacco è in viaggio", "Numero di tracking",
        "Consegna prevista: 5 marzo 2026",
    ),
    "es": Shop(
        "Confirmación de pedido", "Gracias por tu pedido", "Número de pedido", ("Artículo", "Cantidad", "Precio"),
        "Total", "Tu pedido ha sido enviado", "Tu paquete está en camino", "Número de seguimiento",
        "Entrega estimada: 5 de marzo de 2026",
    ),
    "pl": Shop(
        "Potwierdzenie zamówienia", "Dziękujemy za zamówienie", "Numer zamówienia", ("Produkt", "Ilość", "Cena"),
        "Razem", "Twoje zamówienie zostało wysłane", "Twoja paczka jest w drodze", "Numer przesyłki",
        "Przewidywana dostawa: 5 marca 2026", "{0},00 zł",
    ),
    "nl": Shop(
        "Orderbevestiging", "Bedankt voor je bestelling", "Bestelnummer", ("Artikel", "Aantal", "Prijs"), "Totaal",
        "Je bestelling is verzonden", "Je pakket is onderweg", "Track & trace-code", "Verwachte levering: 5 maart 2026",
    ),
    "pt": Shop(
        "Confirmação de encomenda", "Obrigado pela sua encomenda", "Número da encomenda",
        ("Artigo", "Quantidade", "Preço"), "Total", "A sua encomenda foi enviada", "A sua encomenda está a caminho",
        "Número de rastreio", "Entrega prevista: 5 de março de 2026",
    ),
    "sv": Shop(
        "Orderbekräftelse", "Tack för din beställning", "Ordernummer", ("Artikel", "Antal", "Pris"), "Totalt",
        "Din order har skickats", "Ditt paket är på väg", "Kollinummer", "Beräknad leverans: 5 mars 2026", "{0},00 kr",
    ),
}  # fmt: skip


def order_html(shop: Shop) -> str:
    head = "".join(f"<th>{word}</th>" for word in shop.heads)
    rows = f"<tr><td>Lampion Azul</td><td>2</td><td>{shop.money.format(20)}</td></tr>"
    return (
        f"<h1>{shop.thanks}</h1><p>{shop.number}: LH-20418</p><table><tr>{head}</tr>{rows}</table>"
        f"<p>{shop.total}: {shop.money.format(20)}</p>"
    )


@pytest.mark.parametrize("language", SHOPS)
def test_an_order_of_a_shop_nobody_knows_is_read_in_its_language(language):
    shop = SHOPS[language]
    said = read(subject=f"{shop.subject} LH-20418", html=order_html(shop))
    assert (said.outcome, said.kind) == (Outcome.PARSED, Kind.ORDER_CONFIRMATION)
    (order,) = said.orders
    assert order.order_number.value == "LH-20418"
    assert str(order.total.value) == "20.00"
    (line,) = order.lines
    assert (line.title.value, line.quantity.value, str(line.line_total.value)) == ("Lampion Azul", 2, "20.00")


@pytest.mark.parametrize("language", SHOPS)
def test_a_parcel_of_a_shop_nobody_knows_is_read_in_its_language(language):
    shop = SHOPS[language]
    html = f"<h1>{shop.shipped}</h1><p>{shop.number}: LH-20418</p><p>{shop.tracking}: {UPS}</p><p>{shop.eta}</p>"
    said = read(subject=shop.shipped_subject, html=html)
    assert (said.outcome, said.kind) == (Outcome.PARSED, Kind.SHIPPING)
    (parcel,) = said.shipments
    assert (parcel.tracking_number.value, parcel.carrier.value) == (UPS, "ups")
    assert [number.value for number in parcel.order_numbers] == ["LH-20418"]
    assert parcel.eta_to.value.isoformat() == "2026-03-05"


def test_a_mail_too_deep_to_be_read_to_its_number_says_so():
    deep = "<div>" * 3000 + "<p>Order number: LH-20418</p>" + "</div>" * 3000
    said = read(subject="Order confirmation", html="<p>Thank you for your order</p>" + deep)
    assert (said.outcome, said.reason) == (Outcome.UNMATCHED, "too_deep_html")


def test_a_stranger_is_believed_only_if_the_sender_is_authenticated():
    mail = {"subject": "Order confirmation LH-20418", "html": order_html(SHOPS["en"])}
    held = read(trust=Trust.UNKNOWN, **mail)
    assert (held.outcome, held.reason, held.tier) == (Outcome.HELD, "sender_unverified", Tier.GENERIC)
    assert read(trust=Trust.FAILED, **mail).outcome == Outcome.HELD


def test_a_strangers_mail_that_a_person_forwarded_is_held():
    block = "---------- Forwarded message ---------\nFrom: Lamp House <orders@lamphouse.example>\nDate: 2 Mar 2026\n"
    text = (
        f"{block}Subject: Order confirmation LH-20418\n\nThank you for your order\nOrder number: LH-20418\nTotal: £5.00"
    )
    said = read(subject="Fwd: Order confirmation LH-20418", sender="Mara <mara@example.org>", text=text)
    assert (said.outcome, said.reason) == (Outcome.HELD, "forwarded")
    assert said.orders[0].order_number.value == "LH-20418"


def test_a_known_author_is_read_whether_or_not_the_provider_authenticates():
    said = read(
        trust=Trust.UNKNOWN,
        sender="UPS <mcinfo@ups.com>",
        subject="UPS Update: Package Delivered",
        text=f"Your package has been delivered.\nTracking Number: {UPS}",
    )
    assert (said.outcome, said.kind, said.author_type) == (Outcome.PARSED, Kind.DELIVERED, "carrier")


def test_a_sender_made_to_look_like_a_known_one_is_ignored():
    said = read(
        sender="Amazon <order@amazon-orders.example>",
        subject="Your Amazon order",
        text="Order number: 123-4567890-1234567\nTotal: £5.00\nThank you for your order",
    )
    assert (said.outcome, said.reason) == (Outcome.IGNORED, "look_alike")


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("You sold Blue Lamp", "Order number: 12-12345-12345\nShip your item soon. Total: £5.00"),
        ("Flight booking confirmation", "Booking reference ABC123\nYour flight to Paris\nTotal £99.00"),
        ("How was your purchase?", "Rate your order and leave a review of Blue Lamp"),
        ("You left something in your cart", "Blue Lamp £10.00"),
        ("Thank you for your donation", "Total: £10.00\nReceipt number: 12345"),
        ("Reset your password", "Somebody asked to reset your password"),
    ],
)
def test_what_is_nobodys_order_is_left_alone(subject, text):
    said = read(subject=subject, text=text)
    assert said.outcome in (Outcome.IGNORED, Outcome.UNMATCHED)
    assert not said.orders
    assert not said.shipments


def test_words_of_what_will_happen_are_no_status():
    text = (
        "Thank you for your order\nOrder number: LH-20418\nTotal: £5.00\nWe will email you once your order has shipped."
    )
    said = read(subject="Order LH-20418 confirmed", text=text)
    assert said.status.value == Status.ORDERED


def test_the_steps_of_a_progress_bar_are_no_status():
    bar = "<table><tr><td>Ordered</td><td>Shipped</td><td>Out for delivery</td><td>Delivered</td></tr></table>"
    html = f"<p>Order number: LH-20418</p>{bar}<p>Your parcel has been shipped</p><p>Tracking number: {UPS}</p>"
    said = read(subject="News about LH-20418", html=html)
    assert said.status.value == Status.SHIPPED


def test_one_mail_speaks_of_several_parcels():
    other = "1Z5R89390357567127"
    text = f"Your order has shipped\nOrder number: LH-20418\nTracking number: {UPS}\nTracking number: {other}"
    said = read(subject="Your order LH-20418 has shipped", text=text)
    assert {parcel.tracking_number.value for parcel in said.shipments} == {UPS, other}


def test_one_sum_for_several_orders_belongs_to_none_of_them():
    orders = "Order number: LH-20418\nBlue Lamp x 1\nOrder number: LH-20419\nRed Lamp x 1"
    text = f"Thank you for your orders\n{orders}\nTotal: £25.00"
    said = read(subject="Order confirmation", text=text)
    assert [order.order_number.value for order in said.orders] == ["LH-20418", "LH-20419"]
    assert str(said.shared_total.value) == "25.00"
    assert all(order.total is None for order in said.orders)


@pytest.mark.parametrize(
    "text",
    [
        "Call us: 0800 123 4567. Customer number 99887766",
        "Postcode SW1A 1AA, VAT GB123456789",
        "Item number: 224455552112",
        "Phone: +44 20 7946 0958",
    ],
)
def test_other_numbers_are_no_tracking_numbers(text):
    said = read(subject="Your order LH-20418 has shipped", text=f"Order number: LH-20418\n{text}")
    assert all(parcel.tracking_number is None for parcel in said.shipments)


def test_a_mail_without_what_its_kind_needs_says_what_is_missing():
    known = read(sender="UPS <mcinfo@ups.com>", subject="Your package is on the way", text="Nothing else.")
    assert (known.outcome, known.missing) == (Outcome.INCOMPLETE, ("tracking_number",))
    stranger = read(subject="Your parcel has been shipped", text="Nothing else.")
    assert stranger.outcome == Outcome.UNMATCHED


def test_markup_is_believed_before_words():
    script = (
        '{"@type":"Order","orderNumber":"W-77001","priceCurrency":"EUR","price":"12.50","acceptedOffer":[{"price":"6.25",'
        '"eligibleQuantity":{"value":"2"},"itemOffered":{"name":"Blue Lamp","sku":"BL-1"}}]}'
    )
    said = read(
        subject="Your Lamp House order has been received!",
        html=f'<script type="application/ld+json">{script}</script><h1>Thank you for your order</h1>',
    )
    (order,) = said.orders
    assert (order.order_number.value, str(order.total.value), order.currency.value) == ("W-77001", "12.50", "EUR")
    (line,) = order.lines
    assert (line.title.value, line.sku.value, line.quantity.value, str(line.line_total.value)) == (
        "Blue Lamp",
        "BL-1",
        2,
        "12.50",
    )


def test_every_value_stands_where_its_span_says():
    shop = SHOPS["en"]
    doc = document(subject=f"{shop.subject} LH-20418", html=order_html(shop))
    said = READER.read(doc, trust=Trust.TRUSTED)
    (order,) = said.orders
    for value in (order.order_number, order.total, order.lines[0].title, order.lines[0].quantity, said.status):
        assert value is not None
        assert value.span is not None
        assert doc.slice(value.span) == value.raw

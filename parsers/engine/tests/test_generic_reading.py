"""What the words of a mail say when no definition tells where to look."""

import pytest

from parsers.engine.extraction import Extraction, Kind, Outcome, Status
from parsers.engine.reader import Reader, Trust
from parsers.engine.tests.mails import document
from parsers.engine.values.addresses import dollar_of
from parsers.seeds import all_seeds
from tracking.numbers.book import CARRIERS

READER = Reader(all_seeds(), CARRIERS)
UPS = ("1Z999AA10123456784", "1Z5R89390357567127")


def read(**parts: object) -> Extraction:
    return READER.read(document(**parts), trust=Trust.TRUSTED)


def numbers(said: Extraction) -> list[str]:
    return [parcel.tracking_number.value for parcel in said.shipments if parcel.tracking_number]


def order_numbers(said: Extraction) -> list[str]:
    return [order.order_number.value for order in said.orders if order.order_number]


def lines(said: Extraction) -> list[tuple[str, int | None, str | None, str | None]]:
    """(title, quantity, unit price, line total) of every line."""
    return [
        (
            line.title.value if line.title else "",
            line.quantity.value if line.quantity else None,
            str(line.unit_price.value) if line.unit_price else None,
            str(line.line_total.value) if line.line_total else None,
        )
        for order in said.orders
        for line in order.lines
    ]


# --- tracking numbers ---


@pytest.mark.parametrize(
    ("sender", "text", "number"),
    [
        ("bpost <noreply@bpost.be>", "Votre colis 323211650088014417703012 est en route", "323211650088014417703012"),
        ("BRT <noreply@brt.it>", "la spedizione BRT numero 17844002719355 è in consegna oggi", "17844002719355"),
        ("Post <noreply@post.at>", "Ihre Sendung 1042077810440913210037 ist abholbereit", "1042077810440913210037"),
        ("Post <notify@post.ch>", "Sie kommt morgen\nSendungsnummer\t99.00.441027.70318845", "99.00.441027.70318845"),
        ("Sendle <no-reply@sendle.com>", "Your parcel is on its way!\nSendle Reference\nSDK4QV9", "SDK4QV9"),
    ],
)  # fmt: skip
def test_a_carriers_mail_names_its_parcel(sender, text, number):
    assert numbers(read(sender=sender, subject="News of your parcel", text=text)) == [number]


def test_numbers_stand_below_their_heading_beside_their_carrier():
    rows = f"<tr><td>1</td><td>UPS</td><td>{UPS[0]}</td></tr><tr><td>2</td><td>StarTrack</td><td>MYRZ50318827</td></tr>"
    html = (
        f"<p>Order number: LH-20418</p><table><tr><td>Parcel</td><td>Carrier</td><td>Tracking</td></tr>{rows}</table>"
    )
    said = read(subject="Your order LH-20418 has shipped", html=html)
    assert numbers(said) == [UPS[0], "MYRZ50318827"]
    assert [parcel.carrier.value for parcel in said.shipments if parcel.carrier] == ["ups", "startrack"]


def test_a_carriers_name_and_several_numbers_may_follow_the_label():
    said = read(
        subject="Order LH-20418 has shipped", text=f"Order number: LH-20418\nTracking numbers UPS: {', '.join(UPS)}"
    )
    assert numbers(said) == list(UPS)


def test_a_number_is_found_in_a_sentence_behind_a_telling_label():
    text = "Bestellnummer: LH-20418\nZustellung durch Hermes, Sendungsnummer H1002830047719201842"
    assert numbers(read(subject="Ihre Bestellung ist unterwegs", text=text)) == ["H1002830047719201842"]


def test_a_shops_own_tracking_page_carries_the_number_and_the_carrier():
    link = "https://lamphouse.narvar.com/tracking/fedex?tracking_numbers=388201744614"
    said = read(
        subject="Your order LH-20418 has shipped", html=f'<p>Order number: LH-20418</p><a href="{link}">Track it</a>'
    )
    assert numbers(said) == ["388201744614"]
    assert said.shipments[0].carrier is not None
    assert said.shipments[0].carrier.value == "fedex"


@pytest.mark.parametrize(
    "text", ["Fox Enamel Pin\nSQ8820414", "Reference Number:\tMAS-0094417", "Order reference: XY-1"]
)
def test_other_codes_are_no_tracking_numbers(text):
    ups = read(sender="UPS <mcinfo@ups.com>", subject="Package shipped", text=f"Tracking Number: {UPS[0]}\n{text}")
    assert numbers(ups) == [UPS[0]]


# --- order numbers ---


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Hi Benji, your refund for order 812774530 is on its way", "812774530"),
        ("vielen Dank für Ihre Bestellung im Teekontor (Nummer: 10734) am 29.09.2026", "10734"),
        ("Votre commande Atelier Papier nº8817 a été remboursée", "8817"),
        ("Order\n3480117290", "3480117290"),
        ("Your order number is 398 417 226, placed on 01 December 2025.", "398417226"),
        ("At your request order number 0126-260712-44108 has been cancelled.", "0126-260712-44108"),
    ],
)
def test_an_order_number_is_found_where_sentences_put_it(text, number):
    said = read(subject="We've issued your refund", text=text)
    assert order_numbers(said) == [number]


def test_a_transaction_is_no_second_order():
    text = "Your order number is 3471908826.\nKey Fob\nTransaction ID: 4240917735\nQuantity: 2\nOrder total\t£41.90"
    assert order_numbers(read(subject="Thanks for your order", text=text)) == ["3471908826"]


def test_a_carriers_references_are_no_orders():
    references = "Reference number: MT-77041\nPurchase order number: P20411"
    text = f"Your package has been delivered\nTracking number: {UPS[0]}\n{references}"
    said = read(sender="UPS <mcinfo@ups.com>", subject="Delivered", text=text)
    assert order_numbers(said) == []
    assert said.shipments[0].order_numbers == ()


def test_a_labelled_number_counts_though_the_shape_is_only_hearsay():
    said = read(
        sender="adidas <no-reply@adidas.com>",
        subject="Your order has been cancelled",
        text="ORDER NUMBER: XX41093827-7\nYour order has been cancelled",
    )
    assert order_numbers(said) == ["XX41093827-7"]


# --- what happened ---


@pytest.mark.parametrize(
    ("subject", "text", "kind"),
    [
        ("Your Lamp House order", "Your order has shipped!\nOrder number LH-20418", Kind.SHIPPING),
        ("Your Lamp House order", "We've processed your refund\nOrder number LH-20418", Kind.REFUND),
        ("Your Lamp House order LH-20418", "Blue Lamp x 1\nTotal: £5.00", Kind.ORDER_CONFIRMATION),
        ("Your Lamp House order is now complete", "Order number LH-20418", Kind.SHIPPING),
    ],
)  # fmt: skip
def test_words_that_only_name_the_order_yield_to_what_happened(subject, text, kind):
    assert read(subject=subject, text=text).kind == kind


def test_a_question_tells_nothing():
    said = read(subject="Hello", text="Order #LH-20418 was delivered? Leave a review.")
    assert said.outcome in (Outcome.UNMATCHED, Outcome.IGNORED)


def test_a_shop_that_tells_of_the_journey_means_it():
    text = "Your package cleared customs\nOrder number: 8197720044310092"
    said = read(subject="Package LP00664190277315: cleared customs", text=text)
    assert said.status is not None
    assert said.status.value == Status.IN_TRANSIT


# --- when it comes ---


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("Standard delivery: by Friday 6 March", "2026-03-06", "2026-03-06"),
        ("Entrega estimada: entre el 5 y el 7 de marzo", "2026-03-05", "2026-03-07"),
        ("Voraussichtliche Lieferung: Do, 05.03. – Sa, 07.03.", "2026-03-05", "2026-03-07"),
        ("It was due Mon, Mar 2.\nNew estimated arrival: Fri, Mar 6", "2026-03-06", "2026-03-06"),
        ("We expect to deliver it tomorrow, 03/03/2026", "2026-03-03", "2026-03-03"),
        ("Komt aan op vrijdag 6 maart", "2026-03-06", "2026-03-06"),
    ],
)
def test_the_day_of_arrival_is_found(text, first, last):
    said = read(subject="Your order LH-20418 has shipped", text=f"Order number: LH-20418\n{text}")
    (parcel,) = said.shipments
    assert parcel.eta_from is not None
    assert parcel.eta_to is not None
    assert (parcel.eta_from.value.isoformat(), parcel.eta_to.value.isoformat()) == (first, last)


def test_another_labels_date_is_no_day_of_arrival():
    text = "Bestellnummer: LH-20418\nDie Lieferung erfolgt separat.\nRechnungsdatum\t05.03.2026"
    said = read(subject="Ihre Bestellung ist unterwegs", text=text)
    assert said.shipments[0].eta_to is None


# --- what was bought ---

HEAD = "<h1>Thank you for your order</h1><p>Order number: LH-20418</p>"
TOTAL = "<table><tr><td>Subtotal</td><td>£40.00</td></tr><tr><td>Total</td><td>£40.00</td></tr></table>"


@pytest.mark.parametrize(
    "body",
    [
        "<table><tr><th>Product</th><th>Quantity</th><th>Price</th></tr>"
        "<tr><td>Blue Lamp</td><td>2</td><td>£40.00</td></tr></table>",
        "<table><tr><td>Lamp</td><td>Bottles</td><td>Each</td><td>Total</td></tr>"
        "<tr><td>Blue Lamp</td><td>2</td><td>£20.00</td><td>£40.00</td></tr></table>",
        "<table><tr><td>Blue Lamp<br>2 szt. × £20.00</td><td>£40.00</td></tr></table>",
        "<table><tr><td>Blue Lamp<br>Size: L<br>Qty: 2</td><td>£20.00 each</td></tr></table>",
        "<p>Blue Lamp × 2</p><p>£40.00</p>",
        "<p>Blue Lamp</p><p>2 x £20.00</p>",
        "<p>Blue Lamp (#BL-1)</p><p>- Colour: Blue X 2 = £40.00</p>",
        "<p>Blue Lamp</p><p>Product code: 10278446</p><p>Quantity: 2</p><p>Price: £20.00</p>",
    ],
)
def test_an_item_is_read_however_it_is_laid_out(body):
    said = read(subject="Order confirmation LH-20418", html=HEAD + body + TOTAL)
    assert lines(said) == [("Blue Lamp", 2, "20.00", "40.00")]


@pytest.mark.parametrize(
    "row",
    [
        ("Standard shipping", "£5.00"), ("Marketplace fee", "£4.13"), ("10% Neukundenrabatt", "-£9.78"),
        ("inkl. 7 % MwSt.", "£2.07"), ("Deposit paid", "£20.00"), ("Frais de livraison", "£3.00"),
    ],
)  # fmt: skip
def test_fees_taxes_and_discounts_are_no_items(row):
    table = f"<table><tr><td>Blue Lamp</td><td>£40.00</td></tr><tr><td>{row[0]}</td><td>{row[1]}</td></tr></table>"
    said = read(subject="Order confirmation LH-20418", html=HEAD + table + TOTAL)
    assert [line[0] for line in lines(said)] == ["Blue Lamp"]


def test_what_comes_below_an_advertisement_or_is_not_in_the_parcel_is_no_item():
    item = "<table><tr><td>{}<br>Qty 1</td><td>£10.00</td></tr></table>"
    body = item.format("Blue Lamp") + "<h2>Not yet shipped</h2>" + item.format("Red Lamp")
    said = read(subject="Your order LH-20418 has shipped", html=f"<p>Order number: LH-20418</p>{body}")
    assert [line[0] for line in lines(said)] == ["Blue Lamp"]


def test_a_price_that_could_be_the_pieces_or_the_lines_is_left_out():
    table = "<table><tr><td>Blue Lamp<br>Qty: 2</td><td>£40.00</td></tr></table>"
    said = read(subject="Your order LH-20418 has shipped", html=f"<p>Order number: LH-20418</p>{table}")
    assert lines(said) == [("Blue Lamp", 2, None, None)]


def test_a_price_after_a_struck_out_one_counts():
    table = "<table><tr><td>Blue Lamp<br>Qty 1</td><td>£55.00 £38.50</td></tr></table>"
    said = read(subject="Your order LH-20418 has shipped", html=f"<p>Order number: LH-20418</p>{table}")
    assert lines(said) == [("Blue Lamp", 1, "38.50", "38.50")]


def test_a_refund_lists_what_came_back_only_if_that_is_what_was_paid_back():
    row = "<table><tr><td>Blue Lamp</td><td>1</td><td>£40.00</td></tr></table>"
    back = "<p>Order number: LH-20418</p>" + row + "<p>Refund total: £{}</p>"
    whole = read(subject="Your refund has been issued", html=back.format("40.00"))
    part = read(subject="Your refund has been issued", html=back.format("5.00"))
    assert [line[0] for line in lines(whole)] == ["Blue Lamp"]
    assert lines(part) == []


def test_a_thousand_rows_are_cut_at_what_an_order_can_hold():
    rows = "".join(f"<tr><td>Lamp number {one}</td><td>1</td><td>£1.00</td></tr>" for one in range(1000))
    table = f"<table><tr><th>Product</th><th>Qty</th><th>Price</th></tr>{rows}</table>"
    assert len(lines(read(subject="Order confirmation", html=HEAD + table))) == 100


# --- what is no order ---


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("How was your purchase?", "It's been two weeks since order 1043318827 was delivered."),
        ("Your bill for May is ready", "Invoice number: 5520183746\n231 kWh\nStanding charge 31 days"),
        ("In your basket: Blue Lamp", "Order number 1043318827"),
    ],
)  # fmt: skip
def test_a_number_alone_makes_no_order(subject, text):
    said = read(subject=subject, text=text)
    assert said.outcome in (Outcome.IGNORED, Outcome.UNMATCHED)
    assert not said.orders


def test_a_stranger_under_a_carriers_name_is_held():
    said = read(
        sender="DHL Paket <support@freigabe.example>",
        subject="Ihre Sendung wartet auf Freigabe",
        text="Ihr Paket konnte nicht zugestellt werden\nSendungsnummer: 00340434161094021501",
    )
    assert (said.outcome, said.reason) == (Outcome.HELD, "name_of_another")


# --- which dollar ---


@pytest.mark.parametrize(
    ("address", "currency"),
    [
        ("1 Main St, Boise, ID 83702", "USD"),
        ("41 Fulcrum Street, Richlands QLD 4077", "AUD"),
        ("12 King St W, Toronto ON M5V 2T6", "CAD"),
        ("10 High Street, London SW1A 1AA", ""),
    ],
)
def test_the_address_tells_whose_dollar_is_meant(address, currency):
    assert dollar_of([address]) == currency
    said = read(subject="Order confirmation LH-20418", text=f"Order number: LH-20418\nTotal: $40.00\n{address}")
    assert (said.orders[0].currency.value if said.orders[0].currency else "") == currency


def test_addresses_of_two_countries_tell_nothing():
    assert dollar_of(["Boise, ID 83702", "Richlands QLD 4077"]) == ""

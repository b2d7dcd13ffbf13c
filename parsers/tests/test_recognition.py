"""Whose mail it is: authors by domain, name and links, fakes, and what of an author is left alone."""

import pytest

from parsers.engine.extraction import Outcome, Status, Tier
from parsers.engine.reader import Trust
from parsers.tests.mails import make_mail, read

UPS_NUMBER = "1Z5R89390357567127"


@pytest.mark.parametrize(
    "sender",
    [
        "Kmart <noreply@kmart.com.au.evil.example>",
        "UPS <mcinfo@ups.com.evil.example>",
        "Amazon <auto-confirm@amazon-orders.example>",
        "FedEx <trackingupdates@fedex-delivery.example>",
        "Royal Mail <no-reply@r0yalmail.example>",
        "Australia Post <noreply@auspost-parcel.example>",
    ],
)
def test_a_look_alike_matches_no_definition_and_is_left_alone(sender):
    found = read(make_mail(sender, "Your order 632700001 is confirmed", f"Tracking number: {UPS_NUMBER}"))
    assert (found.outcome, found.reason, found.definition) == (Outcome.IGNORED, "look_alike", "")


@pytest.mark.parametrize(
    ("sender", "subject", "body"),
    [
        ("eBay <ebay@ebay.com.au>", "Your item sold! Blue Lamp", "Order number: 12-34567-89012. Paid: $10.00"),
        ("eBay <ebay@ebay.de>", "You sold your item: Blue Lamp", "Order number: 12-34567-89012"),
        ("Etsy <noreply@etsy.com>", "You made a sale on Etsy [$20.00, Order #3800000001]", "Order #3800000001"),
        ("Kmart <noreply@orders.kmart.com.au>", "Tell us what you think", "How did we do? Take our survey"),
        ("Australia Post <noreply@notifications.auspost.com.au>", "How did we do?", "Rate your delivery."),
        ("USPS <uspsinformeddelivery@informeddelivery.usps.com>", "Your Daily Digest", "Out for delivery: 1 package"),
        ("Deutsche Post <a@brief.deutschepost.de>", "Ein Brief ist unterwegs zu Ihnen", "Guten Tag"),
        ("Canada Post <a@communications.canadapost-postescanada.ca>", "You have mail on the way", "2 pieces of mail"),
    ],
)
def test_what_is_no_purchase_is_ignored_whoever_sends_it(sender, subject, body):
    found = read(make_mail(sender, subject, body))
    assert (found.outcome, found.orders, found.shipments) == (Outcome.IGNORED, (), ())


@pytest.mark.parametrize(
    ("sender", "subject", "body"),
    [
        ("Nike <nike@official.nike.com>", "Just dropped: the Air Max you love", "Free delivery on orders over $150."),
        ("AliExpress <promotion@aliexpress.com>", "Deals for you: up to 70% off", "Shop now"),
        ("Amazon.com <store-news@amazon.com>", "Recommended for you: lamps", "Lamp $12.00. Free shipping"),
        ("PayPal <service@paypal.com>", "You've got money", "Jane sent you $20.00 USD"),
    ],
)
def test_advertising_and_news_of_known_authors_give_no_order_and_no_parcel(sender, subject, body):
    found = read(make_mail(sender, subject, body))
    assert found.outcome in (Outcome.IGNORED, Outcome.UNMATCHED)
    assert (found.orders, found.shipments) == ((), ())


def test_a_carriers_definition_reads_as_a_carriers_mail():
    found = read(make_mail("UPS <mcinfo@ups.com>", "Your UPS package was delivered", f"Tracking number: {UPS_NUMBER}"))
    assert (found.outcome, found.tier, found.definition) == (Outcome.PARSED, Tier.DEFINITION, "ups")
    assert (found.author, found.author_name, found.author_type) == ("ups", "UPS", "carrier")
    (parcel,) = found.shipments
    assert parcel.carrier is not None
    assert (parcel.carrier.value, found.orders) == ("ups", ())


def test_an_aggregator_stays_via_and_the_carrier_is_the_one_it_names():
    body = "Courier: CouriersPlease\nTracking number: PPXNRSWOKCWPD\n"
    found = read(make_mail("Shippit <hello@shippit.com>", "Your order is on its way", body))
    assert (found.author, found.author_type) == ("shippit", "carrier")
    (parcel,) = found.shipments
    assert parcel.carrier is not None
    assert parcel.carrier.value == "couriersplease"


@pytest.mark.parametrize(
    ("sender", "author"),
    [
        ("StarTrack <noreply@notifications.auspost.com.au>", "startrack"),
        ("Australia Post <noreply@notifications.auspost.com.au>", "australia-post"),
        ("Amazon Logistics <shipment-tracking@amazon.com>", "amazon-logistics"),
        ("Amazon.com <shipment-tracking@amazon.com>", "amazon"),
        ("FedEx TNT <noreply@fedex.com>", "tnt"),
        ("FedEx <trackingupdates@fedex.com>", "fedex"),
        ("Amazon Logistics <noreply@shop.example>", "shop.example"),
    ],
)
def test_authors_that_share_a_domain_are_told_apart_by_the_name_they_send_under(sender, author):
    assert read(make_mail(sender, "Your parcel is out for delivery")).author == author


def test_mail_that_a_marketplace_passes_on_is_its_carriers():
    html = '<p>Dziś doręczamy</p><a href="https://tracktrace.dpd.com.pl/parcelDetails?p1=1000399528451U">Paczka</a>'
    sender, subject = "DPD <powiadomienia@market.example>", "Twoja paczka"
    passed_on = read(make_mail(sender, subject, html=html, reply_to="kurierdpd3@dpd.com.pl"))
    assert (passed_on.author, passed_on.author_type) == ("dpd-pl", "carrier")
    assert read(make_mail(sender, subject, html=html)).author == "market.example"


def test_an_author_is_known_before_the_platform_it_sells_on():
    html = (
        "<h1>Order confirmation</h1><p>Order number: 12345678</p><p>Total: $20.00</p>"
        '<img src="https://cdn.shopify.com/a.png"><a href="https://jb.myshopify.com/1">View</a>'
    )
    found = read(make_mail("JB Hi-Fi <orders@jbhifi.com.au>", "Order confirmation", html=html))
    assert (found.author, found.definition) == ("jb-hi-fi", "jb-hi-fi")


def test_a_status_in_a_link_comes_before_words():
    link = "https://www.myteamge.com/details?shipmentID=GO2S500001&status=outfordelivery"
    html = f'<p>Your parcel has been delivered or is on its way</p><a href="{link}">View details</a>'
    found = read(make_mail("TGE <myteamge@teamglobalexp.com>", "An update on your parcel", html=html))
    assert found.status is not None
    assert (found.status.value, found.status.raw) == (Status.OUT_FOR_DELIVERY, "outfordelivery")
    (parcel,) = found.shipments
    assert parcel.tracking_number is not None
    assert parcel.tracking_number.value == "GO2S500001"


def test_a_footer_that_an_author_is_known_for_says_nothing():
    body = "Tracking number: 36ABC5051234\nSafe drop is only available if your item has been delivered to an address.\n"
    found = read(make_mail("Australia Post <noreply@notifications.auspost.com.au>", "News of your parcel", body))
    assert found.status is None


def test_a_sender_that_fails_authentication_is_held():
    raw = make_mail("UPS <mcinfo@ups.com>", "Your UPS package was delivered", f"Tracking number: {UPS_NUMBER}")
    assert read(raw, trust=Trust.FAILED).outcome == Outcome.HELD

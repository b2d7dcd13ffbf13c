"""Rules R5-R13, N3 and their worked examples: which parcel a mail speaks of, and of which orders it is."""

from datetime import timedelta

import pytest

from orders.models import Order
from tracking.facts import MailFacts
from tracking.models import PendingLink, Shipment, ShipmentOrder
from tracking.services import link_order, withdraw_mails
from tracking.tests.saying import (
    START,
    carrier,
    confirmation,
    day,
    line,
    mail,
    order_part,
    parcel_part,
    says,
    shipping,
    statuses,
    the_order,
    the_parcel,
)

SHORT = "36ABC5051234"
FULL = "36ABC505123401000935002"


def numbers(order: Order) -> set[str]:
    return set(order.shipment_links.values_list("shipment__tracking_number", flat=True))


def test_r5_the_same_number_or_alias_is_the_same_parcel(member):
    says(member, shipping("A100200", "36abc 5051-234", aliases=("PPXNRSWOKCWPD",)))
    says(member, carrier(SHORT, at=day(1)), carrier("ppxnrswokcwpd", at=day(2), carrier="shippit"))
    assert statuses(the_parcel(member)) == ["shipped", "in_transit", "in_transit"]


def test_r6_a_number_fills_the_orders_parcel_without_one_and_a_second_number_is_a_second_parcel(member):
    says(member, confirmation("A100", line("Cup", 2)), shipping("A100", at=day(1)))
    lone = the_parcel(member)
    assert (lone.tracking_number, the_order(member).status) == ("", "shipped")
    says(member, shipping("A100", SHORT, at=day(2)))
    assert (the_parcel(member).pk, the_parcel(member).tracking_number) == (lone.pk, SHORT)
    says(member, shipping("A100", "36ABC5059999", at=day(3)))
    assert numbers(the_order(member)) == {SHORT, "36ABC5059999"}
    assert statuses(the_parcel(member, tracking_number=SHORT)) == ["shipped", "shipped"]


def test_r6_parcels_with_different_items_are_different_parcels(member):
    says(member, confirmation("A100", line("Cup"), line("Jug")))
    says(member, shipping("A100", "", line("Cup"), at=day(1)), shipping("A100", SHORT, line("Jug"), at=day(2)))
    assert numbers(the_order(member)) == {"", SHORT}


def test_r6_a_parcel_that_arrived_days_ago_is_not_filled_with_a_new_number(member):
    says(member, confirmation("A100", line("Cup", 2)), shipping("A100", status="delivered", at=day(1)))
    says(member, shipping("A100", SHORT, at=day(4)))
    assert numbers(the_order(member)) == {"", SHORT}
    assert the_order(member).status == "partially_delivered"


def test_r6_news_of_the_whole_order_joins_none_of_several_parcels(member):
    says(member, confirmation("A100", line("Cup", 2)))
    says(member, shipping("A100", SHORT, at=day(1)), shipping("A100", "36ABC5059999", at=day(1)))
    says(member, shipping("A100", status="delivered", at=day(2)))
    assert the_parcel(member, tracking_number=SHORT).status == "shipped"
    assert the_parcel(member, tracking_number="").status == "delivered"


def test_r7_a_carriers_order_number_links_if_it_is_long_or_the_shops_name_agrees(member):
    says(member, confirmation("632700001"), confirmation("1001", shop="alpha"))
    says(member, carrier(SHORT, orders=("632700001",)))
    says(member, carrier("36ABC5059999", orders=("1001",)))
    assert numbers(the_order(member, number="632700001")) == {SHORT}
    assert numbers(the_order(member, number="1001")) == set()
    says(member, carrier("36ABC5059999", orders=("1001",), merchant="Alpha", at=day(1)))
    assert numbers(the_order(member, number="1001")) == {"36ABC5059999"}


def test_r7_several_orders_of_that_number_leave_the_mail_waiting_and_a_later_one_undoes_a_link(member):
    says(member, confirmation("632700001"))
    applied = says(member, carrier(SHORT, orders=("632700001",)))
    assert not applied.deferred
    rival = confirmation("632700001", shop="target", at=day(2))
    applied = says(member, rival)
    assert applied.deferred == set(the_parcel(member).source_emails)
    assert not ShipmentOrder.objects.exists()
    assert withdraw_mails(member=member, sha256s=[rival.mail.sha256]).settled == applied.deferred
    assert numbers(the_order(member)) == {SHORT}


def test_r7_the_window_counts_from_the_mails_own_time(member):
    says(member, confirmation("632700001", at=day(-181)), confirmation("632700001", shop="target", at=day(-10)))
    says(member, carrier(SHORT, orders=("632700001",)))
    assert numbers(the_order(member, retailer__key="target")) == {SHORT}


def test_r8_a_carriers_parcel_is_there_unlinked_until_the_shop_brings_the_number(member):
    says(member, carrier(SHORT))
    assert not the_parcel(member).order_links.exists()
    says(member, confirmation("A100", at=day(-1)), shipping("A100", SHORT, at=day(1)))
    assert numbers(the_order(member)) == {SHORT}


def test_r8_a_persons_link_stays_whatever_mails_come(member):
    says(member, carrier(SHORT), confirmation("A100"), confirmation("B200"))
    link_order(shipment=the_parcel(member), order=the_order(member, number="A100"))
    says(member, carrier(SHORT, at=day(2), name="later"), confirmation("A100", at=day(3), kind="invoice"))
    assert numbers(the_order(member, number="A100")) == {SHORT}
    assert the_parcel(member).order_links.get().how == ShipmentOrder.How.PERSON
    says(member, shipping("B200", SHORT, at=day(4)))
    assert {link.order.number for link in the_parcel(member).order_links.all()} == {"A100", "B200"}
    link_order(shipment=the_parcel(member), order=the_order(member, number="B200"), linked=False)
    says(member, shipping("B200", SHORT, at=day(5)))
    assert the_parcel(member).order_links.get().order.number == "A100"


def test_r10_a_shops_own_key_makes_a_parcel_and_is_never_its_number(member):
    for status, at in (("shipped", 1), ("out_for_delivery", 2)):
        says(member, shipping("111-2223334-5556667", status=status, at=day(at), parcel_key="111-2223334-5556667:S1:0"))
    says(member, shipping("111-2223334-5556667", at=day(1), parcel_key="111-2223334-5556667:S2:0", name="second"))
    says(member, confirmation("111-2223334-5556667", line("Cup", 2)))
    first, second = Shipment.objects.of(member).order_by("key")
    assert (first.tracking_number, statuses(first)) == ("", ["shipped", "out_for_delivery"])
    assert {link.order.number for link in second.order_links.all()} == {"111-2223334-5556667"}


def test_r10_the_carriers_number_joins_the_shops_own_key(member):
    says(member, shipping("A100", parcel_key="S1"), shipping("A100", "TBA123456789012", parcel_key="S1", at=day(1)))
    says(member, carrier("TBA123456789012", "delivered", at=day(2), carrier="amazon-logistics"))
    assert the_parcel(member).status == "delivered"


def test_r11_a_mail_without_its_order_waits_and_shows_its_parcel_only_if_that_has_a_number(member):
    with_number, without = shipping("A100", SHORT), shipping("B200")
    assert says(member, with_number, without).deferred == {with_number.mail.sha256, without.mail.sha256}
    assert the_parcel(member).tracking_number == SHORT
    waiting = PendingLink.objects.of(member).get(sha256=without.mail.sha256)
    assert (waiting.order_key, waiting.expires_at) == ("kmart:B200", START + timedelta(days=30))


def test_r12_an_order_wakes_what_waits_for_it_at_once_and_its_going_puts_it_back(member):
    waiting = shipping("A100", at=day(1))
    says(member, waiting)
    order = confirmation("A100")
    assert says(member, order).settled == {waiting.mail.sha256}
    assert the_order(member).status == "shipped"
    assert not PendingLink.objects.exists()
    assert withdraw_mails(member=member, sha256s=[order.mail.sha256]).deferred == {waiting.mail.sha256}
    assert not Shipment.objects.exists()


def test_r13_expiry_changes_no_parcel(member):
    says(member, shipping("A100", SHORT, at=day(-400)))
    assert the_parcel(member).tracking_number == SHORT
    says(member, confirmation("A100", at=day(-400)))
    assert numbers(the_order(member)) == {SHORT}


def test_n3_a_carrier_has_one_name_and_an_aggregator_is_only_between(member):
    says(member, shipping("A100", SHORT, carrier="AusPost"))
    assert the_parcel(member).carrier.key == "australia-post"
    says(member, carrier(SHORT, carrier="Shippit", at=day(-1)))
    parcel = the_parcel(member)
    assert (parcel.carrier.key, parcel.via) == ("australia-post", "shippit")


def test_n3_the_carrier_itself_knows_its_name_better_than_the_shop(member):
    says(member, shipping("A100", "ABCD12345678", carrier="australia-post"))
    says(member, carrier("ABCD12345678", carrier="startrack", at=day(3)))
    assert the_parcel(member).carrier.key == "startrack"


def test_e2_a_shipping_mail_before_its_order_waits_and_then_shows(member):
    says(member, shipping("632700001", at=day(0.01)))
    assert not Shipment.objects.exists()
    says(member, confirmation("632700001", line("Cup")))
    assert (the_parcel(member).status, the_parcel(member).tracking_number) == ("shipped", "")


@pytest.fixture
def late_number(member):
    """E3: a shop says shipped, then an aggregator brings its own number and the courier's."""
    says(member, confirmation("632700001", line("Cup", 2)), shipping("632700001", at=day(1)))
    says(
        member,
        carrier(
            "CP0000E00000000",
            at=day(2),
            carrier="couriersplease",
            via="shippit",
            aliases=("PPXNRSWOKCWPD",),
            orders=("632700001",),
        ),
    )
    return member


def test_e3_a_late_number_fills_the_parcel_and_the_couriers_number_is_its_own(late_number):
    parcel = the_parcel(late_number)
    assert (parcel.tracking_number, parcel.aliases, parcel.via) == ("CP0000E00000000", ["PPXNRSWOKCWPD"], "shippit")
    assert parcel.carrier.key == "couriersplease"
    says(late_number, carrier("PPXNRSWOKCWPD", at=day(3), carrier="shippit", via="shippit"))
    assert the_parcel(late_number).tracking_number == "CP0000E00000000"


def test_e4_the_couriers_delivery_of_one_parcel_delivers_two_units_only_if_it_holds_both(late_number):
    says(late_number, carrier("CP0000E00000000", "delivered", at=day(3), carrier="couriersplease"))
    assert the_parcel(late_number).status == "delivered"
    assert the_order(late_number).status == "partially_delivered"
    says(late_number, shipping("632700001", "CP0000E00000000", line("Cup", 2), at=day(1), name="with items"))
    assert the_order(late_number).status == "delivered"


def test_e5_another_package_of_an_order_is_a_second_parcel(member):
    says(member, confirmation("3800000001", line("Cup"), line("Jug"), shop="etsy"))
    says(member, shipping("3800000001", SHORT, shop="etsy", at=day(1)))
    says(member, shipping("3800000001", "36ABC5059999", shop="etsy", at=day(2)))
    says(member, carrier(SHORT, "delivered", at=day(3)))
    assert the_order(member).status == "partially_delivered"
    says(member, carrier("36ABC5059999", "delivered", at=day(4)))
    assert the_order(member).status == "delivered"


def test_e6_short_and_full_number_are_one_parcel_and_the_full_one_its_number(member):
    says(member, shipping("A100", SHORT, carrier="australia-post"))
    short = the_parcel(member)
    says(member, carrier(FULL, at=day(1)))
    parcel = the_parcel(member)
    assert (parcel.pk, parcel.tracking_number, parcel.aliases) == (short.pk, FULL, [SHORT])


def test_e7_numbers_of_digits_are_no_short_forms(member):
    says(member, carrier("997053600001"), carrier("99705360000"))
    assert Shipment.objects.of(member).count() == 2


def test_r14_another_carriers_number_that_begins_alike_is_another_parcel(member):
    says(member, carrier(SHORT, carrier="dhl"), carrier(FULL))
    assert Shipment.objects.of(member).count() == 2


def test_r14_numbers_that_one_mail_states_are_one_parcel(member):
    says(member, shipping("A100", SHORT, aliases=("ZZ-OTHER-77",)), carrier("ZZOTHER77", "delivered", at=day(1)))
    assert the_parcel(member).status == "delivered"


def test_r15_the_articles_of_a_consignment_are_parcels_and_it_is_delivered_when_all_are(member):
    second = SHORT + "02000935002"
    says(member, confirmation("A100", line("Cup", 2)), shipping("A100", SHORT, carrier="australia-post"))
    says(member, carrier(FULL, "delivered", at=day(2)), carrier(second, at=day(2)))
    assert numbers(the_order(member)) == {SHORT, FULL, second}
    assert the_parcel(member, tracking_number=SHORT).status == "shipped"
    assert the_order(member).status == "partially_delivered"
    says(member, carrier(second, "delivered", at=day(3)))
    whole = the_parcel(member, tracking_number=SHORT)
    assert (whole.status, whole.delivered_at) == ("delivered", day(3))
    assert the_order(member).status == "delivered"


def test_r16_short_and_full_number_of_different_orders_are_not_joined_but_shown_to_a_person(member):
    says(member, confirmation("A100"), confirmation("B200"))
    says(member, shipping("A100", SHORT), shipping("B200", FULL, at=day(1)))
    assert Shipment.objects.of(member).filter(needs_attention=True).count() == 2
    assert numbers(the_order(member, number="A100")) == {SHORT}


def test_one_mail_of_several_orders_and_several_parcels(member):
    says(member, confirmation("A100"), confirmation("B200"))
    says(
        member,
        MailFacts(
            mail("both", "shipping", day(1)),
            (order_part("A100"), order_part("B200", position=1)),
            (
                parcel_part("36ABC5050001", shop="kmart", orders=("A100", "B200")),
                parcel_part("36ABC5050002", shop="kmart", orders=("B200",), position=1),
            ),
        ),
    )
    assert numbers(the_order(member, number="A100")) == {"36ABC5050001"}
    assert numbers(the_order(member, number="B200")) == {"36ABC5050001", "36ABC5050002"}
    assert {row.shipment.tracking_number for row in ShipmentOrder.objects.all()} == {"36ABC5050001", "36ABC5050002"}
    assert all(parcel.contributions.count() == 1 for parcel in Shipment.objects.of(member))


def test_numbers_of_nothing_bring_nothing_together(member):
    says(member, carrier("-", name="one"), carrier(" ", name="two"), confirmation("#", name="three"))
    says(member, confirmation("##", name="four"))
    assert not Shipment.objects.exists()
    assert Order.objects.of(member).count() == 2


def test_two_members_with_the_same_mails_stay_apart(member, django_user_model):
    other = django_user_model.objects.create_user("noor")
    story = [confirmation("A100"), shipping("A100", SHORT), carrier(SHORT, "delivered", at=day(3))]
    for one in (member, other):
        says(one, *story)
    withdraw_mails(member=other, sha256s=[facts.mail.sha256 for facts in story])
    assert the_order(member).status == "delivered"
    assert not Order.objects.of(other).exists()
    assert not Shipment.objects.of(other).exists()

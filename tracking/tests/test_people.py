"""What people typed stands whatever mails say, in whatever order they come, and can be given back."""

from decimal import Decimal

import pytest

from orders.models import TypedValue
from tracking.exceptions import LinkRefused
from tracking.models import Shipment, TypedStatus
from tracking.services import (
    clear_value,
    link_order,
    refold,
    remove_parcels,
    set_status,
    type_value,
    withdraw_mails,
)
from tracking.tests.saying import (
    carrier,
    confirmation,
    day,
    line,
    says,
    shipping,
    statuses,
    the_order,
    the_parcel,
)

NUMBER = "36ABC5051234"
FULL = "36ABC505123401000935002"


def test_a_typed_value_is_locked_against_mail_and_given_back(member):
    says(member, confirmation("A100", line("Cup", 1, "5.00"), total="5.00"))
    type_value(order=the_order(member), field_name="total", value="4.00")
    says(member, confirmation("A100", total="6.00", announces_change=True, at=day(3)))
    refold(member=member)
    order = the_order(member)
    assert (order.total, order.provenance["total"]["typed"]) == (Decimal("4.00"), True)
    assert order.provenance["total"]["mail"]["value"] == "6.00"
    clear_value(order=order, field_name="total")
    assert the_order(member).total == Decimal("6.00")


def test_a_typed_value_outlives_the_reading_of_its_mail_anew(member):
    mail = confirmation("A100", total="5.00")
    says(member, mail)
    type_value(order=the_order(member), field_name="total", value="4.00")
    withdraw_mails(member=member, sha256s=[mail.mail.sha256])
    says(member, mail)
    assert the_order(member).total == Decimal("4.00")


def test_a_typed_value_of_an_order_without_a_number_stays_when_the_number_comes(member):
    says(member, confirmation("", total="20.00", name="nameless"))
    type_value(order=the_order(member), field_name="seller", value="Clay & Co")
    says(member, confirmation("A100", total="20.00", kind="invoice", at=day(1)))
    order = the_order(member)
    assert (order.number, order.seller) == ("A100", "Clay & Co")
    clear_value(order=order, field_name="seller")
    assert the_order(member).seller == ""
    assert not TypedValue.objects.exists()


def test_a_typed_value_of_a_line_stays_when_a_better_mail_calls_the_item_otherwise(member):
    says(member, confirmation("A100", line("A long title of a cup…", 1), kind="invoice", at=day(1)))
    key = the_order(member).lines.get().key
    type_value(order=the_order(member), field_name="quantity", value=7, line_key=key)
    says(member, confirmation("A100", line("A long title of a cup of clay", 1)))
    row = the_order(member).lines.get()
    assert (row.title, row.quantity) == ("A long title of a cup of clay", 7)
    clear_value(order=the_order(member), field_name="quantity", line_key=row.key)
    assert the_order(member).lines.get().quantity == 1


def test_a_typed_status_is_the_last_word_and_an_event_of_its_own(member):
    says(member, carrier(NUMBER))
    set_status(shipment=the_parcel(member), status="delivered")
    says(member, carrier(NUMBER, "exception", at=day(9)))
    refold(member=member)
    parcel = the_parcel(member)
    assert (parcel.status, statuses(parcel)) == ("delivered", ["in_transit", "exception", "delivered"])
    set_status(shipment=parcel, status="returned")
    set_status(shipment=the_parcel(member), status=None)
    assert the_parcel(member).status == "exception"
    assert not TypedStatus.objects.exists()


def test_a_typed_status_and_link_stay_with_a_parcel_that_gets_a_number_and_then_a_longer_one(member):
    says(member, confirmation("A100"), confirmation("B200"), shipping("A100"))
    link_order(shipment=the_parcel(member), order=the_order(member, number="B200"))
    link_order(shipment=the_parcel(member), order=the_order(member, number="A100"), linked=False)
    set_status(shipment=the_parcel(member), status="ready_for_pickup")
    says(member, shipping("A100", NUMBER, at=day(1)))
    says(member, carrier(FULL, at=day(2)), carrier("00AAA", aliases=(NUMBER,), at=day(3)))
    parcel = the_parcel(member)
    assert parcel.key == "k:00AAA"
    assert parcel.status == "ready_for_pickup"
    assert parcel.order_links.get().order.number == "B200"
    set_status(shipment=parcel, status=None)
    assert the_parcel(member).status == "in_transit"


def test_a_link_can_be_taken_back_and_made_again(member):
    says(member, confirmation("A100"), shipping("A100", NUMBER))
    for linked in (False, True, False):
        link_order(shipment=the_parcel(member), order=the_order(member), linked=linked)
        assert the_parcel(member).order_links.exists() == linked
        assert the_order(member).status == ("shipped" if linked else "confirmed")


def test_orders_of_another_member_are_not_there_to_be_linked(member, django_user_model):
    other = django_user_model.objects.create_user("noor")
    says(member, carrier(NUMBER))
    says(other, confirmation("A100"))
    with pytest.raises(LinkRefused):
        link_order(shipment=the_parcel(member), order=the_order(other))


def test_a_removed_parcel_stays_away_until_another_mail_speaks_of_it(member):
    first = carrier(NUMBER)
    says(member, confirmation("A100"), shipping("A100", "36ABC5059999"), first)
    assert remove_parcels(member=member, shipments=Shipment.objects.all()) == 1
    says(member, first)
    refold(member=member)
    assert the_parcel(member).tracking_number == "36ABC5059999"
    says(member, carrier(NUMBER, "delivered", at=day(2)))
    assert the_parcel(member, tracking_number=NUMBER).status == "delivered"


def test_a_removed_parcel_comes_back_with_its_order(member):
    says(member, shipping("A100", NUMBER))
    remove_parcels(member=member, shipments=Shipment.objects.all())
    assert not Shipment.objects.exists()
    says(member, confirmation("A100"))
    assert the_order(member).status == "shipped"

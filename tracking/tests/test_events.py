"""Rules R17-R19: what happened when, where a parcel is, what that means for its order."""

from datetime import UTC, date, datetime

import pytest

from tracking.facts import MailFacts
from tracking.tests.saying import (
    carrier,
    confirmation,
    day,
    line,
    mail,
    parcel_part,
    says,
    shipping,
    statuses,
    the_order,
    the_parcel,
)

NUMBER = "36ABC5051234"


def test_e1_a_late_shipped_never_undoes_delivered(member):
    delivered = "2026-05-14T09:12:00+00:00"
    says(member, carrier(NUMBER, "delivered", at=datetime(2026, 5, 14, 10, tzinfo=UTC), delivered_at=delivered))
    says(member, shipping("A100", NUMBER, at=datetime(2026, 5, 12, 8, tzinfo=UTC)))
    parcel = the_parcel(member)
    assert statuses(parcel) == ["shipped", "delivered"]
    assert (parcel.status, parcel.delivered_at.isoformat()) == ("delivered", delivered)


@pytest.mark.parametrize(
    ("status", "stated", "at"),
    [
        ("delivered", "2026-05-09T11:00:00+00:00", "2026-05-09T11:00:00+00:00"),
        ("delivered", "2026-05-09", "2026-05-09T12:00:00+00:00"),
        ("delivered", "2026-05-10", "2026-05-10T09:00:00+00:00"),
        ("delivered", "2026-05-20", "2026-05-10T09:00:00+00:00"),
        ("in_transit", "2026-05-09", "2026-05-10T09:00:00+00:00"),
    ],
)
def test_r17_an_event_is_of_the_time_that_the_mail_states_else_of_the_mails_own(member, status, stated, at):
    says(member, carrier(NUMBER, status, delivered_at=stated, shipped_at=stated))
    assert the_parcel(member).events.get().at.isoformat() == at


def test_r17_events_of_mails_without_a_time_have_none_and_come_first(member):
    says(member, carrier(NUMBER, "delivered", at=None), carrier(NUMBER, at=day(1)))
    parcel = the_parcel(member)
    assert list(parcel.events.values_list("status", "at")) == [("delivered", None), ("in_transit", day(1))]
    assert (parcel.status, parcel.delivered_at) == ("delivered", None)


def test_r17_of_two_ends_the_one_with_a_time_tells_when(member):
    says(member, carrier(NUMBER, "delivered", at=None), carrier(NUMBER, "delivered", at=day(2)))
    assert the_parcel(member).status_at == day(2)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ((("shipped", 0), ("in_transit", 1)), "in_transit"),
        ((("out_for_delivery", 0), ("in_transit", 1)), "in_transit"),
        ((("out_for_delivery", 0.1), ("in_transit", 0.2)), "out_for_delivery"),
        ((("delivered", 0), ("in_transit", 3)), "delivered"),
        ((("delivered", 0), ("returned", 3)), "returned"),
        ((("returned", 0), ("delivered", 3)), "returned"),
        ((("returned", 0), ("cancelled", 1)), "cancelled"),
        ((("ready_for_pickup", 0), ("collected", 1)), "collected"),
        ((("exception", 1), ("shipped", 0)), "exception"),
    ],
)
def test_r17_the_status_is_a_function_of_the_set_of_events(member, said, status):
    for one, at in reversed(said):
        says(member, carrier(NUMBER, one, at=day(at)))
    assert the_parcel(member).status == status


def test_r17_a_carriers_news_a_day_after_delivery_asks_for_attention_and_keeps_the_delivery(member):
    says(member, carrier(NUMBER, "delivered", at=day(0)), shipping("A100", NUMBER, at=day(2), status="in_transit"))
    assert not the_parcel(member).needs_attention
    says(member, carrier(NUMBER, "out_for_delivery", at=day(0.5)))
    assert not the_parcel(member).needs_attention
    says(member, carrier(NUMBER, "out_for_delivery", at=day(1)))
    parcel = the_parcel(member)
    assert (parcel.status, parcel.delivered_at, parcel.needs_attention) == ("delivered", day(0), True)


def test_r17_the_carrier_knows_better_than_the_shop_when_it_delivered(member):
    says(member, shipping("A100", NUMBER, status="delivered", at=day(1), delivered_at="2026-05-11T06:00:00+00:00"))
    assert the_parcel(member).delivered_at == datetime(2026, 5, 11, 6, tzinfo=UTC)
    says(member, carrier(NUMBER, "delivered", at=day(2)))
    assert the_parcel(member).delivered_at == day(2)


def test_r18_the_latest_mails_days_stand_both_from_that_mail(member):
    says(member, carrier(NUMBER, at=day(0), eta_from="2026-05-12", eta_to="2026-05-14"))
    says(member, carrier(NUMBER, at=day(2), eta_to="2026-05-11", name="late"))
    parcel = the_parcel(member)
    assert (parcel.eta_from, parcel.eta_to) == (None, date(2026, 5, 11))


def test_r18_a_vaguer_word_of_the_same_day_does_not_replace_a_narrower_one(member):
    says(member, carrier(NUMBER, at=day(0), eta_from="2026-05-12", eta_to="2026-05-13"))
    says(member, carrier(NUMBER, at=day(0.1), eta_from="2026-05-12", eta_to="2026-05-19"))
    says(member, carrier(NUMBER, at=day(0.2), eta_to="2026-05-20", name="vaguest"))
    assert the_parcel(member).eta_to == date(2026, 5, 13)
    says(member, carrier(NUMBER, at=day(0.3), eta_from="2026-05-15", eta_to="2026-05-15", name="exact"))
    assert the_parcel(member).eta_to == date(2026, 5, 15)


def test_r18_a_day_that_has_passed_is_no_delivery(member):
    says(member, carrier(NUMBER, eta_from="2020-01-01", eta_to="2020-01-02"))
    assert the_parcel(member).status == "in_transit"


@pytest.mark.parametrize(
    ("parcels", "status"),
    [
        ([], "confirmed"),
        (["label_created"], "confirmed"),
        (["shipped"], "partially_shipped"),
        (["shipped", "label_created"], "partially_shipped"),
        (["shipped", "in_transit"], "shipped"),
        (["delivered", "in_transit"], "partially_delivered"),
        (["delivered", "delivered"], "delivered"),
        (["collected", "delivered"], "delivered"),
        (["delivered", "cancelled"], "partially_delivered"),
        (["ready_for_pickup", "ready_for_pickup"], "shipped"),
    ],
)
def test_r19_an_orders_status_is_the_sum_of_its_parcels(member, parcels, status):
    says(member, confirmation("632700001", line("Cup", 2)))
    for number, one in enumerate(parcels):
        says(member, carrier(f"36ABC505000{number}", one, at=day(number), orders=("632700001",)))
    assert the_order(member).status == status


def test_r19_the_shop_may_say_that_all_is_shipped_or_delivered(member):
    says(member, confirmation("A100", line("Cup", 5)), shipping("A100", NUMBER))
    assert the_order(member).status == "shipped"
    says(member, shipping("A100", NUMBER, status="delivered", at=day(2)))
    assert the_order(member).status == "delivered"


def test_r19_a_parcel_that_names_some_of_the_items_is_not_all_of_them(member):
    says(member, confirmation("A100", line("Cup", 3), line("Jug")))
    says(member, shipping("A100", NUMBER, line("Cup", 3)))
    says(member, shipping("A100", NUMBER, line("Cup", 3), status="delivered", at=day(2)))
    assert the_order(member).status == "partially_delivered"
    says(member, shipping("A100", "36ABC5059999", line("Jug"), status="delivered", at=day(4)))
    assert the_order(member).status == "delivered"


def test_one_mail_that_tells_two_things_of_one_parcel_is_two_events(member):
    both = (parcel_part(NUMBER, "shipped"), parcel_part(NUMBER, "in_transit", position=1))
    says(member, MailFacts(mail("both", "shipping", day(1)), (), both))
    assert statuses(the_parcel(member)) == ["shipped", "in_transit"]

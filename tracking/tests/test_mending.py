"""Tracking → Repair: parcels whose order is not there are asked about, once, and every answer can be taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from flux.members import export_member_json
from flux.testing.purchases import buy, send
from orders.models import Order
from tracking.mending import lone_list, lone_parcels, to_mend
from tracking.models import OrderlessParcel, PendingLink, Shipment, ShipmentOrder, TypedLink
from tracking.services import ask_for_order, forget_link, link_order, say_orderless
from tracking.tests.saying import carrier, confirmation, day, says, shipping, the_order, the_parcel

NUMBER = "36ABC5051234"
OTHER = "36ABC5055678"


@pytest.fixture
def signed_in(member: User, client: Client) -> Client:
    client.force_login(member)
    return client


def shown(member: User, view: str = "ask") -> list[str]:
    rows = lone_list(member, QueryDict(f"view={view}")).rows
    return [row.tracking_number for row in rows]


def undo(client: Client) -> Any:
    """Press Undo in the toast of the next page."""
    offered = client.session["undo"]
    return client.post(offered["url"], {"pk": offered["ids"], "next": offered["back"]})


def test_a_parcel_is_asked_about_when_its_order_has_not_come_in_time_or_was_never_named(member):
    says(member, shipping("A100", NUMBER, at=day(0)), carrier(OTHER, at=day(1)))
    assert shown(member) == [OTHER, NUMBER]
    assert shown(member, "never") == [NUMBER]
    assert shown(member, "unnamed") == [OTHER]
    PendingLink.objects.update(expires_at=timezone.now() + timedelta(days=1))
    assert shown(member) == [OTHER]
    assert to_mend(member) == 1


def test_a_parcel_with_an_order_is_not_asked_about(member):
    says(member, confirmation("A100"), shipping("A100", NUMBER))
    assert not lone_parcels(member).exists()


def test_of_a_parcel_without_an_order_nobody_asks_again_until_that_is_taken_back(member):
    says(member, carrier(NUMBER), carrier(OTHER))
    parcel = the_parcel(member, tracking_number=NUMBER)
    for _ in range(2):
        assert say_orderless(member=member, shipments=Shipment.objects.filter(pk=parcel.pk)) == [parcel.pk]
    says(member, carrier(NUMBER, "delivered", at=day(3)))
    assert (shown(member), shown(member, "none")) == ([OTHER], [NUMBER])
    assert ask_for_order(member=member, shipments=Shipment.objects.all()) == [parcel.pk]
    assert (shown(member), shown(member, "none")) == ([NUMBER, OTHER], [])
    assert ask_for_order(member=member, shipments=Shipment.objects.all()) == []


def test_an_order_that_comes_after_all_is_linked_though_nobody_expected_it(member):
    says(member, shipping("A100", NUMBER))
    say_orderless(member=member, shipments=Shipment.objects.all())
    says(member, confirmation("A100"))
    assert the_parcel(member).order_links.get().order == the_order(member)
    assert not lone_parcels(member).exists()


def test_a_parcel_that_has_an_order_or_another_owner_cannot_be_said_to_have_none(member, django_user_model):
    says(member, confirmation("A100"), shipping("A100", NUMBER))
    says(django_user_model.objects.create_user("noor"), carrier(OTHER))
    assert say_orderless(member=member, shipments=Shipment.objects.all()) == []
    assert not OrderlessParcel.objects.exists()


def test_a_link_that_is_taken_back_leaves_no_trace(member):
    says(member, confirmation("A100"), carrier(NUMBER))
    before = export_member_json(member)
    link_order(shipment=the_parcel(member), order=the_order(member))
    assert ShipmentOrder.objects.get().how == "person"
    forget_link(shipment=the_parcel(member), order=the_order(member))
    assert export_member_json(member) == before
    assert not TypedLink.objects.exists()
    says(member, shipping("A100", NUMBER, at=day(1)))
    assert ShipmentOrder.objects.get().how == "rule"


def test_the_member_searches_the_order_links_it_and_takes_that_back(member, signed_in):
    parcel = send(member, None)
    wanted, other = buy(member, lines=[("Tin drum", 1, "5.00")]), buy(member, lines=[("Kettle", 1, "7.00")])
    page = signed_in.get(reverse("tracking:choose-order", args=[parcel.pk]), {"q": "drum"}).content.decode()
    assert (str(wanted) in page, str(other) in page) == (True, False)
    answer = signed_in.post(reverse("tracking:link-chosen", args=[parcel.pk]), {"pk": wanted.pk})
    assert answer["Location"] == reverse("tracking:repair")
    assert ShipmentOrder.objects.get(shipment=parcel).order == wanted
    assert f"Linked {parcel} to {wanted}." in signed_in.session["undo"]["text"]
    undo(signed_in)
    assert not ShipmentOrder.objects.exists()
    assert shown(member) == [parcel.tracking_number]


def test_one_some_or_all_parcels_are_said_to_have_no_order_and_asked_about_again(member, signed_in):
    parcels = [send(member, None) for _ in range(30)]
    ids = {parcel.pk for parcel in parcels}
    url = reverse("tracking:no-order")
    signed_in.post(url, {"only": parcels[0].pk, "pk": parcels[1].pk})
    assert len(shown(member, "none")) == 1
    assert signed_in.session["undo"]["text"] == "1 parcel has no order."
    undo(signed_in)
    assert shown(member, "none") == []
    signed_in.post(url, {"pk": [parcels[0].pk, parcels[1].pk]})
    assert len(shown(member, "none")) == 2
    signed_in.post(url, {"all": "1", "query": "?size=25"})
    assert OrderlessParcel.objects.of(member).count() == 30
    assert signed_in.session["undo"]["text"] == "28 parcels have no order."
    signed_in.post(reverse("tracking:ask-again"), {"pk": sorted(ids)})
    assert to_mend(member) == 30


def test_the_list_pages_by_its_size_and_says_when_there_is_nothing_to_do(member, signed_in):
    url = reverse("tracking:repair")
    assert "Nothing to repair" in signed_in.get(url).content.decode()
    assert "Repair" not in signed_in.get(reverse("tracking:list")).content.decode()
    for _ in range(26):
        send(member, None)
    page = signed_in.get(url, {"size": "25"}).content.decode()
    assert page.count('name="pk"') == 25
    assert 'rel="next"' in page
    assert reverse("tracking:repair") in signed_in.get(reverse("tracking:list")).content.decode()
    rows = signed_in.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in rows
    assert 'id="count"' in rows


def test_the_page_says_which_order_the_mails_name(member, signed_in):
    says(member, shipping("A-100", NUMBER))
    for url in (reverse("tracking:repair"), reverse("tracking:choose-order", args=[the_parcel(member).pk])):
        assert '<span class="code">A-100</span>' in signed_in.get(url).content.decode()


def test_an_order_of_another_member_cannot_be_chosen(member, signed_in, django_user_model):
    parcel = send(member, None)
    order = buy(django_user_model.objects.create_user("noor"))
    for name in ("tracking:link-chosen", "tracking:forget-link"):
        assert signed_in.post(reverse(name, args=[parcel.pk]), {"pk": order.pk}).status_code == 404
    assert not Order.objects.of(member).exists()

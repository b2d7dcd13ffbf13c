"""Every page of a member: it answers, with few queries however many rows, and says what is true."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.notices import tell
from common import dates
from emailsync.tests.factories import make_mailbox
from flux.home import home_of
from flux.testing.purchases import buy, send
from orders.models import Order
from tracking.models import Shipment


@pytest.fixture
def member(db: None, client: Client) -> User:
    member = User.objects.create_user("mara", password="marram grass 71", currency="AUD", locale="en-AU")
    client.force_login(member)
    return member


def page(client: Client, url: str, **headers: str) -> str:
    answer = client.get(url, headers=headers)
    assert answer.status_code == 200, url
    return answer.content.decode()


@pytest.mark.parametrize("name", ["home", "orders:list", "tracking:list", "tracking:repair", "find"])
def test_the_number_of_queries_does_not_grow_with_the_rows(
    name: str, member: User, client: Client, django_assert_max_num_queries: Any
) -> None:
    for index in range(12):
        order = buy(member, lines=[("Box", 1, "10.00"), ("Card", 2, "5.00")])
        send(member, order, eta_to=dates.today() + timedelta(days=index % 4))
        send(member, None)
    url = reverse(name) + ("?q=box" if name == "find" else "")
    page(client, url)
    with django_assert_max_num_queries(32 if name == "home" else 22):
        page(client, url)


def test_one_orders_page_has_few_queries_however_many_lines_and_parcels(
    member: User, client: Client, django_assert_max_num_queries: Any
) -> None:
    order = buy(member, lines=[(f"Thing {index}", 1, "1.00") for index in range(20)])
    for _ in range(4):
        send(member, order)
    with django_assert_max_num_queries(24):
        page(client, reverse("orders:detail", args=[order.pk]))


def test_a_newcomer_is_shown_how_to_begin_and_a_member_with_orders_is_not(member: User, client: Client) -> None:
    assert "Connect the mailbox your orders go to" in page(client, "/")
    buy(member)
    assert "Connect the mailbox" not in page(client, "/")


def test_home_says_once_what_is_wrong_with_a_mailbox_that_was_told_of_too(member: User, client: Client) -> None:
    buy(member)
    mailbox = make_mailbox(member, name="Shop mail", state="broken", last_error_text="No answer.")
    tell(member_id=member.pk, key=f"mailbox:{mailbox.pk}", title="Shop mail is not read", text="No answer.")
    assert [need.title for need in home_of(member).needs] == ["Shop mail is not read"]


def test_home_asks_for_the_passwords_of_imported_mailboxes(member: User) -> None:
    make_mailbox(member, password="", enabled=False)
    make_mailbox(member, enabled=False)
    assert [need.title for need in home_of(member).needs] == ["1 mailbox needs a password"]
    make_mailbox(member, password="", enabled=False)
    assert [need.title for need in home_of(member).needs] == ["2 mailboxes need a password"]


def test_every_figure_on_home_is_the_length_of_the_list_it_opens(member: User, client: Client) -> None:
    today = dates.today()
    waiting = buy(member, sent_at=timezone.now() - timedelta(days=9))
    moving, late, old = buy(member), buy(member), buy(member)
    send(member, moving, eta_to=today)
    send(member, late, eta_to=today - timedelta(days=3))
    send(member, old, eta_to=today - timedelta(days=300), sent_at=timezone.now() - timedelta(days=320))
    send(member, buy(member), status="delivered")
    send(member, None)
    Order.objects.filter(pk=buy(member).pk).update(archived_at=timezone.now())
    home = home_of(member)
    for figure in (*home.figures, *home.arrivals):
        shown = re.search(r'id="count"[^>]*>([\d,]+)<', page(client, figure.href))
        assert shown, figure.href
        assert int(shown[1].replace(",", "")) == figure.value, figure.label
    values = {figure.label: figure.value for figure in (*home.figures, *home.arrivals)}
    assert values["Awaiting shipment"] == 1, waiting.number
    assert values["On the way"] == 3
    assert (values["Today"], values["Late"], values["Without an order"]) == (1, 1, 1)


def test_a_parcel_unheard_of_for_long_has_gone_quiet_and_is_not_late(member: User, client: Client) -> None:
    day = dates.today() - timedelta(days=300)
    parcel = send(member, None, eta_to=day, sent_at=timezone.now() - timedelta(days=301))
    assert "No news since" in page(client, reverse("tracking:list") + "?view=quiet")
    body = page(client, reverse("tracking:detail", args=[parcel.pk]))
    assert "No news since" in body
    assert "days late" not in body


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "Pacific/Honolulu"])
def test_the_day_of_an_order_is_the_day_its_mail_names_in_whatever_zone_it_is_read(
    member: User, client: Client, zone: str
) -> None:
    member.time_zone = zone
    member.save()
    buy(member, number="A-1")
    Order.objects.of(member).update(ordered_at="2025-11-24", placed_at="2025-11-24T12:00:00Z")
    for name in ("home", "orders:list"):
        assert '<time class="num" datetime="2025-11-24">24 Nov 2025</time>' in page(client, reverse(name))


def test_delivered_parcels_are_listed_with_the_latest_first_and_those_under_way_by_arrival(
    member: User, client: Client
) -> None:
    views = [
        ("", "Arriving first"),
        ("?view=delivered", "Last news first"),
        ("?view=delivered&sort=eta", "Arriving first"),
    ]
    send(member, buy(member, number="A-1"), status="delivered")
    for query, words in views:
        assert f"Sort: </span>{words}" in page(client, reverse("tracking:list") + query)


def test_htmx_gets_the_rows_alone_and_history_gets_the_page(member: User, client: Client) -> None:
    buy(member)
    url = reverse("orders:list")
    fragment = page(client, url, HX_Request="true")
    assert "<html" not in fragment
    assert 'id="listing"' in fragment
    assert "<html" in page(client, url, HX_Request="true", HX_History_Restore_Request="true")


def test_the_export_holds_what_the_list_shows_and_runs_no_formula(member: User, client: Client) -> None:
    buy(member, number="A1", shop="Alpha", lines=[("=HYPERLINK(1)", 2, "10.00")])
    buy(member, number="B1", shop="Beta")
    answer = client.get(reverse("orders:export") + "?retailer=alpha")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["Order number"], row["Total"], row["Currency"], row["Units"]) == ("A1", "20.00", "AUD", "2")
    assert row["Items"] == "'=HYPERLINK(1)"


def test_archiving_says_so_and_can_be_undone(member: User, client: Client) -> None:
    orders = [buy(member), buy(member)]
    client.post(reverse("orders:archive"), {"pk": [order.pk for order in orders]})
    body = page(client, reverse("orders:list"))
    assert "Archived 2 orders." in body
    assert Order.objects.filter(archived_at=None).count() == 0
    assert "Archived 2 orders." not in page(client, reverse("orders:list")), "said once"
    client.post(reverse("orders:restore"), {"pk": [order.pk for order in orders]})
    assert Order.objects.filter(archived_at=None).count() == 2


def test_all_that_match_can_be_archived_beyond_the_page(member: User, client: Client) -> None:
    for index in range(4):
        buy(member, shop="Alpha" if index else "Beta")
    client.post(reverse("orders:archive"), {"all": "1", "query": "?retailer=alpha", "pk": [1]})
    assert set(Order.objects.filter(archived_at=None).values_list("retailer_name", flat=True)) == {"Beta"}


@pytest.mark.parametrize(
    ("field", "typed", "stored"),
    [
        ("total", "1,234.50", "1234.50"),
        ("shipping", "0", "0.00"),
        ("ordered_at", "2026-11-19", "2026-11-19"),
        ("currency", "gbp", "GBP"),
        ("seller", "Corner shop", "Corner shop"),
    ],
)
def test_a_typed_value_stands_says_who_set_it_and_can_be_given_back(
    member: User, client: Client, field: str, typed: str, stored: str
) -> None:
    order = buy(member)
    before = getattr(order, field)
    client.post(reverse("order-values:set", args=[order.pk]), {"field": field, "line": "", "value": typed})
    order.refresh_from_db()
    assert str(getattr(order, field)) == stored
    assert "You set this" in page(client, reverse("orders:detail", args=[order.pk]))
    client.post(reverse("order-values:unset", args=[order.pk]), {"field": field, "line": ""})
    order.refresh_from_db()
    assert getattr(order, field) == before


def test_a_value_that_is_none_is_given_back_without_harm(member: User, client: Client) -> None:
    url = reverse("order-values:unset", args=[buy(member).pk])
    for field, line in (("total\x00", ""), ("total", "\x00"), ("nonsense", "x" * 5000)):
        assert client.post(url, {"field": field, "line": line}).status_code == 302


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("total", "abc"), ("total", "1.005"), ("total", "9" * 40), ("total", ""), ("ordered_at", "31/02/2026"),
        ("ordered_at", "9999-12-31"), ("eta_to", "0001-01-01"),
        ("quantity", "-1"), ("quantity", "1.5"), ("currency", "XQ"), ("status", "delivered"), ("title", "x" * 600),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_is_refused_at_its_field(member: User, client: Client, field: str, typed: str) -> None:
    order = buy(member)
    line = order.lines.get().key if field in ("quantity", "title") else ""
    answer = client.post(reverse("order-values:set", args=[order.pk]), {"field": field, "line": line, "value": typed})
    assert answer.status_code == 422
    before = (order.total, order.ordered_at, order.currency, order.status)
    order.refresh_from_db()
    assert (order.total, order.ordered_at, order.currency, order.status) == before


def test_a_parcel_is_linked_to_an_order_by_hand_and_taken_out_again(member: User, client: Client) -> None:
    order, parcel = buy(member), send(member, None)
    client.post(reverse("tracking:link", args=[parcel.pk]), {"order": order.pk})
    assert order.number in page(client, reverse("tracking:detail", args=[parcel.pk]))
    assert Shipment.objects.get(pk=parcel.pk).order_links.get().order == order
    client.post(reverse("tracking:unlink", args=[parcel.pk]), {"order": order.pk})
    assert not Shipment.objects.get(pk=parcel.pk).order_links.exists()


def test_the_only_recent_order_of_the_shop_a_carrier_names_is_suggested_until_refused(
    member: User, client: Client
) -> None:
    parcel = send(member, None, merchant="Northgate Cards")
    here = reverse("tracking:detail", args=[parcel.pk])
    order = buy(member)
    buy(member, shop="Harbour Books")
    buy(member, sent_at=timezone.now() - timedelta(days=40))
    buy(User.objects.create_user("tom"))
    assert f"Northgate Cards {order.number}</a>: your only open order" in page(client, here)
    for name in ("tracking:link", "tracking:unlink"):
        client.post(reverse(name, args=[parcel.pk]), {"order": order.pk})
        assert "Suggestion" not in page(client, here)


def test_no_order_is_suggested_where_two_of_the_shop_are_as_recent(member: User, client: Client) -> None:
    parcel = send(member, None, merchant="Northgate Cards")
    buy(member)
    buy(member)
    assert "Suggestion" not in page(client, reverse("tracking:detail", args=[parcel.pk]))


def test_a_parcel_marked_delivered_stays_so_until_given_back(member: User, client: Client) -> None:
    parcel = send(member, buy(member))
    client.post(reverse("tracking:mark-delivered", args=[parcel.pk]))
    parcel.refresh_from_db()
    assert parcel.status == "delivered"
    client.post(reverse("tracking:unmark", args=[parcel.pk]))
    parcel.refresh_from_db()
    assert parcel.status == "in_transit"


def test_the_sum_of_an_order_is_shown_with_its_gap(member: User, client: Client) -> None:
    order = buy(member, shipping="9.95", total="189.85")
    assert "Adds up: 179.90 + 9.95 = 189.85" in page(client, reverse("orders:detail", args=[order.pk]))
    client.post(reverse("order-values:set", args=[order.pk]), {"field": "shipping", "line": "", "value": "12.00"})
    assert "2.05 more than the total" in page(client, reverse("orders:detail", args=[order.pk]))


@pytest.mark.parametrize(
    "name",
    ["orders:archive", "orders:restore", "orders:export-selected", "accounts:theme", "accounts:time-zone"],
)
def test_what_changes_something_is_not_done_by_a_link(member: User, client: Client, name: str) -> None:
    assert client.get(reverse(name)).status_code == 405


@pytest.mark.parametrize("name", ["home", "find", "orders:list", "tracking:list", "design", "orders:export"])
def test_what_only_shows_something_takes_no_post(member: User, client: Client, name: str) -> None:
    assert client.post(reverse(name)).status_code == 405


def test_the_design_is_for_staff(member: User, client: Client) -> None:
    assert client.get(reverse("design")).status_code == 403
    User.objects.filter(pk=member.pk).update(is_staff=True)
    assert "Order status" in page(client, reverse("design"))


def test_a_page_that_is_not_there_is_a_404_in_the_design(member: User, client: Client) -> None:
    answer = client.get("/orders/999999/")
    assert answer.status_code == 404
    assert b"Nothing lies at this address" in answer.content


def test_no_page_needs_inline_scripts_or_styles(member: User, client: Client) -> None:
    order = buy(member)
    parcel = send(member, order)
    User.objects.filter(pk=member.pk).update(is_staff=True)
    urls = [reverse(name) for name in ("home", "find", "orders:list", "tracking:list", "design", "accounts:profile")]
    for url in (*urls, reverse("orders:detail", args=[order.pk]), reverse("tracking:detail", args=[parcel.pk])):
        body = page(client, url)
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:", body), url
        assert "unsafe-inline" not in client.get(url)["Content-Security-Policy"]

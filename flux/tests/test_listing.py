"""Lists: search, filters, sorts and pages, with the list of orders as the example."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from common.listing import SIZES, Listing
from flux.testing.purchases import buy, send
from orders import lists
from orders.models import Order


@pytest.fixture
def member(db: None) -> User:
    return User.objects.create_user("mara")


def numbers(member: User, query: str = "") -> list[str]:
    return [order.number for order in listing(member, query).rows]


def listing(member: User, query: str = "") -> Listing:
    return lists.order_list(member, QueryDict(query))


@pytest.mark.parametrize("sort", ["newest", "oldest", "dearest", "cheapest"])
def test_pages_forwards_and_back_show_every_row_once_ties_and_unknown_values_included(
    member: User, sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    same = timezone.now()
    for index in range(11):
        buy(member, number=f"N{index:02}", sent_at=same, lines=[("Box", 1, f"{10 + index % 3}.00")])
    Order.objects.filter(number__in=["N03", "N07"]).update(total=None, placed_at=None)
    monkeypatch.setattr("common.listing.SIZES", (4, 4, 4))
    pages = []
    query: str | None = f"?sort={sort}"
    while query is not None:
        page = listing(member, query.lstrip("?"))
        pages.append(([order.number for order in page.rows], query))
        query = page.older
    forwards = [number for page, _ in pages for number in page]
    assert len(forwards) == len(set(forwards)) == 11
    assert set(forwards[-2:]) == {"N03", "N07"}, "rows without a value come last"
    backwards = [pages[-1][0]]
    query = listing(member, pages[-1][1].lstrip("?")).newer
    while query is not None:
        page = listing(member, query.lstrip("?"))
        backwards.insert(0, [order.number for order in page.rows])
        query = page.newer
    assert [number for page in backwards for number in page] == forwards


def test_an_order_is_found_by_number_last_digits_title_shop_and_tracking_number(member: User) -> None:
    order = buy(member, number="C0-1459-3318", shop="Nordlicht", lines=[("Air Jordan 4 ‘Fear’", 1, "220.00")])
    send(member, order, number="36ABC5051234")
    buy(member, number="X9")
    for text in ("C0-1459", "3318", "jordan 4", "nordl", "36ABC5051234", "5051 234"):
        assert numbers(member, f"q={text}") == ["C0-1459-3318"], text


@pytest.mark.parametrize(
    "query",
    [
        "q=%00", "q=%00%00x", "sort=evil", "status=nope", "retailer=%27%3B--", "after=abc", "after=-1", "size=7",
        "after=999999999999999999999", "before=9223372036854775807", "view=none", "after=%D9%A3", "q=%25_%5C",
        "q=" + "x" * 5000,
    ],
)  # fmt: skip
def test_whatever_stands_in_the_address_the_answer_is_a_list(member: User, client: Client, query: str) -> None:
    buy(member)
    client.force_login(member)
    for name in ("orders:list", "tracking:list", "orders:export", "tracking:export"):
        assert client.get(f"{reverse(name)}?{query}").status_code == 200


def test_every_tab_counts_what_it_lists(member: User) -> None:
    delivered = buy(member)
    send(member, delivered, status="delivered")
    buy(member)
    Order.objects.filter(pk=buy(member).pk).update(archived_at=timezone.now())
    for tab in listing(member).tabs:
        assert tab.count == listing(member, f"view={tab.option.value}").count, tab.option.label


def test_filters_narrow_and_can_be_taken_off_one_by_one(member: User) -> None:
    buy(member, number="A1", shop="Alpha", sent_at=timezone.now() - timedelta(days=60))
    buy(member, number="A2", shop="Alpha")
    buy(member, number="B1", shop="Beta")
    page = listing(member, "retailer=alpha&placed=30d&after=5")
    assert [order.number for order in page.rows] == ["A2"]
    assert {bound.label: bound.remove for bound in page.active} == {
        "Retailer": "?placed=30d",
        "Placed": "?retailer=alpha",
    }


def test_the_page_sizes_on_offer_are_the_ones_obeyed(member: User) -> None:
    for size in SIZES:
        assert listing(member, f"size={size}").size == size
    assert listing(member, "size=100000").size == SIZES[1]

"""What one member has, another cannot see or change: every address, from the resolver, none forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.forms.models import model_to_dict
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from emailsync.models import Scan, StoredEmail
from emailsync.tests.factories import make_mail, make_mailbox, make_request, make_scan, make_submission, store_mail
from flux.testing.purchases import buy, send
from orders.models import Order
from tracking.models import Shipment

CANARY = "Zwergdrossel"
PASSWORD = "marram grass 71"
# Addresses that anyone may see. Every other one asks for sign-in.
PUBLIC = {
    "healthz",
    "readyz",
    "account_login",
    "account_signup",
    "account_inactive",
    "account_logout",
    "accounts:setup",
    "accounts:sign-in-link",
}
# Addresses of whole trees that keep their own tests.
ELSEWHERE = {"admin"}


def routes() -> Iterator[tuple[str, URLPattern]]:
    """(name with namespace, pattern) of every address of Flux outside of ELSEWHERE."""

    def walk(patterns: list[Any], namespace: str) -> Iterator[tuple[str, URLPattern]]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                if pattern.namespace not in ELSEWHERE:
                    yield from walk(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else namespace)
            else:
                yield f"{namespace}{pattern.name}", pattern

    yield from walk(get_resolver().url_patterns, "")


@pytest.fixture
def world(db: None, client: Client) -> dict[str, Any]:
    """Ada, whose rows all carry the canary, and Bo, who signs in; both with mail, orders and parcels."""
    ada, bo = (User.objects.create_user(name, password=PASSWORD) for name in ("ada", "bo"))
    order = buy(ada, shop=f"{CANARY} shop", lines=[(f"{CANARY} box", 1, "10.00")], number="Z1001")
    parcel = send(ada, order, number="36ZWE5051234")
    mail = store_mail(ada, make_mail(subject=f"{CANARY} order", body=f"{CANARY} inside"))
    make_submission(mail)
    mailbox = make_mailbox(ada, name=f"{CANARY} mail")
    scan = make_scan(mailbox, state="queued", started_at=None)
    wish = make_request(mailbox, about_name=f"{CANARY} shop", reason=f"No {CANARY}")
    own = buy(bo, number="B2002")
    send(bo, own)
    client.force_login(bo)
    return {
        "ada": ada, "bo": bo, "order": order, "parcel": parcel, "mail": mail, "mailbox": mailbox, "scan": scan,
        "wish": wish, "own": own,
    }  # fmt: skip


def arguments(name: str, pattern: URLPattern, world: dict[str, Any]) -> dict[str, Any] | None:
    """Arguments that name a row of Ada's; None for an address without arguments."""
    wanted = set(pattern.pattern.regex.groupindex)
    if not wanted:
        return None
    space = name.partition(":")[0]
    row = {"orders": "order", "order-values": "order", "tracking": "parcel", "emailsync": "mailbox"}.get(space, "mail")
    known = {
        "pk": world[row].pk,
        "sha256": world["mail"].sha256,
        "email_id": world["mail"].pk,
        "scan_id": world["scan"].pk,
        "request_id": world["wish"].pk,
        "token": "x" * 43,
    }
    unknown = wanted - set(known)
    assert not unknown, f"{name} takes {unknown}: say here what names a row of another member"
    return {key: known[key] for key in wanted}


def snapshot(member: User) -> dict[str, list[Any]]:
    """Every row that belongs to a member, of every model that has an owner."""
    rows: dict[str, list[Any]] = {}
    for model in apps.get_models():
        if any(field.name == "member" for field in model._meta.fields):
            owned = model._default_manager.filter(member=member).order_by("pk")
            rows[model._meta.label] = [model_to_dict(row) for row in owned]
    rows["User"] = [model_to_dict(row) for row in User.objects.filter(pk=member.pk)]
    rows["Scan"] = [model_to_dict(row) for row in Scan.objects.filter(mailbox__member=member).order_by("pk")]
    return rows


def test_every_address_but_the_public_ones_asks_a_stranger_to_sign_in(world: dict[str, Any]) -> None:
    stranger = Client()
    for name, pattern in routes():
        if name in PUBLIC:
            continue
        url = reverse(name, kwargs=arguments(name, pattern, world))
        for answer in (stranger.get(url), stranger.post(url)):
            assert answer.status_code == 302, f"{name} answers a stranger with {answer.status_code}"
            assert answer["Location"].startswith(reverse("account_login")), name


def test_no_address_shows_or_changes_a_row_of_another_member(world: dict[str, Any], client: Client) -> None:
    before = snapshot(world["ada"])
    data = {
        "pk": [world["order"].pk, world["parcel"].pk, world["mail"].pk, world["scan"].pk],
        "mailbox": world["mailbox"].pk,
        "order": world["order"].pk,
        "field": "total",
        "value": "1.00",
        "all": "1",
        "query": "?view=all",
        "confirmed": "1",
        "hours": "1",
    }
    for name, pattern in routes():
        if name in ("account_logout",):
            continue
        kwargs = arguments(name, pattern, world)
        url = reverse(name, kwargs=kwargs)
        for answer in (client.get(url), client.get(url, headers={"HX-Request": "true"}), client.post(url, data)):
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
            assert CANARY.encode() not in body, f"{name} shows a row of another member"
            if kwargs and name not in PUBLIC:
                assert answer.status_code in (404, 405), f"{name} answers {answer.status_code}"
    assert snapshot(world["ada"]) == before


def test_a_search_for_the_words_of_another_member_finds_nothing(world: dict[str, Any], client: Client) -> None:
    lists = [reverse(name) for name in ("orders:list", "find", "emailsync:list")]
    for url in (*lists, reverse("tracking:list") + "?view=all"):
        mark = "&" if "?" in url else "?"
        for text in ("Z1001", "36ZWE5051234", CANARY.lower()):
            answer = client.get(f"{url}{mark}q={text}")
            for row in ("order", "mail"):
                assert f'value="{world[row].pk}"'.encode() not in answer.content
            assert CANARY.encode() not in answer.content


def test_an_order_of_another_member_cannot_be_linked_to_an_own_parcel(world: dict[str, Any], client: Client) -> None:
    own = Shipment.objects.of(world["bo"]).get()
    answer = client.post(reverse("tracking:link", args=[own.pk]), {"order": world["order"].pk})
    assert answer.status_code == 404
    assert not own.order_links.filter(order=world["order"]).exists()


def test_another_members_ids_among_the_ticked_ones_are_left_alone(world: dict[str, Any], client: Client) -> None:
    client.post(reverse("orders:archive"), {"pk": [world["order"].pk, world["own"].pk]})
    assert Order.objects.of(world["ada"]).get().archived_at is None
    assert Order.objects.of(world["bo"]).get().archived_at is not None


@pytest.mark.parametrize(
    "name",
    [
        "read-again",
        "accept",
        "hold",
        "dismiss",
        "undismiss",
        "delete",
        "not-relevant",
        "take-up",
        "submit-order",
        "submit-parcel",
        "withdraw",
    ],
)
@pytest.mark.parametrize("extra", [{}, {"all": "1", "query": "?view=all"}])
def test_ticked_mails_of_another_member_are_left_alone(
    world: dict[str, Any], client: Client, name: str, extra: dict[str, str]
) -> None:
    store_mail(world["bo"], make_mail())
    for state, reason in (
        ("stored", ""), ("parsed", ""), ("held", ""), ("ignored", "dismissed"), ("ignored", "set_aside"),
        ("unmatched", "nothing_announced"),
    ):  # fmt: skip
        StoredEmail.objects.of(world["ada"]).update(state=state, reason=reason)
        before = snapshot(world["ada"])
        form = {"pk": world["mail"].pk, "confirmed": "1", "step": "send", "consent": "on"}
        client.post(reverse(f"emailsync:{name}"), {**form, **extra})
        client.post(reverse(f"emailsync:{name}"), {**form, "only": world["mail"].pk})
        assert snapshot(world["ada"]) == before


def test_a_mailbox_of_another_member_is_no_filter(world: dict[str, Any], client: Client) -> None:
    answer = client.get(reverse("emailsync:list"), {"source": f"mailbox-{world['mailbox'].pk}"})
    assert CANARY.encode() not in answer.content
    assert b"Remove filter" not in answer.content


def test_every_row_with_an_owner_takes_part(world: dict[str, Any]) -> None:
    rows = snapshot(world["ada"])
    for model in (Order, Shipment, StoredEmail):
        assert rows[model._meta.label], f"{model.__name__} has no row to protect"

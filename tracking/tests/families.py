"""Families of mails for property tests: few shops, numbers and times, so that everything meets everything."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from hypothesis import strategies as st

from orders.facts import Fact, SourceKind
from tracking.facts import MailFacts
from tracking.fold import RANK
from tracking.tests.saying import day, mail, order_part, parcel_part

SHOPS = ("kmart", "target", "")
ORDER_NUMBERS = ("632700001", "63270-0001", "632700001-A", "1001", "#1001", "B7", "#", "")
TRACKING = (
    "36ABC5051234", "36ABC505123401000935002", "36ABC505123402000935002", "36abc 5051-234", "CP0000E00000000",
    "PPXNRSWOKCWPD", "1Z999AA10123456784", "997053600001", "99705360000", "-", "",
)  # fmt: skip
TITLES = ("Cup", "CUP", "Jug", "A very long title of a jug", "A very long title…")
AMOUNTS = ("10.00", "20.00", "0.00")
CARRIERS = ("australia-post", "AusPost", "couriersplease", "shippit", "dhl")

confidences = st.sampled_from((0.3, 0.59, 0.6, 0.95))
times = st.one_of(st.none(), st.sampled_from((-200, -40, -1, 0, 0.1, 0.2, 1, 1.5, 2, 3, 10, 170, 400)).map(day))
days = st.sampled_from(("2026-05-08", "2026-05-10", "2026-05-12", "2026-05-20"))
moments = st.sampled_from(("2026-05-09T10:00:00+00:00", "2026-05-11T10:00:00", "2026-05-10", "2027-01-01"))


def _said(draw: Any, **choices: st.SearchStrategy[Any]) -> dict[str, Fact]:
    """Some of the values, each as sure as it happens."""
    chosen = {name: draw(st.one_of(st.none(), values)) for name, values in choices.items()}
    return {name: Fact(value, draw(confidences)) for name, value in chosen.items() if value is not None}


@st.composite
def order_parts(draw: Any, position: int) -> Any:
    lines = [
        {"title": Fact(title, 0.9)}
        | _said(
            draw,
            quantity=st.integers(1, 3),
            unit_price=st.sampled_from(AMOUNTS),
            line_total=st.sampled_from(AMOUNTS),
            sku=st.sampled_from(("S1", "S2")),
        )
        for title in draw(st.lists(st.sampled_from(TITLES), max_size=3))
    ]
    values = _said(
        draw,
        total=st.sampled_from(AMOUNTS),
        shipping=st.sampled_from(AMOUNTS),
        currency=st.sampled_from(("AUD", "USD")),
        ordered_at=moments,
        eta_from=days,
        eta_to=days,
        refund=st.sampled_from(AMOUNTS),
    )
    return order_part(
        draw(st.sampled_from(ORDER_NUMBERS)),
        *lines,
        shop=draw(st.sampled_from(SHOPS)),
        position=position,
        identity=draw(st.sampled_from(("", "I1"))),
        **values,
    )


@st.composite
def parcel_parts(draw: Any, position: int) -> Any:
    values = _said(
        draw,
        carrier=st.sampled_from(CARRIERS),
        via=st.just("shippit"),
        merchant=st.sampled_from(("Kmart", "Target")),
        shipped_at=moments,
        delivered_at=moments,
        eta_from=days,
        eta_to=days,
    )
    return parcel_part(
        draw(st.sampled_from(TRACKING)),
        draw(st.sampled_from((*RANK, "unheard-of"))),
        position=position,
        shop=draw(st.sampled_from(SHOPS)),
        orders=draw(st.lists(st.sampled_from(ORDER_NUMBERS), max_size=2)),
        aliases=draw(st.lists(st.sampled_from(TRACKING), max_size=2)),
        parcel_key=draw(st.sampled_from(("", "", "S1", "S2"))),
        **values,
    )


@st.composite
def mails(draw: Any, name: str) -> MailFacts:
    """One mail that says anything of up to two orders and two parcels."""
    kind = draw(
        st.sampled_from(
            ("order_confirmation", "order_confirmation", "invoice", "shipping", "delivered", "cancelled", "refund")
        )
    )
    at: datetime | None = draw(times)
    about = mail(
        name,
        kind,
        at,
        draw(st.sampled_from(("kmart", "australia-post"))),
        carrier=draw(st.booleans()),
        announces_change=draw(st.booleans()),
    )
    if draw(st.booleans()):
        about = replace(about, source_kind=SourceKind.INDUCED)
    orders = tuple(draw(order_parts(position)) for position in range(draw(st.integers(0, 2))))
    parcels = tuple(draw(parcel_parts(position)) for position in range(draw(st.integers(0, 2))))
    return MailFacts(about, orders, parcels)


@st.composite
def families(draw: Any, most: int = 7) -> list[MailFacts]:
    return [draw(mails(f"mail {number}")) for number in range(draw(st.integers(1, most)))]

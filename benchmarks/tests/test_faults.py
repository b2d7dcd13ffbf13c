"""The fault run's own parts: a plan that follows from its seed, and comparisons that find what is planted."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from benchmarks.faults import checks
from benchmarks.faults.checks import Claim, ServerMail, StoredMail, StoredOrder, StoredParcel
from benchmarks.faults.injecting import HOW, Seen
from benchmarks.faults.ledger import Ledger
from benchmarks.faults.mails import Kind, Recipe, write
from benchmarks.faults.plan import MOST_RENUMBERED, Fault, Scale, counts, make_plan
from benchmarks.faults.report import Finding, fault_figures

BEGAN = datetime(2026, 3, 2, 10, tzinfo=UTC)
ORDER, SHIPPED, NEWS = Recipe(Kind.ORDER, 7), Recipe(Kind.SHIPPED, 7), Recipe(Kind.NEWS, 8)
SMALL = Scale(deliveries=300, minutes=1)


@pytest.fixture
def ledger() -> Ledger:
    """An order and its parcel for ann, the order once more in her archive; a newsletter that bo has read."""
    made = Ledger()
    for member, folder, recipe, seen in (
        ("ann", "INBOX", ORDER, False),
        ("ann", "Archive", ORDER, False),
        ("ann", "INBOX", SHIPPED, False),
        ("bo", "INBOX", NEWS, True),
    ):
        made.add(member, folder, recipe, write(recipe, BEGAN), seen=seen)
    return made


def on_server(ledger: Ledger) -> list[ServerMail]:
    return [
        ServerMail(
            one.member,
            one.folder,
            1,
            uid,
            one.sha256,
            100,
            frozenset({"\\Recent", *(["\\Seen"] if one.seen else [])}),
        )
        for uid, one in enumerate(ledger.entries, start=1)
    ]


def in_archive(server: list[ServerMail]) -> list[StoredMail]:
    places: dict[tuple[str, str], set[tuple[str, int, int]]] = {}
    for mail in server:
        places.setdefault((mail.member, mail.sha256), set()).add((mail.folder, mail.uidvalidity, mail.uid))
    return [
        StoredMail(member, sha256, 100, "parsed", "", frozenset(found)) for (member, sha256), found in places.items()
    ]


def orders(ledger: Ledger) -> list[StoredOrder]:
    return [StoredOrder(member, "shop", number, total) for (member, number), total in ledger.orders().items()]


def parcels(ledger: Ledger) -> list[StoredParcel]:
    return [StoredParcel(member, number, (order,)) for (member, number), order in ledger.parcels().items()]


def test_what_is_as_delivered_breaks_nothing(ledger):
    server = on_server(ledger)
    stored = in_archive(server)
    assert not checks.missing(server, stored)
    assert not checks.stored_twice(stored)
    assert not checks.never_delivered(ledger, stored)
    assert not checks.unsettled(stored)
    assert not checks.unread(ledger, stored)
    assert not checks.wrong_orders(ledger, orders(ledger))
    assert not checks.unlinked(ledger, parcels(ledger))
    assert not checks.changed_mailboxes(ledger, server)
    assert not checks.no_longer_recent(server, set())
    assert not checks.orphaned([Claim("mail 1", owner_lives=True)])


def test_a_mail_that_is_not_stored_is_missing(ledger):
    server = on_server(ledger)
    assert checks.missing(server, in_archive(server[:2])) == ["ann/INBOX/1/3: not stored", "bo/INBOX/1/4: not stored"]


def test_a_mail_that_is_stored_from_its_other_folder_only_is_missing(ledger):
    server = on_server(ledger)
    stored = [replace(mail, places=frozenset(list(mail.places)[:1])) for mail in in_archive(server)]
    assert len(checks.missing(server, stored)) == 1


def test_a_mail_under_another_uidvalidity_is_missing(ledger):
    server = on_server(ledger)
    assert len(checks.missing([replace(mail, uidvalidity=2) for mail in server], in_archive(server))) == 4


def test_a_mail_stored_with_other_bytes_is_missing(ledger):
    server = on_server(ledger)
    stored = [replace(mail, sha256="0" * 64) for mail in in_archive(server)]
    assert "other bytes" in checks.missing(server, stored)[0]


def test_a_mail_in_a_folder_that_nobody_watches_may_be_missing(ledger):
    assert not checks.missing([replace(mail, folder="Junk") for mail in on_server(ledger)], [])


def test_a_big_mail_is_known_by_its_size(ledger):
    server = on_server(ledger)
    stored = [replace(mail, sha256="", reason="too_big") for mail in in_archive(server)]
    assert not checks.missing(server, stored)
    assert len(checks.missing(server, [replace(mail, size=99) for mail in stored])) == 4


def test_a_mail_stored_twice_is_found_by_its_content_and_by_its_place(ledger):
    stored = in_archive(on_server(ledger))
    assert any("stored 2 times" in breach for breach in checks.stored_twice([*stored, stored[0]]))
    other = replace(stored[0], sha256="0" * 64)
    assert any("is 2 stored mails" in breach for breach in checks.stored_twice([*stored, other]))


def test_a_stored_mail_that_nobody_delivered_is_found(ledger):
    stored = [replace(in_archive(on_server(ledger))[0], sha256="0" * 64)]
    assert len(checks.never_delivered(ledger, stored)) == 1


def test_a_mail_that_waits_or_is_being_read_is_unsettled(ledger):
    stored = in_archive(on_server(ledger))
    assert len(checks.unsettled([replace(stored[0], state="stored"), replace(stored[1], state="parsing")])) == 2


def test_a_good_mail_that_was_given_up_is_found_and_a_newsletter_is_not(ledger):
    stored = [replace(mail, state="failed", reason="worker_died") for mail in in_archive(on_server(ledger))]
    assert len(checks.unread(ledger, stored)) == 2


def test_an_order_that_is_missing_doubled_wrong_or_invented_is_found(ledger):
    (good,) = orders(ledger)
    assert checks.wrong_orders(ledger, []) == [f"ann {good.number} is not there"]
    assert "2 times" in checks.wrong_orders(ledger, [good, good])[0]
    assert "not" in checks.wrong_orders(ledger, [replace(good, total=Decimal(1))])[0]
    assert "never made" in checks.wrong_orders(ledger, [good, replace(good, member="bo")])[0]


def test_a_parcel_that_is_missing_or_linked_wrongly_is_found(ledger):
    (good,) = parcels(ledger)
    assert checks.unlinked(ledger, [])
    assert checks.unlinked(ledger, [replace(good, orders=())])
    assert checks.unlinked(ledger, [replace(good, orders=(*good.orders, "other"))])
    assert checks.unlinked(ledger, [good, good])


def test_a_mailbox_that_lost_a_mail_or_has_one_read_or_marked_is_found(ledger):
    server = on_server(ledger)
    assert "too few" in checks.changed_mailboxes(ledger, server[1:])[0]
    assert "too many" in checks.changed_mailboxes(ledger, [*server, server[0]])[0]
    assert checks.changed_mailboxes(ledger, [replace(server[0], flags=frozenset({"\\Seen"})), *server[1:]])
    marked = replace(server[0], flags=server[0].flags | {"\\Flagged"})
    assert "\\Flagged" in checks.changed_mailboxes(ledger, [marked, *server[1:]])[0]


def test_a_mail_that_is_no_longer_recent_is_found_unless_its_folder_was_renumbered(ledger):
    server = [replace(mail, flags=frozenset()) for mail in on_server(ledger)[:2]]
    assert checks.no_longer_recent(server, {("ann", "Archive")}) == ["ann/INBOX/1/1 is no longer recent"]


def test_a_claim_of_a_dead_owner_is_found():
    assert checks.orphaned([Claim("scan 3", owner_lives=False)]) == ["scan 3"]


def test_a_breach_breaks_its_bound():
    assert not Finding("missing", ["ann/INBOX/1/3"]).figure.holds


def test_the_same_seed_gives_the_same_plan_and_another_seed_another():
    assert make_plan(1, SMALL) == make_plan(1, SMALL)
    assert make_plan(1, SMALL) != make_plan(2, SMALL)


def test_a_full_plan_has_the_faults_that_are_promised():
    plan = make_plan(1, Scale())
    found = counts(plan)
    assert len(plan.deliveries) >= 5_000
    assert found[Fault.KILL_PARSE_WORKER] + found[Fault.KILL_INGEST_WORKER] >= 200
    assert found[Fault.KILL_ALL] >= 20
    assert set(found) == set(Fault) == set(HOW)


def test_every_parcel_of_a_plan_has_its_order_and_some_orders_come_to_two_members():
    ledger = Ledger()
    for one in make_plan(3, replace(SMALL, deliveries=1_500)).deliveries:
        ledger.add(str(one.member), one.folder, one.recipe, b"")
    made = set(ledger.orders())
    assert ledger.parcels()
    assert all((member, order) in made for (member, _), order in ledger.parcels().items())
    assert len(made) > len({number for _, number in made})


def test_no_folder_is_renumbered_more_often_than_flux_puts_up_with():
    assert MOST_RENUMBERED <= 3
    assert counts(make_plan(1, Scale()))[Fault.RENUMBER] < MOST_RENUMBERED * Scale().members


def test_a_fault_that_was_hardly_injected_breaks_the_bound_of_the_plan():
    plan = make_plan(1, SMALL)
    seen = {fault: Seen(done=count) for fault, count in counts(plan).items()}
    assert all(figure.holds for figure in fault_figures(plan, seen))
    seen[Fault.KILL_ALL] = Seen(done=0, not_done=Counter({"no such process": 1}))
    assert not all(figure.holds for figure in fault_figures(plan, seen))


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind != Kind.TOO_BIG])
@pytest.mark.parametrize("number", range(1, 7))
def test_mails_are_written_as_they_go_over_the_wire(kind, number):
    raw = write(Recipe(kind, number), BEGAN)
    assert raw == write(Recipe(kind, number), BEGAN)
    assert b"\0" not in raw
    assert raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r")

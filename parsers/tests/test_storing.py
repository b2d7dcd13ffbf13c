"""Definitions in the database: versions, activation, and the token by which readers notice a change."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event

import pytest
from django.db import IntegrityError, connection, transaction

from parsers.documents import definition_of, document_hash
from parsers.models import Origin, ParserDefinition, ParserDefinitionVersion, State
from parsers.queries import active_definitions, definitions_at, revision
from parsers.seeds import all_seeds
from parsers.seeds.authoring import never, retailer, statuses
from parsers.services import Change, activate_version, set_enabled, store_imported, store_seeds

pytestmark = pytest.mark.django_db

SHOP = retailer(
    "lamp-shop", "Lamp Shop", domains=["lamps.example"], phrases=statuses(shipped=["has left"]), matchers=never("news")
)
OTHER = retailer("rug-shop", "Rug Shop", domains=["rugs.example"])
REWORDED = replace(SHOP, status_phrases={"has gone": "shipped"})
EDITED = replace(SHOP, currency="AUD")


def active() -> ParserDefinitionVersion:
    return ParserDefinitionVersion.objects.get(definition__key="lamp-shop", state=State.ACTIVE)


def test_every_seed_is_stored_and_read_back_as_it_was():
    store_seeds(all_seeds())
    assert [replace(one, version=1) for one in active_definitions()] == list(all_seeds())


def test_storing_the_seeds_again_changes_nothing():
    store_seeds(all_seeds())
    before = revision()
    again = store_seeds(all_seeds())
    assert {one.change for one in again} == {Change.UNCHANGED}
    assert ParserDefinitionVersion.objects.count() == len(all_seeds())
    assert revision() == before


def test_a_changed_seed_replaces_an_untouched_one():
    store_seeds([SHOP])
    (stored,) = store_seeds([REWORDED])
    assert stored.change == Change.UPDATED
    assert (active().number, definition_of(active()).status_phrases) == (2, {"has gone": "shipped"})


def test_a_changed_seed_becomes_a_candidate_beside_a_local_edit():
    store_seeds([SHOP])
    store_imported(EDITED, activate=True)
    ParserDefinitionVersion.objects.filter(state=State.ACTIVE).update(origin=Origin.PERSON)
    (stored,) = store_seeds([REWORDED])
    assert (stored.change, stored.version.state) == (Change.CANDIDATE, State.CANDIDATE)
    assert definition_of(active()).currency == "AUD"
    assert store_seeds([REWORDED])[0].change == Change.UNCHANGED


def test_an_import_waits_as_a_candidate_until_it_is_wanted():
    store_seeds([SHOP])
    assert store_imported(EDITED, activate=False).change == Change.CANDIDATE
    assert active().number == 1
    store_imported(EDITED, activate=True)
    assert (active().number, active().origin) == (2, Origin.IMPORT)


def test_a_version_keeps_what_it_said():
    store_seeds([SHOP])
    first = active()
    store_seeds([REWORDED])
    first.refresh_from_db()
    assert first.state == State.RETIRED
    assert document_hash(definition_of(first)) == first.hash == document_hash(SHOP)
    assert active().parent == first


def test_only_one_version_of_a_definition_is_active():
    store_seeds([SHOP])
    candidate = store_imported(EDITED, activate=False).version
    with pytest.raises(IntegrityError), transaction.atomic():
        ParserDefinitionVersion.objects.filter(pk=candidate.pk).update(state=State.ACTIVE)
    activate_version(candidate)
    assert list(ParserDefinitionVersion.objects.filter(state=State.ACTIVE)) == [candidate]


def test_an_older_version_can_be_taken_back():
    store_seeds([SHOP])
    first = active()
    store_seeds([REWORDED])
    activate_version(first)
    assert active() == first
    assert ParserDefinition.objects.get().name == "Lamp Shop"


def test_readers_notice_activation_and_switching_on_and_off():
    store_seeds([SHOP])
    seen = [revision()]
    store_imported(EDITED, activate=True)
    seen.append(revision())
    assert set_enabled(keys=["lamp-shop"], enabled=False) == 1
    seen.append(revision())
    assert active_definitions() == []
    assert len(set(seen)) == len(seen)
    assert set_enabled(keys=["lamp-shop"], enabled=True) == 1
    assert revision() == seen[1], "what was active before is so again"


def test_a_revision_gives_the_definitions_it_was_taken_of():
    store_seeds([SHOP])
    before = revision()
    store_imported(EDITED, activate=True)
    assert [one.currency for one in definitions_at(before)] == [SHOP.currency]
    assert [one.currency for one in definitions_at(revision())] == ["AUD"]


@pytest.mark.django_db(transaction=True)
def test_readers_notice_a_change_that_began_first_and_was_committed_last():
    store_seeds([SHOP, OTHER])
    began, go_on = Event(), Event()

    def switch_slowly() -> None:
        try:
            with transaction.atomic():
                set_enabled(keys=["lamp-shop"], enabled=False)
                began.set()
                assert go_on.wait(30)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(switch_slowly)
        assert began.wait(30)
        set_enabled(keys=["rug-shop"], enabled=False)
        between = revision()
        go_on.set()
        slow.result()
    assert revision() != between
    assert active_definitions() == []


def test_switching_on_what_is_on_changes_nothing():
    store_seeds([SHOP])
    before = revision()
    assert set_enabled(keys=["lamp-shop"], enabled=True) == 0
    assert revision() == before


def test_reading_all_definitions_takes_four_queries(django_assert_num_queries):
    store_seeds(all_seeds())
    with django_assert_num_queries(4):
        active_definitions()

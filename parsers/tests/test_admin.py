"""Switching definitions and activating versions in the admin."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from accounts.models import User
from parsers import services
from parsers.engine.definition import from_json
from parsers.engine.tests.harbour import order_mail, two_orders_mail
from parsers.engine.tests.test_definition_end_to_end import ORDER
from parsers.models import ParserDefinition, ParserDefinitionVersion, State
from parsers.queries import revision
from parsers.seeds.authoring import retailer
from parsers.services import add_sample, store_imported, store_seeds
from parsers.tests.factories import make_definition

SHOP = retailer("lamp-shop", "Lamp Shop", domains=["lamps.example"])
LIST = reverse("admin:parsers_parserdefinition_changelist")


@pytest.fixture(autouse=True)
def boss(db: None, client: Client) -> User:
    boss = User.objects.create_superuser("boss")
    client.force_login(boss)
    return boss


def activation_of(version: ParserDefinitionVersion) -> str:
    return reverse("admin:parsers_parserdefinitionversion_activate", args=[version.pk])


def states(head: ParserDefinition) -> dict[int, str]:
    return dict(head.versions.values_list("number", "state"))


def test_a_candidate_is_activated_after_asking_and_the_old_version_retires(client: Client) -> None:
    store_seeds([SHOP])
    candidate = store_imported(replace(SHOP, currency="AUD"), activate=False).version
    head, url = candidate.definition, activation_of(candidate)
    assert b"v1 retires" in client.get(url).content
    assert states(head) == {1: State.ACTIVE, 2: State.CANDIDATE}
    before = revision()
    client.post(url)
    assert states(head) == {1: State.RETIRED, 2: State.ACTIVE}
    assert revision() != before, "workers reload"
    assert "reads mail from now on" in LogEntry.objects.get().get_change_message()


def test_a_candidate_that_reads_a_sample_wrongly_is_refused_with_what_is_wrong(client: Client) -> None:
    candidate = store_imported(from_json(ORDER), activate=False).version
    add_sample(raw=order_mail(), labels={"total": "999.00"}, definition_key="lamps-order")
    before = revision()
    page = client.post(activation_of(candidate))
    assert "total: expected 999.00, got 105.45" in page.content.decode()
    assert "nothing has changed" in page.context["question"]
    assert states(candidate.definition) == {1: State.CANDIDATE}
    assert revision() == before
    assert not LogEntry.objects.exists()


def test_a_refused_candidate_is_activated_once_its_samples_are_right(client: Client) -> None:
    candidate = store_imported(from_json(ORDER), activate=False).version
    assert "No sample shows" in client.post(activation_of(candidate)).context["question"]
    for raw in (order_mail(), two_orders_mail()):
        add_sample(raw=raw, labels={}, definition_key="lamps-order")
    client.post(activation_of(candidate))
    assert states(candidate.definition) == {1: State.ACTIVE}


def test_a_candidate_that_takes_the_sample_of_another_definition_is_refused(client: Client) -> None:
    store_imported(from_json(ORDER), activate=True)
    add_sample(raw=order_mail(), labels={}, definition_key="lamps-order")
    required = ["order_number", "title", "total", "shipping"]
    greedy = store_imported(from_json(ORDER | {"key": "a-greedy", "required": required}), activate=False).version
    findings = client.post(activation_of(greedy)).context["findings"]
    assert any("owner: expected lamps-order, got a-greedy" in one for one in findings)
    assert states(greedy.definition) == {1: State.CANDIDATE}


def test_a_version_that_read_mail_before_is_taken_back_whatever_the_samples_say(client: Client) -> None:
    first = store_imported(from_json(ORDER), activate=True).version
    store_imported(from_json(ORDER | {"name": "Lamp Harbour"}), activate=True)
    add_sample(raw=order_mail(), labels={"total": "999.00"}, definition_key="lamps-order")
    assert b"read mail before" in client.get(activation_of(first)).content
    client.post(activation_of(first))
    assert states(first.definition) == {1: State.ACTIVE, 2: State.RETIRED}


def test_more_samples_than_a_page_can_wait_for_are_left_to_the_command(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "MAX_SAMPLES_WHILE_WAITING", 0)
    candidate = store_imported(SHOP, activate=False).version
    add_sample(raw=order_mail(), labels={})
    page = client.post(activation_of(candidate), follow=True)
    assert "import_definitions --activate" in page.content.decode()
    assert states(candidate.definition) == {1: State.CANDIDATE}


def test_a_version_that_no_longer_compiles_is_refused(client: Client) -> None:
    candidate = make_definition().versions.get(state=State.CANDIDATE)
    page = client.post(activation_of(candidate), follow=True)
    (said,) = page.context["messages"]
    assert "can no longer be read (key: is missing" in str(said)
    assert states(candidate.definition) == {1: State.ACTIVE, 2: State.CANDIDATE}


def test_nobody_writes_a_version_s_state_in_a_form(client: Client) -> None:
    candidate = store_imported(from_json(ORDER), activate=False).version
    url = reverse("admin:parsers_parserdefinitionversion_change", args=[candidate.pk])
    assert client.post(url, {"state": State.ACTIVE}).status_code == 403
    assert states(candidate.definition) == {1: State.CANDIDATE}


def test_a_version_that_is_active_offers_no_activation(client: Client) -> None:
    active = make_definition().versions.get(state=State.ACTIVE)
    body = client.get(reverse("admin:parsers_parserdefinitionversion_change", args=[active.pk])).content.decode()
    assert reverse("admin:parsers_parserdefinitionversion_activate", args=[active.pk]) not in body


def test_definitions_are_switched_off_and_on_again(client: Client) -> None:
    heads = [make_definition(), make_definition()]
    before = revision()
    client.post(LIST, {"action": "disable", "_selected_action": [head.pk for head in heads]})
    assert not ParserDefinition.objects.filter(enabled=True).exists()
    assert revision() != before
    client.post(reverse("admin:parsers_parserdefinition_switch_on", args=[heads[0].pk]))
    assert list(ParserDefinition.objects.filter(enabled=True)) == [heads[0]]
    assert LogEntry.objects.count() == 3


def test_a_version_shows_all_its_parts(client: Client) -> None:
    version = make_definition().versions.get(state=State.ACTIVE)
    body = client.get(reverse("admin:parsers_parserdefinitionversion_change", args=[version.pk])).content.decode()
    for words in ("Matchers", "Field mappings", "Row scopes", "author_type"):
        assert words in body
    assert ParserDefinitionVersion.objects.count() == 2

"""Switching definitions and activating versions in the admin."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from accounts.models import User
from parsers.models import ParserDefinition, ParserDefinitionVersion, State
from parsers.queries import revision
from parsers.tests.factories import make_definition

LIST = reverse("admin:parsers_parserdefinition_changelist")


@pytest.fixture(autouse=True)
def boss(db: None, client: Client) -> User:
    boss = User.objects.create_superuser("boss")
    client.force_login(boss)
    return boss


def states(head: ParserDefinition) -> dict[int, str]:
    return dict(head.versions.values_list("number", "state"))


def test_a_candidate_is_activated_after_asking_and_the_old_version_retires(client: Client) -> None:
    head = make_definition()
    candidate = head.versions.get(state=State.CANDIDATE)
    url = reverse("admin:parsers_parserdefinitionversion_activate", args=[candidate.pk])
    assert b"v1 retires" in client.get(url).content
    assert states(head) == {1: State.ACTIVE, 2: State.CANDIDATE}
    before = revision()
    client.post(url)
    assert states(head) == {1: State.RETIRED, 2: State.ACTIVE}
    assert revision() != before, "workers reload"
    assert "reads mail from now on" in LogEntry.objects.get().get_change_message()


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

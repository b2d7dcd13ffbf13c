"""load_seeds and export_definitions: what they print, and the exit codes of the contract."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from parsers.engine.definition import from_json
from parsers.management.commands import load_seeds
from parsers.models import ParserDefinition, ParserDefinitionVersion
from parsers.seeds import all_seeds
from parsers.seeds.authoring import retailer, statuses
from parsers.services import add_sample
from parsers.tests.mails import make_mail

pytestmark = pytest.mark.django_db

PLANTED = retailer("shop", "Shop", domains=["shop.example"], phrases=statuses(shipped=["sailed at dawn"]))


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def refused(*arguments: str) -> tuple[int, str]:
    """Exit code of a command that fails, and what it printed before."""
    out = StringIO()
    with pytest.raises(CommandError) as caught:
        call_command(*arguments, stdout=out)
    return caught.value.returncode, out.getvalue()


def test_load_seeds_says_what_it_did(capsys):
    run("load_seeds")
    assert f"{len(all_seeds())} seeds: {len(all_seeds())} created" in capsys.readouterr().err
    run("load_seeds")
    assert capsys.readouterr().err == f"{len(all_seeds())} seeds: {len(all_seeds())} unchanged\n"


def test_checking_writes_nothing_and_passes_without_samples():
    run("load_seeds", "--check")
    assert not ParserDefinition.objects.exists()


def test_checking_finds_a_planted_term_among_stored_samples_and_files(monkeypatch, tmp_path):
    monkeypatch.setattr(load_seeds, "all_seeds", lambda: (PLANTED,))
    add_sample(raw=make_mail("Shop <a@shop.example>", "Your parcel sailed at dawn"), labels={})
    code, printed = refused("load_seeds", "--check")
    assert code == 1
    assert "shop: status_phrases: “sailed at dawn” only in" in printed
    (tmp_path / "second.eml").write_bytes(make_mail("Shop <a@shop.example>", "It sailed at dawn"))
    assert run("load_seeds", "--check", "--samples", str(tmp_path)) == ""


def test_checking_with_no_folder_is_wrong_use(tmp_path):
    assert refused("load_seeds", "--check", "--samples", str(tmp_path / "nowhere"))[0] == 2


def test_an_export_is_a_list_of_documents_that_can_be_read_again():
    run("load_seeds")
    documents = json.loads(run("export_definitions"))
    assert [document["key"] for document in documents] == [seed.key for seed in all_seeds()]
    assert {"key", "name", "author", "author_type", "kind", "matchers", "mappings", "row_scopes", "samples"} <= set(
        documents[0]
    )
    assert from_json(documents[0]).key == documents[0]["key"]


def test_an_export_carries_the_samples_of_its_definition():
    run("load_seeds")
    raw = make_mail("UPS <mcinfo@ups.com>", "Your UPS package was delivered")
    add_sample(raw=raw, labels={"kind": "delivered"}, definition_key="ups")
    (document,) = json.loads(run("export_definitions", "ups"))
    assert [sample["labels"] for sample in document["samples"]] == [{"kind": "delivered"}]


def test_an_unknown_definition_is_wrong_use():
    run("load_seeds")
    assert refused("export_definitions", "nobody") == (2, "")


def test_an_export_leaves_the_versions_alone():
    run("load_seeds")
    before = list(ParserDefinitionVersion.objects.values_list("pk", "state", "hash").order_by("pk"))
    run("export_definitions")
    assert list(ParserDefinitionVersion.objects.values_list("pk", "state", "hash").order_by("pk")) == before

"""Teaching templates by files: what is taken, what is refused and why, and that nothing is half written."""

import json
from copy import deepcopy
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from emailsync.models import StoredEmail
from emailsync.tests.factories import make_member, store_mail
from parsers.engine.tests.harbour import encoded, order_mail, parcels_mail, two_orders_mail
from parsers.engine.tests.test_definition_end_to_end import ORDER, SHIPPED
from parsers.models import ParserDefinition, ParserDefinitionVersion, Sample, State
from parsers.services import add_sample

pytestmark = pytest.mark.django_db

ORDER_LABELS = {
    "kind": "order_confirmation",
    "order_numbers": ["LH-20261"],
    "total": "105.45",
    "items": [
        {"name": "Brass Desk Lamp", "quantity": 2, "line_total": "80.00"},
        {"name": "Linen Shade", "quantity": 1, "unit_price": "15.50"},
    ],
}
TWO_LABELS = {"order_numbers": ["LH-30001", "LH-30002"]}
PARCEL_LABELS = {
    "kind": "shipping",
    "status": "shipped",
    "order_numbers": ["LH-20261"],
    "tracking": [{"number": "ZX10044551"}, {"number": "ZX10044552"}],
}


def documents() -> list[dict]:
    """The invented shop's two templates with their samples."""
    return deepcopy(
        [
            ORDER
            | {
                "samples": [
                    {"eml_base64": encoded(order_mail()), "labels": ORDER_LABELS},
                    {"eml_base64": encoded(two_orders_mail()), "labels": TWO_LABELS},
                ]
            },
            SHIPPED | {"samples": [{"eml_base64": encoded(parcels_mail()), "labels": PARCEL_LABELS}]},
        ]
    )


@pytest.fixture
def load(tmp_path):
    """Import documents, with options; gives what was said."""

    def run(data, *options: str) -> None:
        path = tmp_path / "shop.json"
        path.write_text(data if isinstance(data, str) else json.dumps(data))
        call_command("import_definitions", str(path), *options, stdout=StringIO())

    return run


def refused(load, data, *options: str) -> str:
    with pytest.raises(CommandError) as caught:
        load(data, *options)
    assert caught.value.returncode == 1
    return str(caught.value)


def exported(*keys: str) -> str:
    out = StringIO()
    call_command("export_definitions", *keys, stdout=out)
    return out.getvalue()


def checked() -> tuple[dict, int]:
    """The JSON report of check_definitions and its exit code."""
    out = StringIO()
    try:
        call_command("check_definitions", "--json", stdout=out)
    except CommandError as error:
        return json.loads(out.getvalue()), error.returncode
    return json.loads(out.getvalue()), 0


def test_definitions_are_candidates_until_they_are_activated(load):
    load(documents())
    assert set(ParserDefinitionVersion.objects.values_list("state", flat=True)) == {State.CANDIDATE}
    assert Sample.objects.count() == 3
    load(documents(), "--activate")
    assert set(ParserDefinitionVersion.objects.values_list("state", flat=True)) == {State.ACTIVE}


def test_importing_twice_changes_nothing(load):
    load(documents(), "--activate")
    before = exported()
    load(documents(), "--activate")
    assert exported() == before
    assert ParserDefinitionVersion.objects.count() == 2


def test_a_template_that_rests_on_one_sample_is_called_thin(load, capsys):
    load(documents(), "--activate")
    said = capsys.readouterr().err
    assert "thin: lamps-shipped" in said
    assert "thin: lamps-order" not in said


def test_export_delete_import_export_gives_the_same_bytes(load):
    load(documents(), "--activate")
    before = exported()
    Sample.objects.all().delete()
    ParserDefinition.objects.all().delete()
    load(before, "--activate")
    assert exported() == before


def test_a_later_version_keeps_its_number_where_it_is_imported(load):
    load(documents(), "--activate")
    changed = documents()
    changed[0]["name"] = "Lamp Harbour, orders"
    load(changed, "--activate")
    before = exported("lamps-order")
    assert json.loads(before)[0]["version"] == 2
    ParserDefinition.objects.all().delete()
    load(before, "--activate")
    assert exported("lamps-order") == before


def test_a_wrong_label_closes_the_gate_and_nothing_is_written(load):
    wrong = documents()
    wrong[0]["samples"][0]["labels"]["total"] = "999.00"
    message = refused(load, wrong, "--activate")
    assert "lamps-order" in message
    assert "total: expected 999.00, got 105.45" in message
    assert Sample.objects.filter(sha256__startswith=message.split("sample ")[1][:12]).count() == 0
    assert ParserDefinition.objects.count() == Sample.objects.count() == 0


def test_a_mapping_that_never_hit_a_sample_closes_the_gate(load):
    dead = documents()
    dead[1]["mappings"].append({"field": "eta", "method": "label", "selector": "Arrives some day"})
    message = refused(load, dead, "--activate")
    assert "mappings[5] (eta by label): expected a value in one of its samples, got none" in message


def test_a_required_field_that_a_sample_lacks_closes_the_gate(load):
    lacking = documents()
    lacking[1]["required"].append("delivered_at")
    assert "delivered_at: expected a value, as it is required, got nothing" in refused(load, lacking, "--activate")


def test_mappings_without_any_sample_close_the_gate(load):
    bare = documents()[1]
    bare["samples"] = []
    assert "all its samples, mappings[0]" in refused(load, bare, "--activate")


def test_a_definition_that_takes_the_sample_of_another_is_refused(load):
    load(documents(), "--activate")
    greedy = documents()[0] | {"key": "a-greedy", "samples": []}
    greedy["required"] = ["order_number", "title", "total", "shipping"]
    message = refused(load, greedy, "--activate")
    assert "owner: expected lamps-order, got a-greedy" in message
    assert not ParserDefinition.objects.filter(key="a-greedy").exists()


def test_a_negative_sample_must_stay_unread(load):
    add_sample(raw=order_mail(), labels={}, negative=True)
    one = documents()[0]
    one["samples"] = one["samples"][1:]
    message = refused(load, one, "--activate")
    assert "expected nothing to be read, got order_confirmation" in message or "owner" in message


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda one: one["mappings"][0].update(field="colour"), "document 2, mappings[0].field"),
        (lambda one: one["mappings"][0].update(transforms=[["shout"]]), "document 2, mappings[0].transforms[0]"),
        (lambda one: one.update(kind="party"), "document 2, kind"),
        (lambda one: one.update(samples=[{"eml_base64": "?"}]), "document 2 (lamps-shipped), samples[0].eml_base64"),
        (lambda one: one.update(samples=[{"labels": {}}]), "document 2 (lamps-shipped), samples[0]"),
        (lambda one: one.update(samples=[{"eml_base64": "YQ==", "labels": {"items": 3}}]), "labels.items"),
        (lambda one: one.update(key="lamps-order"), "Two documents are called lamps-order"),
    ],
)
def test_a_fault_names_file_document_and_place_and_nothing_is_written(load, change, place):
    wrong = documents()
    change(wrong[1])
    message = refused(load, wrong)
    assert place in message
    assert "shop.json" in message or "Two documents" in message
    assert ParserDefinition.objects.count() == 0


@pytest.mark.parametrize("text", ["{", "[]", "3", "[3]", '{"key": "x"}', "[" * 100_000])
def test_a_file_that_holds_no_definitions_is_refused(load, text):
    assert "shop.json" in refused(load, text)


def test_a_file_that_is_not_there_is_wrong_use():
    with pytest.raises(CommandError) as caught:
        call_command("import_definitions", "missing.json", stdout=StringIO())
    assert caught.value.returncode == 2


def test_check_definitions_reports_in_stable_keys(load):
    load(documents(), "--activate")
    report, code = checked()
    assert code == 0
    assert report == {
        "definitions": 2,
        "samples": 3,
        "failures": [],
        "thin": ["lamps-shipped"],
        "unproven": [],
        "passed": True,
    }


def test_check_definitions_names_what_is_wrong(load):
    load(documents(), "--activate")
    sample = Sample.objects.get(definition__key="lamps-shipped")
    sample.labels = {"status": "delivered"}
    sample.save(update_fields=["labels"])
    report, code = checked()
    assert code == 1
    assert report["passed"] is False
    assert report["failures"] == [
        {
            "definition": "lamps-shipped",
            "sample": sample.sha256,
            "field": "status",
            "expected": "delivered",
            "got": "shipped",
        }
    ]


@pytest.mark.parametrize("command", ["import_definitions", "check_definitions"])
def test_the_commands_show_an_example_in_their_help(command, capsys):
    with pytest.raises(SystemExit):
        call_command(command, "--help")
    assert f"python manage.py {command}" in capsys.readouterr().out


def test_a_taught_template_reads_the_mail_of_members(load):
    load(documents(), "--activate")
    member = make_member("mara")
    store_mail(member, order_mail())
    call_command("parse_mail", "--member", "mara", "--json", stdout=StringIO())
    mail = StoredEmail.objects.of(member).get()
    assert (mail.state, mail.extraction["definition"]) == ("parsed", "lamps-order")
    assert mail.extraction["orders"][0]["order_number"]["source"] == "lamps-order/order_number/1:label"

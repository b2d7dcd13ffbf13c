"""identify_tracking: its JSON is a contract."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tracking.numbers.book import CARRIERS

KEYS = {"amazon": "amazon-logistics", "canada_post": "canada-post", "old_dominion": "old-dominion"}
"""Keys of couriers that their own test numbers call otherwise."""


def identify(*numbers: str) -> list[dict[str, Any]]:
    out = StringIO()
    call_command("identify_tracking", *numbers, "--json", stdout=out)
    result: list[dict[str, Any]] = json.loads(out.getvalue())
    return result


def test_json_holds_the_number_as_given_its_carriers_and_whether_it_needs_context():
    assert identify("1Z 5R8 939-0357567127", "986578788855", "hello") == [
        {"number": "1Z 5R8 939-0357567127", "valid": True, "carriers": ["UPS"], "needs_context": False},
        {
            "number": "986578788855",
            "valid": True,
            "carriers": [CARRIERS.name(match.carrier) for match in CARRIERS.identify("986578788855")],
            "needs_context": True,
        },
        {"number": "hello", "valid": False, "carriers": [], "needs_context": False},
    ]


def test_a_wrong_check_digit_is_not_valid():
    (result,) = identify("1Z5R89390357567128")
    assert (result["valid"], result["carriers"]) == (False, [])


def test_people_are_told_in_words():
    out = StringIO()
    call_command("identify_tracking", "1Z5R89390357567127", "986578788855", "hello", stdout=out)
    first, second, third = out.getvalue().splitlines()
    assert first == "1Z5R89390357567127: UPS"
    assert "FedEx" in second
    assert "needs a label" in second
    assert third == "hello: no carrier's format"


def test_no_number_is_wrong_use():
    with pytest.raises(CommandError):
        call_command("identify_tracking", stdout=StringIO())


def test_published_numbers_are_judged_as_their_couriers_say(shared):
    entries = json.loads((shared / "tracking_numbers" / "test_numbers.json").read_text())
    valid_elsewhere = {(entry["courier"], entry["number"]) for entry in entries if entry["valid"]}
    wrong = []
    for entry, result in zip(entries, identify(*(entry["number"] for entry in entries)), strict=True):
        courier = entry["courier"]
        own = CARRIERS.name(KEYS.get(courier, courier))
        accepted = result["valid"] if courier == "s10" else own in result["carriers"]
        if accepted != entry["valid"] and (courier, entry["number"]) not in valid_elsewhere:
            wrong.append((entry, result["carriers"]))
    assert wrong == []

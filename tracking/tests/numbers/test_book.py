"""Numbers of every kind against the book of carriers."""

import json

import pytest

from tracking.numbers.book import CARRIERS, normal_form

COURIERS = {"amazon": "amazon-logistics", "canada_post": "canada-post", "old_dominion": "old-dominion"}


def carriers_of(number: str) -> list[str]:
    return [match.carrier for match in CARRIERS.identify(number)]


@pytest.mark.parametrize(
    ("number", "carrier"),
    [
        ("1Z5R89390357567127", "ups"),
        ("RB123456785GB", "royal-mail"),
        ("RB123456785AU", "australia-post"),
        ("9400111206206406260787", "usps"),
        ("986578788855", "fedex"),
        ("3318810025", "dhl"),
        ("0073938000549297", "canada-post"),
        ("TBA000000000000", "amazon-logistics"),
        ("09980000020033F", "dpd"),
        ("36ABC5051234", "australia-post"),
        ("1LS7119013618127-1", "lasership"),
    ],
)
def test_a_number_is_recognised_as_its_carriers(number, carrier):
    assert carrier in carriers_of(number)


@pytest.mark.parametrize(
    ("number", "carrier"),
    [
        ("1Z5R89390357567128", "ups"),
        ("RB123456786GB", "royal-mail"),
        ("9400111206206406260788", "usps"),
        ("996578788855", "fedex"),
        ("3318810010", "dhl"),
        ("0073938000549292", "canada-post"),
        ("09980000020033D", "dpd"),
    ],
)
def test_a_wrong_check_digit_is_refused(number, carrier):
    assert carrier not in carriers_of(number)


def test_spaces_hyphens_and_small_letters_do_not_matter():
    assert carriers_of("1z 5r8 939-0357 567 127")[0] == "ups"
    assert normal_form(" ab-12 3.4") == "AB1234"


def test_an_ambiguous_number_says_that_it_needs_context():
    assert not any(match.self_identifying for match in CARRIERS.identify("986578788855"))
    assert CARRIERS.identify("1Z5R89390357567127")[0].self_identifying


def test_a_carriers_link_gives_its_number():
    found = CARRIERS.by_link("https://www.ups.com/track?loc=en_US&tracknum=1Z5R89390357567127")
    assert found is not None
    assert (found.carrier, found.number) == ("ups", "1Z5R89390357567127")
    assert CARRIERS.by_link("https://ups.com.evil.example/track?tracknum=1Z5R89390357567127") is None


def test_a_name_as_printed_finds_its_carrier():
    assert CARRIERS.by_name("Aus Post eParcel") == "australia-post"
    assert CARRIERS.by_name("nobody we know") is None


def test_free_text_gives_only_self_identifying_numbers():
    text = "Order 986578788855 ships as 1Z5R89390357567127 soon"
    assert [text[start:end] for start, end, _ in CARRIERS.find(text)] == ["1Z5R89390357567127"]


def test_every_published_test_number_is_judged_right(shared):
    wrong = []
    for entry in json.loads((shared / "tracking_numbers" / "test_numbers.json").read_text()):
        found = carriers_of(entry["number"])
        courier = COURIERS.get(entry["courier"], entry["courier"])
        right = (bool(found) if courier == "s10" else courier in found) == entry["valid"]
        other_format = not entry["valid"] and (courier == "s10" or courier in found)
        if not right and not other_format:
            wrong.append(entry)
    assert wrong == []

"""What is known of authors is what Flux reads: their words for statuses, their numbers."""

import json
import re
from typing import Any

import pytest

from parsers.engine.definition import Definition
from parsers.engine.extraction import Status
from parsers.seeds import all_seeds
from parsers.tests.mails import FACTS, make_mail, read
from tracking.numbers.book import CARRIERS

AUTHORS = json.loads(FACTS.read_text(encoding="utf-8"))["authors"]
WORDS = {
    "pre_transit": Status.LABEL_CREATED,
    "delivery_attempted": Status.EXCEPTION,
    "awaiting_collection": Status.READY_FOR_PICKUP,
    "returned_to_sender": Status.RETURNED,
    "confirmed": Status.ORDERED,
    "preparing": Status.PENDING,
    "delayed": Status.EXCEPTION,
    "partially_delivered": Status.DELIVERED,
    "partially_cancelled": Status.CANCELLED,
}
S10_OF_ANOTHER = {"parcelforce": "royal-mail", "dhl-paket": "deutsche-post"}
"""The postal union's numbers name a country, and with it the one post that speaks for it."""


JOURNEY = re.compile("customs|transit")


def phrases() -> list[tuple[str, str, str]]:
    """(author, phrase, status in the facts' word) of every phrase that stands for a status."""
    return [
        (author["name"], phrase, status)
        for author in AUTHORS
        for phrase, status in author.get("status_phrases", {}).items()
        if status != "unknown"
    ]


def seeds_of(author: dict[str, Any]) -> list[Definition]:
    names = {author["name"], *author.get("aliases", [])}
    return [seed for seed in all_seeds() if seed.author_name in names]


def expected(author: dict[str, Any], phrase: str, status: str) -> Status:
    """As the author means it: "on its way" is under way for a carrier, and sent for a shop that tells no more."""
    if author["kind"] == "retailer" and status == "in_transit" and not JOURNEY.search(phrase):
        return Status.SHIPPED
    return Status(WORDS.get(status, status))


@pytest.mark.parametrize(("name", "phrase", "status"), phrases())
def test_an_authors_words_in_a_subject_give_its_status(name, phrase, status):
    author = next(one for one in AUTHORS if one["name"] == name)
    brand = "Pokemon Center: " if name.startswith("Pokemon") else ""
    for seed in seeds_of(author):
        domain = next(matcher.value for matcher in seed.matchers if matcher.target == "from_domain")
        found = read(make_mail(f"{seed.author_name} <mail@{domain}>", brand + phrase.capitalize()))
        assert found.author == seed.author
        assert found.status is not None
        assert found.status.value == expected(author, phrase, status)


def test_every_example_number_is_recognised_as_its_carriers():
    for author in AUTHORS:
        keys = {seed.author for seed in seeds_of(author)}
        keys |= {S10_OF_ANOTHER[key] for key in keys & S10_OF_ANOTHER.keys()}
        for form in author.get("tracking", []):
            for number in form.get("examples", []):
                assert keys & {match.carrier for match in CARRIERS.identify(number)}, (author["name"], number)


def test_the_facts_are_those_that_were_collected(shared):
    mine = {author["name"]: author for author in AUTHORS}
    for author in json.loads((shared / "facts" / "authors.json").read_text(encoding="utf-8"))["authors"]:
        known = mine[author["name"]]
        assert author["status_phrases"].items() <= known.get("status_phrases", {}).items()
        assert set(author["sender_domains"]) <= set(known["sender_domains"])
        numbers = {number for form in author["tracking"] for number in form["examples"]}
        assert numbers == {number for form in known.get("tracking", []) for number in form.get("examples", [])}

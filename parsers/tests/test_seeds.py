"""The definitions that Flux comes with, as documents."""

import json
import re

import pytest

from parsers.engine.definition import Definition, DefinitionError, from_json, to_json
from parsers.seeds import all_seeds
from parsers.seeds.authoring import retailer, statuses
from parsers.seeds.check import suspects
from parsers.tests.mails import FACTS, make_mail
from tracking.numbers.book import CARRIERS

SEEDS = all_seeds()
CARRIER_SEEDS = [seed for seed in SEEDS if seed.author_type == "carrier"]


def sender_domains(seed: Definition) -> list[str]:
    return [matcher.value for matcher in seed.matchers if matcher.target == "from_domain"]


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.key)
def test_a_seed_comes_back_from_its_document(seed):
    assert from_json(json.loads(json.dumps(to_json(seed)))) == seed


@pytest.mark.parametrize("seed", CARRIER_SEEDS, ids=lambda seed: seed.key)
def test_a_carriers_seed_agrees_with_the_book_of_carriers(seed):
    assert seed.author in CARRIERS.carriers
    assert seed.author_name == CARRIERS.name(seed.author)
    shared = any(matcher.role == "must" for matcher in seed.matchers)
    for domain in sender_domains(seed):
        assert shared or CARRIERS.by_domain(domain) == seed.author


def test_every_author_of_the_facts_has_a_seed_for_its_domains():
    missing = []
    for author in json.loads(FACTS.read_text(encoding="utf-8"))["authors"]:
        names = {author["name"], *author.get("aliases", [])}
        domains = {domain for seed in SEEDS if seed.author_name in names for domain in sender_domains(seed)}
        if not domains:
            missing.append(author["name"])
    assert missing == []


def test_authors_of_the_facts_are_known_by_every_domain_they_send_from():
    known = {domain for seed in SEEDS for domain in sender_domains(seed)}
    for author in json.loads(FACTS.read_text(encoding="utf-8"))["authors"]:
        for domain in author["sender_domains"]:
            assert any(domain == owner or domain.endswith("." + owner) for owner in known), (author["name"], domain)


def test_an_order_number_of_the_facts_fits_its_authors_pattern():
    patterns = {seed.author_name: seed.order_pattern for seed in SEEDS}
    for author in json.loads(FACTS.read_text(encoding="utf-8"))["authors"]:
        names = [author["name"], *author.get("aliases", [])]
        pattern = next((patterns[name] for name in names if patterns.get(name)), "")
        for example in author.get("order_number_examples", []):
            assert pattern, author["name"]
            assert re.search(pattern, example), (author["name"], example)


def test_a_definition_with_a_wrong_pattern_is_refused():
    seed = retailer("shop", "Shop", domains=["shop.example"], order_pattern="([0-9]+")
    with pytest.raises(DefinitionError, match="order_pattern"):
        from_json(to_json(seed))


def test_a_term_that_stands_in_one_sample_only_is_found():
    seed = retailer("shop", "Shop", domains=["shop.example"], phrases=statuses(shipped=["sailed at dawn"]))
    samples = {
        "one.eml": make_mail("Shop <a@shop.example>", "Your parcel sailed at dawn"),
        "two.eml": make_mail("Shop <a@shop.example>", "Your parcel has shipped"),
    }
    found = list(suspects([seed], samples))
    assert [(one.term, one.sample) for one in found] == [("sailed at dawn", "one.eml")]
    samples["three.eml"] = make_mail("Shop <b@shop.example>", "It sailed at dawn")
    assert list(suspects([seed], samples)) == []


def test_no_seed_rests_on_a_single_real_mail(shared):
    samples = {path.name: path.read_bytes() for path in (shared / "emails").glob("*.eml")}
    assert list(suspects(SEEDS, samples)) == []

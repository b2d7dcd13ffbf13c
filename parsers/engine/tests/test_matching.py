"""The index and its prepared matchers choose what testing every matcher of every definition chooses."""

from dataclasses import replace

import pytest

from parsers.engine.definition import Definition, Matcher
from parsers.engine.document import Document
from parsers.engine.matching import ACCEPT, Index, matches
from parsers.engine.tests.mails import document
from parsers.seeds import all_seeds

LINES = "Hello Mara\nYou paid 20.00 AUD to Lamp House\nBuilt with WooCommerce"
MAILS = {
    "unknown": document(text=LINES),
    "magento": document(subject="Your Lamp House order confirmation", text="check the status of your order by"),
    "woocommerce": document(subject="Your Lamp House order has been received!", text=LINES),
    "paypal": document(sender="service@paypal.com", subject="Receipt for your payment", text=LINES),
    "amazon": document(sender="auto-confirm@amazon.com.au", subject='Ordered: "Lamp"', text="Order # 503-1-2"),
    "ebay": document(sender="ebay@ebay.com.au", subject="Order confirmed: Lamp", html="<h1>Order confirmed</h1>"),
}


def by_every_matcher(definitions: list[Definition], doc: Document) -> set[str]:
    return {one.key for one in definitions if score(one, doc) >= ACCEPT}


def score(definition: Definition, doc: Document) -> float:
    missed = 1.0
    for matcher in definition.matchers:
        hit = matches(matcher, doc)
        if (matcher.role == "must" and not hit) or (matcher.role == "must_not" and hit):
            return 0.0
        if matcher.role == "should" and hit:
            missed *= (1 - matcher.weight) * (0.5 if (matcher.target, matcher.op) == ("from_addr", "equals") else 1)
    return 1 - missed


@pytest.mark.parametrize("name", MAILS)
def test_the_index_chooses_what_trying_all_seeds_chooses(name: str) -> None:
    seeds = list(all_seeds())
    chosen = {one.definition.key for one in Index(seeds).candidates(MAILS[name])}
    assert chosen == by_every_matcher(seeds, MAILS[name])
    assert bool(chosen) == (name != "unknown")


@pytest.mark.parametrize(
    ("pattern", "hit"),
    [
        (r"^You paid .+ to Lamp House$", True),
        (r"(?i)^hello mara$", True),
        (r"\AYou paid", True),
        (r"Mara\s+You", False),
        (r"^paid", False),
        (r"Mara$", True),
        (r"House\z", True),
    ],
)
def test_a_pattern_for_the_body_has_to_lie_within_a_line(pattern: str, hit: bool) -> None:
    matcher = Matcher(role="should", target="body_text", op="re2", value=pattern, weight=0.9)
    definition = replace(next(iter(all_seeds())), matchers=(matcher,))
    assert matches(matcher, MAILS["paypal"]) == hit
    assert bool(Index([definition]).candidates(MAILS["paypal"])) == hit

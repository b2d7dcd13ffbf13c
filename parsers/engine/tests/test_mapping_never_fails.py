"""Whatever a mail looks like, a definition's mappings give values that stand where they say, or none."""

import json
import random
import re
from pathlib import Path

import pytest

from parsers.engine.definition import from_json
from parsers.engine.extraction import Outcome
from parsers.engine.tests.harbour import order_mail, parcels_mail, two_orders_mail
from parsers.engine.tests.reading import SENDER_MATCHER, mapped, read, values_of
from parsers.engine.tests.test_definition_end_to_end import ORDER, SHIPPED

DOCS = (Path(__file__).parents[3] / "docs" / "definitions.md").read_text(encoding="utf-8")
BASE = {"key": "example", "name": "Example", "author": "example", "author_type": "retailer", "kind": "auto"}
TAUGHT = [
    from_json(BASE | json.loads(block) | {"matchers": [SENDER_MATCHER]})
    for block in re.findall(r"```json\n(.*?)```", DOCS, re.DOTALL)
] + [from_json(ORDER | {"matchers": [SENDER_MATCHER]}), from_json(SHIPPED | {"matchers": [SENDER_MATCHER]})]


def damaged(raw: bytes, seed: int) -> bytes:
    """The mail with pieces of its body moved, doubled and lost."""
    dice = random.Random(seed)
    head, _, body = raw.partition(b"\n\n")
    pieces = re.split(rb"(<[^>]*>)", body)
    for _ in range(dice.randint(1, 30)):
        at, other = dice.randrange(len(pieces)), dice.randrange(len(pieces))
        pieces[at] = dice.choice((b"", pieces[other], pieces[at] * 2, pieces[at][::-1], b"\xff\x00$9.99 LH-20261"))
    return head + b"\n\n" + b"".join(pieces)


@pytest.mark.parametrize("seed", range(15))
def test_damaged_mails_are_read_or_left_alone(seed):
    for whole in (order_mail(), two_orders_mail(), parcels_mail()):
        raw = damaged(whole, seed)
        for one in TAUGHT:
            found, document = mapped(one, raw)
            for value in values_of(found.layer):
                assert value.span is None or document.slice(value.span) == value.raw
                assert 0.01 <= value.confidence <= 0.999
            assert read(one, raw).outcome in set(Outcome)


def test_real_mails_of_others_are_read_or_left_alone(shared):
    for path in sorted((shared / "emails").glob("*.eml")):
        for one in TAUGHT:
            found, document = mapped(one, path.read_bytes())
            for value in values_of(found.layer):
                assert value.span is None or document.slice(value.span) == value.raw

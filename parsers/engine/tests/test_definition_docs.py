"""Every example in the documentation of definitions is one that can be imported."""

import json
import re
from pathlib import Path

import pytest

from parsers.engine.definition import METHODS, SCOPE_KINDS, from_json, to_json
from parsers.engine.mapping.transforms import TRANSFORMS

TEXT = (Path(__file__).parents[3] / "docs" / "definitions.md").read_text(encoding="utf-8")
BLOCKS = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)]
BASE = {"key": "example", "name": "Example", "author": "example", "author_type": "retailer", "kind": "auto"}


@pytest.mark.parametrize("block", BLOCKS)
def test_an_example_is_a_definition_or_a_part_of_one(block):
    one = from_json(BASE | block)
    assert to_json(from_json(to_json(one))) == to_json(one)


def test_every_method_scope_and_transform_has_an_example():
    mappings = [mapping for block in BLOCKS for mapping in block.get("mappings", ())]
    assert {mapping["method"] for mapping in mappings} == set(METHODS)
    assert {scope["how"] for block in BLOCKS for scope in block.get("row_scopes", ())} == set(SCOPE_KINDS)
    steps = {step[0] for mapping in mappings for step in mapping.get("transforms", ())}
    assert steps == set(TRANSFORMS)

"""Definitions for tests."""

from __future__ import annotations

from itertools import count

from parsers.models import (
    FieldMapping,
    MatcherRow,
    Origin,
    ParserDefinition,
    ParserDefinitionVersion,
    RowScopeRow,
    State,
)

_numbers = count(1)


def make_definition() -> ParserDefinition:
    """A definition whose v1 reads mail and whose v2 is a candidate, each with one row of every kind."""
    number = next(_numbers)
    said = {"name": f"Shop {number}", "author": f"shop-{number}", "author_type": "retailer", "kind": "invoice"}
    head = ParserDefinition.objects.create(key=f"shop-{number}", **said)
    for version_number, state in ((1, State.ACTIVE), (2, State.CANDIDATE)):
        version = ParserDefinitionVersion.objects.create(
            definition=head, number=version_number, state=state, origin=Origin.SEED, settings=said, hash="0" * 64
        )
        MatcherRow.objects.create(
            version=version, position=0, target="subject", op="contains", value="order", role="any", weight=1
        )
        FieldMapping.objects.create(version=version, position=0, field="total", method="label", selector="Total")
        RowScopeRow.objects.create(version=version, position=0, name="item", of="items", how="table")
    return head

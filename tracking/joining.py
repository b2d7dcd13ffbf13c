"""Orders without a number: kept by their mail until a mail of the same order has one (rule R13)."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from orders.fold import Said, normal_title
from tracking.keys import total_keys


def join_numberless(groups: dict[str, list[Said]]) -> None:
    """Move each order without a number into the one numbered order that it can only be.

    That is an order of the same shop, within a month, with the same total and no other items; and no further order
    without a number may lay claim to it.
    """
    places: defaultdict[str, list[str]] = defaultdict(list)
    for key, parts in groups.items():
        for one in parts:
            for place in total_keys(one.part, one.mail.sent_at):
                places[place].append(key)
    numberless = sorted(key for key in groups if key.startswith("mail:"))
    homes: dict[str, str] = {}
    for key in numberless:
        one = groups[key][0]
        near = {other for place in total_keys(one.part, one.mail.sent_at) for other in places[place]} - {key}
        fitting = sorted(other for other in near if any(_fits(one, part) for part in groups[other]))
        numbered = [other for other in fitting if not other.startswith("mail:")]
        if len(numbered) == 1 and numbered == fitting:
            homes[key] = numbered[0]
    for key, home in homes.items():
        groups[home].extend(groups.pop(key))


def _fits(one: Said, other: Said) -> bool:
    if one.part.retailer != other.part.retailer or _total(one) != _total(other):
        return False
    mine, theirs = _titles(one), _titles(other)
    return not mine or not theirs or mine == theirs


def _total(one: Said) -> Any:
    return one.part.facts["total"].value if "total" in one.part.facts else None


def _titles(one: Said) -> set[str]:
    return {normal_title(str(line["title"].value)) for line in one.part.lines if "title" in line}

"""Short ways to write the seeds that all look alike: an author known by its domains, number shape and words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from parsers.engine.definition import Definition, Matcher

DOMAIN_WEIGHT = 0.7
"""A sender's domain alone reaches the score at which a definition is accepted."""


def from_domains(*domains: str) -> tuple[Matcher, ...]:
    """Matchers for mail whose sender's domain is, or lies under, one of `domains`."""
    return tuple(Matcher("from_domain", "domain", domain, "should", DOMAIN_WEIGHT) for domain in domains)


def never(*phrases: str, target: str = "subject") -> tuple[Matcher, ...]:
    """Matchers that keep a definition away from mail with one of these phrases."""
    return tuple(Matcher(target, "contains", phrase, "must_not") for phrase in phrases)


def statuses(**phrases: Iterable[str]) -> dict[str, str]:
    """Status words by status: statuses(shipped=["on its way"]) -> {"on its way": "shipped"}; order is kept."""
    return {phrase: status for status, texts in phrases.items() for phrase in texts}


def retailer(
    key: str,
    name: str,
    *,
    domains: Iterable[str],
    order_pattern: str = "",
    phrases: Mapping[str, str] | None = None,
    matchers: Iterable[Matcher] = (),
    **more: Any,
) -> Definition:
    """A definition for every order and parcel mail of one shop; its kind follows the status it states.

    domains: registrable domains (or sub-domains) that the shop sends from. order_pattern: RE2 for a whole order number.
    """
    return Definition(
        key=key,
        name=name,
        author=key,
        author_name=name,
        author_type=more.pop("author_type", "retailer"),
        kind=more.pop("kind", "auto"),
        order_pattern=order_pattern,
        status_phrases=phrases or {},
        matchers=(*from_domains(*domains), *matchers),
        **more,
    )

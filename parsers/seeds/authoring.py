"""Short ways to write the seeds that all look alike: an author known by its domains, number shape and words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from parsers.engine.definition import Definition, Matcher

DOMAIN_WEIGHT = 0.7
"""A sender's domain alone reaches the score at which a definition is accepted."""
CARRIER_WEIGHT = 0.9
"""A carrier sends from domains of its own, so that its domain says more of a mail than a shop's or a platform's."""
NAMED_WEIGHT = 0.98
"""Whose name a mail carries says more than whose domain it comes from."""
ADDRESS_WEIGHT = 0.5


def from_domains(*domains: str, weight: float = DOMAIN_WEIGHT) -> tuple[Matcher, ...]:
    """Matchers for mail whose sender's domain is, or lies under, one of `domains`."""
    return tuple(Matcher("from_domain", "domain", domain, "should", weight) for domain in domains)


def from_addresses(*addresses: str) -> tuple[Matcher, ...]:
    """Matchers that make mail from these very addresses more certain."""
    return tuple(Matcher("from_addr", "equals", address, "should", ADDRESS_WEIGHT) for address in addresses)


def passed_on(domain: str) -> tuple[Matcher, ...]:
    """Matchers for mail that a marketplace passes on from its own address: answers and links still go to `domain`."""
    return (
        Matcher("reply_to", "domain", domain, "should", 0.45),
        Matcher("link_host", "domain", domain, "should", 0.45),
    )


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


def carrier(
    key: str,
    name: str,
    *,
    domains: Iterable[str],
    addresses: Iterable[str] = (),
    named: str = "",
    phrases: Mapping[str, str] | None = None,
    matchers: Iterable[Matcher] = (),
    **more: Any,
) -> Definition:
    """A definition for every parcel mail of one carrier; its kind follows the status it states.

    key: the carrier's key in the book of carriers; where one carrier has several definitions, `author` is. addresses:
    those it is known to send from. named: RE2 that the sender's display name must hold, for domains of another author.
    """
    must = (Matcher("from_name", "re2", named, "must"),) if named else ()
    return Definition(
        key=key,
        name=name,
        author=more.pop("author", key),
        author_name=name,
        author_type="carrier",
        kind="auto",
        status_phrases=phrases or {},
        matchers=(
            *must,
            *from_domains(*domains, weight=NAMED_WEIGHT if named else CARRIER_WEIGHT),
            *from_addresses(*addresses),
            *matchers,
        ),
        **more,
    )


def letters(carrier: Definition, *subjects: str, domains: Iterable[str]) -> Definition:
    """A definition for a carrier's mail about letters, which is left alone. subjects: RE2, any of them."""
    return Definition(
        key=f"{carrier.key}-letters",
        name=f"{carrier.name}: letters",
        author=carrier.author,
        author_name=carrier.author_name,
        author_type=carrier.author_type,
        kind="not_relevant",
        matchers=(
            Matcher("subject", "re2", f"(?i)(?:{'|'.join(subjects)})", "must"),
            *from_domains(*domains, weight=0.99),
        ),
        proven=carrier.proven,
    )

"""Domains: who owns a name, and names made to look like another's."""

from __future__ import annotations

from collections.abc import Iterable

SECOND_LEVEL = frozenset(
    "co.uk org.uk me.uk ltd.uk com.au net.au org.au co.nz net.nz co.jp co.kr co.in co.za com.br com.mx com.ar com.sg "
    "com.hk com.tw com.tr com.pl com.pt com.es com.fr com.de com.cn com.my com.be "
    "co.at or.at co.il com.ua com.co com.pe".split()
)
PUBLIC_MAIL = frozenset(
    "gmail.com googlemail.com outlook.com hotmail.com hotmail.co.uk live.com msn.com yahoo.com yahoo.co.uk icloud.com "
    "me.com mac.com aol.com gmx.de gmx.net web.de t-online.de proton.me protonmail.com fastmail.com mail.com zoho.com "
    "orange.fr free.fr laposte.net libero.it wp.pl o2.pl onet.pl interia.pl bigpond.com".split()
)
_LONG_NAME = 4
_LOOK_ALIKE = str.maketrans("0135", "oles")


def registrable(domain: str) -> str:
    """The part of a domain that its owner registered: `t.shop.co.uk` -> `shop.co.uk`."""
    labels = domain.lower().strip(".").split(".")
    size = 3 if len(labels) > 2 and ".".join(labels[-2:]) in SECOND_LEVEL else 2
    return ".".join(labels[-size:])


def belongs_to(domain: str, owner: str) -> bool:
    """Whether `domain` is `owner` or lies under it, by whole labels."""
    domain, owner = domain.lower().strip("."), owner.lower().strip(".")
    return domain == owner or domain.endswith("." + owner)


class Owners:
    """The domains of known authors, to tell foreign domains that are made to look like one of them."""

    def __init__(self, domains: Iterable[str]) -> None:
        self._domains = frozenset(registrable(domain) for domain in domains)
        self._names = frozenset(name for domain in self._domains if len(name := domain.split(".")[0]) >= _LONG_NAME)

    def written_in(self, name: str) -> bool:
        """Whether a display name is, or holds, an owner's domain or address: "Shop.com", "orders@shop.com"."""
        words = (word.strip("<>()[]\"',;:").rpartition("@")[2].lower() for word in name.split())
        return any(registrable(word) in self._domains for word in words if "." in word)

    def carried(self, domain: str) -> bool:
        """Whether a foreign domain carries an owner's whole domain: `shop.com.evil.example`."""
        labels = domain.lower().strip(".").split(".")
        inner = {".".join(labels[start : start + size]) for size in (2, 3) for start in range(len(labels) - size)}
        return registrable(domain) not in self._domains and not inner.isdisjoint(self._domains)

    def imitated(self, domain: str) -> bool:
        """Whether one of the words of a foreign domain is an owner's name, look-alike digits included.

        The name by itself is no imitation: it is the owner's other country, or a namesake.
        """
        owned = registrable(domain)
        word = owned.split(".")[0]
        if owned in self._domains or owned in PUBLIC_MAIL or word in self._names:
            return False
        words = set(word.split("-"))
        return not (words | {one.translate(_LOOK_ALIKE) for one in words}).isdisjoint(self._names)


def country_currency(domain: str) -> str:
    """ISO code of the dollar that a country's domain means by `$`, "" if the domain tells none."""
    ends = {".au": "AUD", ".ca": "CAD", ".nz": "NZD", ".sg": "SGD", ".hk": "HKD", ".mx": "MXN", ".us": "USD"}
    crowns = {".se": "SEK", ".dk": "DKK", ".no": "NOK"}
    return next((code for end, code in (ends | crowns).items() if domain.endswith(end)), "")

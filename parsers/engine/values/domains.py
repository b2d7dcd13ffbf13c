"""Domains: who owns a name, and names made to look like another's."""

from __future__ import annotations

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


def imitates(domain: str, owner: str) -> bool:
    """Whether a foreign domain carries the owner's domain, or its name as it is or with look-alike digits."""
    owned = registrable(owner)
    name = owned.split(".")[0]
    if registrable(domain).split(".")[0] == name:
        return False
    if f".{owned}." in f".{domain.lower()}":
        return True
    if len(name) < 4:
        return False
    words = registrable(domain).split(".")[0].replace("-", " ").split()
    plain = [word.translate(_LOOK_ALIKE) for word in words]
    return name in words or name in plain or any(word.startswith(name) and len(word) <= len(name) + 2 for word in plain)


def country_currency(domain: str) -> str:
    """ISO code of the dollar that a country's domain means by `$`, "" if the domain tells none."""
    ends = {".au": "AUD", ".ca": "CAD", ".nz": "NZD", ".sg": "SGD", ".hk": "HKD", ".mx": "MXN", ".us": "USD"}
    crowns = {".se": "SEK", ".dk": "DKK", ".no": "NOK"}
    return next((code for end, code in (ends | crowns).items() if domain.endswith(end)), "")

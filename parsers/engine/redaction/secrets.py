"""What is known of the person whose mail it is, and how it is found in a text whatever its case and spelling."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, cached_property

from parsers.engine.languages import status_phrases, words
from parsers.engine.values.domains import PUBLIC_MAIL, registrable
from parsers.engine.values.text import slug

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "å": "aa", "ø": "oe", "æ": "ae", "ł": "l"})
_PARTS = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_ROLES = frozenset(
    "info mail email admin office contact hello sales support orders order shop store service team billing accounts "
    "account postmaster webmaster noreply help home family me user test customer member ebay amazon paypal".split()
)
_KINDS = (
    "order_number order_word order_date total subtotal shipping tax discount refund quantity item price line_total sku "
    "tracking carrier eta delivery_word seller sender invoice parcel progress personal_address personal_name greeting "
    "thanks personal_phone adverts"
)
_NOBODY = frozenset(
    "there all again everyone everybody team friend friends folks you and customer shopper valued guest member sir "
    "madam kunde kundin kunden zusammen client clients cliente clientes klient klienta klant kund tous tutti".split()
)
_SHORTEST_PART = 3
_SHORTEST_LOCAL = 4


@cache
def vocabulary() -> frozenset[str]:
    """Single words that shops' mail is made of: as a name by itself none of them is blanked everywhere."""
    phrases = [phrase for kind in _KINDS.split() for phrase in words(kind)]
    phrases += [phrase for group in status_phrases().values() for phrase in group]
    return frozenset(part for phrase in phrases for part in _PARTS.findall(phrase)) | _NOBODY


def is_nobody(name: str) -> bool:
    """Whether a greeting names no person ("Hi there")."""
    return all(part in _NOBODY for part in _PARTS.findall(name.lower()))


@dataclass(frozen=True)
class Secrets:
    """names: whole names; addresses: the person's own; typed: words to be blanked wherever they stand;

    own: the domains, or where the domain is everyone's the address, of who wrote the mail; author: their name.
    """

    names: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    typed: tuple[str, ...] = ()
    own: frozenset[str] = field(default_factory=frozenset)
    author: str = ""

    def is_own(self, address: str) -> bool:
        """Whether an address is the author's, and names nobody else."""
        low = address.lower()
        domain = registrable(low.rpartition("@")[2])
        if low in self.addresses or not ({low, domain} & self.own):
            return False
        local = low.rpartition("@")[0]
        return not self.found(local) and not any(one.replace("@", "=") in local for one in self.addresses)

    def is_author(self, name: str) -> bool:
        """Whether a name is that of who wrote the mail, as in "Thank you, Lamp House"."""
        squeezed = slug(name).replace("-", "")
        stems = [slug(owner.rpartition("@")[2].split(".")[0]).replace("-", "") for owner in self.own]
        stems.append(slug(self.author).replace("-", ""))
        return bool(squeezed) and any(squeezed in stem or (len(stem) > 3 and stem in squeezed) for stem in stems)

    def found(self, text: str) -> bool:
        """Whether the text holds a name or a typed word."""
        return bool(self.typed_pattern.search(text) or self.name_pattern.search(text))

    @cached_property
    def typed_pattern(self) -> re.Pattern[str]:
        """The typed words, anywhere."""
        return _any(self.typed, whole=False)

    @cached_property
    def name_pattern(self) -> re.Pattern[str]:
        """Whole names and their telling parts, as whole words."""
        forms: set[str] = set()
        for name in self.names:
            forms |= _spellings(name)
            for part in _PARTS.findall(name):
                if len(part) >= _SHORTEST_PART and not self._ordinary(part):
                    forms |= _spellings(part)
        for address in self.addresses:
            local = address.partition("@")[0].partition("+")[0]
            forms |= {local} if self._tells(local) else set()
            forms |= {part for part in _PARTS.findall(local) if part != local and self._tells(part)}
        return _any(forms, whole=True)

    def _ordinary(self, part: str) -> bool:
        low = part.lower()
        return low in vocabulary() or any(low in owner.split("@")[-1].split(".")[0] for owner in self.own)

    def _tells(self, local: str) -> bool:
        return len(local) >= _SHORTEST_LOCAL and local not in _ROLES and not self._ordinary(local)


def own_of(sender: str, *, personal: bool) -> frozenset[str]:
    """What counts as the author's own, by the address in From. personal: a person forwarded the mail from there."""
    if not sender or personal:
        return frozenset()
    domain = registrable(sender.rpartition("@")[2])
    return frozenset((sender,)) if domain in PUBLIC_MAIL else frozenset((domain,))


def _spellings(name: str) -> set[str]:
    name = unicodedata.normalize("NFC", " ".join(name.split()))
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign))
    return {one for one in (name, plain, name.lower().translate(_UMLAUTS), name.upper(), name.casefold()) if one}


def _any(texts: Iterable[str], *, whole: bool) -> re.Pattern[str]:
    ordered = sorted({" ".join(text.split()) for text in texts if text.strip()}, key=lambda one: (-len(one), one))
    bodies = [r"\s+".join(re.escape(word) for word in text.split()) for text in ordered]
    if not bodies:
        return re.compile(r"(?!)")
    body = "|".join(bodies)
    return re.compile(rf"(?<![^\W_])(?:{body})(?![^\W_])" if whole else body, re.IGNORECASE)

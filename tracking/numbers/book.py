"""The carriers Flux knows: names, senders, tracking pages and number formats."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from tracking.numbers.checksums import SCHEMES

_DATA = Path(__file__).parent
_SEPARATORS = re.compile(r"[\s\-–.]+")
_TOKEN = re.compile(r"(?<![0-9A-Za-z/=_.])[0-9A-Z](?:[ -]?[0-9A-Z]){8,37}(?![0-9A-Za-z_])")
_WHOLE = re.compile(r"(?<![0-9A-Za-z/=_.-])[0-9A-Z]{9,35}(?![0-9A-Za-z_-])")
_LINK_PARAMETERS = re.compile(
    r"^(?:track(?:ing)?[_-]?(?:num(?:ber)?s?|id|ids|code|no)?|tracknums?|tracknumbers?|trknbr|tlabels|qtc_tlabels1"
    r"|selectedtrcknum|origtracknum|awb|awbs|idc|piececode|formattedparcelcodes|shipmentid|cons|connote|cpno"
    r"|consignment(?:number|id)?|parcel(?:number|no|code)?|p1|barcode|searchfor|searchvalue|externalsearchquery"
    r"|match|number|no|l|ref|id|n|numer|code|q|query|b)$",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^0-9a-z]+")
_LONG = 8
"""Digits from which a parameter of a carrier's page is its number, where no format of the carrier is known."""
AGGREGATORS = frozenset(("shippit", "parcelpanel"))
S10 = "s10"


@dataclass(frozen=True, slots=True)
class NumberMatch:
    """A carrier whose format, check digit included, accepts a number."""

    carrier: str
    format: str
    checked: bool
    """The format has a check digit, and it is right."""
    self_identifying: bool
    """The shape alone tells the carrier."""


@dataclass(frozen=True, slots=True)
class LinkMatch:
    carrier: str
    number: str


def normal_form(number: str) -> str:
    """Upper case, without spaces, hyphens and dots: the form in which numbers are compared."""
    return _SEPARATORS.sub("", number).upper()


class _Format:
    """One format of one carrier."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.carrier: str = data["carrier"]
        self.name: str = data["name"]
        self.pattern = re.compile(data["pattern"])
        self.checksum: Mapping[str, Any] | None = data.get("checksum")
        self.prepend: Mapping[str, str] | None = data.get("prepend")
        self.self_identifying: bool = data.get("self_identifying", False)

    def accepts(self, number: str) -> re.Match[str] | None:
        """The match if pattern and check digit accept the normal form."""
        match = self.pattern.fullmatch(number)
        if match is None or self.checksum is None:
            return match
        serial = match.group("SerialNumber")
        if self.prepend and re.match(self.prepend["matches_regex"], serial):
            serial = self.prepend["content"] + serial
        right = SCHEMES[self.checksum["name"]](serial, match.group("CheckDigit"), self.checksum)
        return match if right else None


class CarrierBook:
    """Answers the engine's questions about carriers (`parsers.engine.knowledge.CarrierBook`)."""

    def __init__(self) -> None:
        data = json.loads((_DATA / "formats.json").read_text(encoding="utf-8"))
        formats = [_Format(entry) for entry in data["formats"]]
        self._formats = sorted(formats, key=lambda form: not form.self_identifying)
        self._countries: dict[str, str] = data["s10_countries"]
        self.carriers: dict[str, dict[str, Any]] = json.loads((_DATA / "carriers.json").read_text(encoding="utf-8"))

    @cached_property
    def _by_name(self) -> dict[str, str]:
        names: dict[str, str] = {}
        for key, carrier in self.carriers.items():
            for name in (carrier["name"], key, *carrier["aliases"]):
                names.setdefault(_words(name), key)
        return names

    @cached_property
    def _by_domain(self) -> dict[str, str]:
        return {domain: key for key, carrier in self.carriers.items() for domain in carrier["domains"]}

    def identify(self, number: str) -> tuple[NumberMatch, ...]:
        """Carriers whose format and check digit accept `number`, each once, self-identifying formats first."""
        wanted = normal_form(number)
        found: dict[str, NumberMatch] = {}
        for form in self._formats:
            match = form.accepts(wanted)
            if match is None:
                continue
            carrier = self._countries.get(match.group("CountryCode"), "") if form.carrier == S10 else form.carrier
            if carrier and carrier not in found:
                found[carrier] = NumberMatch(carrier, form.name, form.checksum is not None, form.self_identifying)
        return tuple(found.values())

    def looks_like(self, number: str, carrier: str) -> bool:
        """Whether a format of the carrier fits `number`, whatever its check digit says."""
        wanted = normal_form(number)
        for form in self._formats:
            match = form.pattern.fullmatch(wanted) if form.carrier in (carrier, S10) else None
            if match and (form.carrier != S10 or self._countries.get(match.group("CountryCode")) == carrier):
                return True
        return False

    def name(self, carrier: str) -> str:
        """The name people use, the key itself for an unknown carrier."""
        known = self.carriers.get(carrier)
        return known["name"] if known else carrier

    def tracking_url(self, carrier: str, number: str) -> str:
        """The carrier's own page for a number, "" if none is known."""
        template = self.carriers.get(carrier, {}).get("url", "")
        wanted = normal_form(number)
        return template.replace("{n_lower}", quote(wanted.lower())).replace("{n}", quote(wanted))

    def by_name(self, text: str) -> str | None:
        """Key of the carrier that is called so, or whose name stands at the start of the text."""
        words = _words(text)
        if words in self._by_name:
            return self._by_name[words]
        fitting = [name for name in self._by_name if len(name) > 2 and words.startswith(name + " ")]
        return self._by_name[max(fitting, key=len)] if fitting else None

    def by_domain(self, domain: str) -> str | None:
        """Key of the carrier that owns a domain or one it lies under."""
        labels = domain.lower().strip(".").split(".")
        for start in range(len(labels) - 1):
            carrier = self._by_domain.get(".".join(labels[start:]))
            if carrier:
                return carrier
        return None

    def by_link(self, url: str) -> LinkMatch | None:
        """The carrier whose site an address leads to, with the number in it if there is one that it accepts."""
        try:
            parts = urlsplit(url)
            carrier = self.by_domain(parts.hostname or "")
            if carrier is None:
                return None
            fragment = parts.fragment.partition("?")[2]
            pairs = parse_qsl(parts.query, max_num_fields=100) + parse_qsl(fragment, max_num_fields=100)
        except ValueError:
            return None
        segments = [unquote(segment) for segment in (parts.path + "/" + parts.fragment).split("/") if segment]
        named = [value for name, value in pairs if _LINK_PARAMETERS.match(name)]
        for candidate in named + segments[::-1]:
            if any(match.carrier == carrier for match in self.identify(candidate)) and any(map(str.isdigit, candidate)):
                return LinkMatch(carrier, candidate)
        if not any(form.carrier == carrier for form in self._formats):
            for candidate in named:
                if sum(map(str.isdigit, candidate)) >= _LONG and candidate.isalnum():
                    return LinkMatch(carrier, candidate)
        return LinkMatch(carrier, "")

    def find(self, text: str) -> Iterator[tuple[int, int, NumberMatch]]:
        """Self-identifying numbers in free text, with their offsets."""
        end = 0
        for match in sorted([*_TOKEN.finditer(text), *_WHOLE.finditer(text)], key=lambda match: match.start()):
            if match.start() < end or sum(map(str.isdigit, match.group())) < 6:
                continue
            found = next((found for found in self.identify(match.group()) if found.self_identifying), None)
            if found is not None:
                end = match.end()
                yield match.start(), match.end(), found

    def is_aggregator(self, carrier: str) -> bool:
        return carrier in AGGREGATORS


def _words(text: str) -> str:
    return _WORD.sub(" ", text.lower()).strip()


CARRIERS = CarrierBook()

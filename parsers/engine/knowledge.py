"""What the engine must be told of the world: carriers and their number formats.

The engine defines the questions; `tracking.numbers` answers them. They meet where both are known (the mail pipeline).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol


class NumberMatch(Protocol):
    """A carrier whose format, check digit included, accepts a number."""

    @property
    def carrier(self) -> str: ...

    @property
    def checked(self) -> bool:
        """The format has a check digit, and it is right."""
        ...

    @property
    def self_identifying(self) -> bool:
        """The shape alone tells the carrier: acceptable without a label beside it."""
        ...


class LinkMatch(Protocol):
    """What a carrier's address tells."""

    @property
    def carrier(self) -> str: ...

    @property
    def number(self) -> str:
        """The tracking number in the address as printed there, "" if it holds none."""
        ...


class CarrierBook(Protocol):
    """Carriers are named by stable keys such as `auspost`; `name` gives the name people use."""

    def identify(self, number: str) -> Sequence[NumberMatch]: ...

    def looks_like(self, number: str, carrier: str) -> bool:
        """A format of the carrier fits, whatever the check digit says."""
        ...

    def name(self, carrier: str) -> str: ...

    def by_name(self, text: str) -> str | None:
        """Key for a name or alias as printed ("Aus Post eParcel"), None if nobody is called so."""
        ...

    def by_domain(self, domain: str) -> str | None: ...

    def by_link(self, url: str) -> LinkMatch | None: ...

    def find(self, text: str) -> Iterator[tuple[int, int, NumberMatch]]:
        """Self-identifying numbers in free text, with their offsets."""
        ...

    def is_aggregator(self, carrier: str) -> bool:
        """Sends mail for other carriers (Shippit, ParcelPanel): `via`, not `carrier`."""
        ...

"""What was blanked in a mail and why one cannot be handed over, in plain words."""

from __future__ import annotations

from collections.abc import Mapping

from emailsync.models import State
from emailsync.words import reason_words
from parsers.engine.redaction import Kind

_KINDS = {
    Kind.NAME: ("name", "names"),
    Kind.ADDRESS: ("line of an address", "lines of addresses"),
    Kind.EMAIL: ("e-mail address", "e-mail addresses"),
    Kind.PHONE: ("telephone number", "telephone numbers"),
    Kind.CARD: ("card number", "card numbers"),
    Kind.ACCOUNT: ("bank account", "bank accounts"),
    Kind.LINK: ("link without its tokens", "links without their tokens"),
    Kind.PICTURE: ("picture that counts readers", "pictures that count readers"),
    Kind.WORD: ("place with your words", "places with your words"),
    Kind.HEADER: ("technical header", "technical headers"),
    Kind.ATTACHMENT: ("attachment", "attachments"),
}


def blanked_words(blanked: Mapping[str, int]) -> list[str]:
    """A phrase for each kind: "3 names"."""
    return [
        f"{blanked[kind.value]:,} {one if blanked[kind.value] == 1 else many}"
        for kind, (one, many) in _KINDS.items()
        if blanked.get(kind.value)
    ]


def refusal_words(reason: str) -> str:
    """Why a mail cannot be handed over; "" for one that can."""
    if not reason:
        return ""
    if reason == "not_clean":
        return "Something of you would stay in it, so it cannot be handed over."
    if reason.startswith("error:"):
        return "Flux made a mistake while redacting it, so it cannot be handed over."
    return f"It cannot be redacted, so it cannot be handed over. {reason_words(State.FAILED, reason).what}"

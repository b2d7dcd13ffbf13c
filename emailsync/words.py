"""States and reasons in plain words, with what to do about them. The one place where a code becomes a sentence."""

from __future__ import annotations

from dataclasses import dataclass

from emailsync.models import DISMISSED, SET_ASIDE, State, StoredEmail, Trust
from emailsync.settling import ORDER_MISSING, ORDER_NEVER_CAME
from emailsync.storing import HANDED_OVER
from orders.detail import KINDS as ORDER_KINDS

KINDS = ORDER_KINDS | {"not_relevant": "Not about an order"}
_FIELDS = {
    "order_number": "order number",
    "tracking_number": "tracking number",
    "items": "items",
    "total": "total",
}
_LOOKS = {
    State.STORED: ("hourglass", "slate"),
    State.PARSING: ("arrow-repeat", "blue"),
    State.PARSED: ("check-circle-fill", "green"),
    State.UNMATCHED: ("question-circle", "slate"),
    State.INCOMPLETE: ("exclamation-circle", "amber"),
    State.DEFERRED: ("clock", "blue"),
    State.HELD: ("envelope-exclamation", "amber"),
    State.IGNORED: ("slash-circle", "slate"),
    State.FAILED: ("exclamation-triangle-fill", "red"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """What is the matter, and what to do ("" where there is nothing to do)."""

    what: str
    todo: str = ""


_STATES = {
    State.STORED: Words("It waits to be read.", "Mail is read one after the other, usually within a minute."),
    State.PARSING: Words("It is being read at this moment."),
    State.PARSED: Words("It was read and its values are in use."),
    State.UNMATCHED: Words("Nothing in it was recognised as an order or a parcel."),
    State.INCOMPLETE: Words("Something that such an e-mail needs was not found in it."),
    State.DEFERRED: Words("It waits for its order."),
    State.HELD: Words("It was read, but not used yet.", "Look at it, then accept or dismiss it."),
    State.IGNORED: Words("It was recognised as none of your purchases."),
    State.FAILED: Words("It could not be read.", "Download the original, or read it again after an update of Flux."),
}
_REASONS = {
    "accepted": Words("You accepted it, so its values are in use."),
    DISMISSED: Words("You dismissed it, so nothing of it is used.", "You can hold it again if that was wrong."),
    SET_ASIDE: Words("You said that it is not relevant.", "You can take it up again if that was wrong."),
    "nothing_announced": Words(
        "It announces no order, parcel, delivery, cancellation or refund in words that Flux knows.",
        "If it does, say what it is: the admins can teach Flux to read it.",
    ),
    "automatic": Words("It is an automatic reply, a receipt or a report of a mail server, which is no news."),
    "not_relevant": Words(
        "It is an advertisement, a booking, a donation, a sale of your own or the like, no purchase."
    ),
    "look_alike": Words(
        "Its sender’s address is made to look like that of a known shop or carrier.",
        "Do not follow its links. It is kept so that you can check, and never used.",
    ),
    "name_of_another": Words(
        "Its sender has the name of a known shop or carrier, but writes from an address that Flux does not know.",
        "Accept it only if you expected it and the address is theirs.",
    ),
    "sender_failed": Words(
        "Your provider could not confirm who sent it: the sender may be forged.",
        "Accept it only if you expected it and its values are right.",
    ),
    "sender_unverified": Words(
        "Flux does not know this shop, and nothing vouches for the sender.",
        "Accept it if the shop is yours. If all mail of a mailbox ends here, name its authentication server in the "
        "mailbox’s settings.",
    ),
    "forwarded": Words(
        "Somebody forwarded it, so who wrote the original cannot be checked, and Flux does not know the shop.",
        "Accept it if you forwarded it yourself.",
    ),
    ORDER_MISSING: Words(
        "It names an order of which no other e-mail has told yet.",
        "It is used by itself as soon as the order’s confirmation arrives. Import that if it lies elsewhere.",
    ),
    ORDER_NEVER_CAME: Words(
        "Its order never came: no e-mail has told of it in the 30 days since.",
        "Its parcel is kept. Link it to an order under Tracking, Repair, or say there that it has none.",
    ),
    "too_big": Words(
        "It is bigger than 25 MB, so only its head was fetched.", "Open it in your mailbox; orders are never that big."
    ),
    "too_deep": Words("Its parts are nested deeper than any shop’s e-mail.", "Download the original to look at it."),
    **dict.fromkeys(
        ("too_deep_html", "too_many_nodes", "too_long_text", "html_unreadable"),
        Words(
            "It is longer or nested deeper than any shop’s e-mail: what could be read of it is not enough.",
            "Download the original to look at it.",
        ),
    ),
    "too_many_parts": Words("It has more parts than any shop’s e-mail.", "Download the original to look at it."),
    "too_slow": Words("Reading it took too long and was stopped.", "Read it again, or download the original."),
    "too_much_memory": Words("Reading it needed too much memory and was stopped.", "Download the original."),
    "parked": Words("Whoever runs Flux put it aside.", "Read it again if you need it; they can tell why."),
    "worker_died": Words(
        "Reading it broke off three times.", "Read it again; if that fails too, download the original."
    ),
}


def reason_words(state: str, reason: str) -> Words:
    """Why a mail is in its state. An unknown reason is answered by the words of the state."""
    if reason.startswith("missing:"):
        names = [_FIELDS.get(name, name.replace("_", " ")) for name in reason.removeprefix("missing:").split(",")]
        return Words(
            f"It looks like news of a purchase, but no {' and no '.join(names)} was found in it.",
            "Look at the message. If the value stands there, say what it is: the admins can teach Flux this layout.",
        )
    if reason.startswith("error:"):
        return Words("Flux made a mistake while reading it.", "Read it again after an update of Flux.")
    return _REASONS.get(reason) or _STATES[State(state)]


def state_look(state: str) -> tuple[str, str]:
    """(glyph, family) of a state."""
    return _LOOKS[State(state)]


def trust_words(mail: StoredEmail) -> str:
    """Whether the sender is who the mail says, in a sentence."""
    if mail.trust_note == HANDED_OVER:
        return "Trusted, as you handed it over"
    return {
        Trust.TRUSTED: "Confirmed by your provider",
        Trust.UNKNOWN: "Not confirmed",
        Trust.FAILED: "Could be forged",
    }[Trust(mail.trust)]

"""A mail without what is personal in it, fit to be shown to somebody else as a sample.

Blanked are the recipient and every name, postal address, telephone, card and account number, foreign e-mail address,
link token, picture that counts readers, technical header and attachment that is found. What makes the mail a sample
stays: its parts, tables and words, the shop's own addresses, item titles, prices.

Order and tracking numbers stay as they are. The mails that are handed over are those that Flux could *not* read, so no
program can say which digits in them are such a number, and replacing some of them would only look safe. A changed
tracking number also loses its check digit, by which carriers' numbers are told apart, and a reader taught on it would
learn what does not exist. Who reads the sample learns from such a number what the mail says anyway; and the member
sees it and can type it, upon which its digits become zeros and its shape stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from parsers.engine.redaction.marks import Kind
from parsers.engine.redaction.markup import Redactor
from parsers.engine.redaction.message import Refused, leaks, read_message, secrets_of, write_message

__all__ = ["Kind", "Redacted", "redact"]


@dataclass(frozen=True, slots=True)
class Redacted:
    """raw: the redacted mail, b"" where there is none; blanked: spans of each kind; refused: a reason or ""."""

    raw: bytes
    blanked: Mapping[str, int]
    refused: str = ""


def redact(
    raw: bytes, *, names: Iterable[str] = (), addresses: Iterable[str] = (), typed: Sequence[str] = ()
) -> Redacted:
    """Redact one mail. names, addresses: the person's, beyond what the mail tells; typed: further words to blank.

    Never raises on any mail: one that cannot be taken apart, or in which something known would stay, is refused with a
    reason code. Deterministic, and idempotent: a redacted mail comes back byte for byte.
    """
    try:
        root, document = read_message(raw)
        secrets = secrets_of(root, document, names=names, addresses=addresses, typed=typed)
        redactor = Redactor(secrets)
        shown = write_message(root, redactor)
        if leaks(read_message(shown)[0], secrets):
            return Redacted(b"", {}, "not_clean")
    except Refused as refusal:
        return Redacted(b"", {}, refusal.reason)
    except RecursionError:
        return Redacted(b"", {}, "too_deep")
    return Redacted(shown, {kind.value: count for kind, count in sorted(redactor.counts.items()) if count})

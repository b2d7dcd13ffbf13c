"""Messages off the server: which there are, how big, then their bytes, in blocks bounded by count and size."""

from __future__ import annotations

import imaplib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from imapclient.datetime_util import format_criteria_date

from emailsync.imap.client import MAX_UID, Client, sequence_set
from parsers.engine.limits import MAX_HEADER_BYTES

BLOCK = 50
_BLOCK_BYTES = 8 * 1024 * 1024
_FACTS_AT_ONCE = 500
_SENDERS_AT_ONCE = 20
REFUSED = "refused"
UNANSWERED = "unanswered"
_BODY = "BODY.PEEK[]"
_HEAD = f"BODY.PEEK[HEADER]<0.{MAX_HEADER_BYTES}>"
# SEARCH knows whole days only, in the server's own zone (RFC 3501 6.4.4): ask for more, then filter by the hour.
_DAY_SLACK = timedelta(hours=26)
# A keyword may be called UID, so flags are taken out first.
_FLAGS = re.compile(rb"FLAGS \([^()]*\)")
_UID = re.compile(rb"\bUID (\d{1,10})\b")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d{1,18})\b")
_INTERNALDATE = re.compile(rb'\bINTERNALDATE "([^"]{1,40})"')
_DATE_TIME = re.compile(
    rb" *(?P<day>\d{1,2})-(?P<month>[A-Za-z]{3})-(?P<year>\d{4}) (?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d) "
    rb"(?P<zone>[+-]\d{4}) *"
)
_MONTHS = {name: number for number, name in enumerate(b"jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


@dataclass(frozen=True, slots=True)
class Fact:
    """What is known of a message before its bytes are fetched."""

    uid: int
    size: int
    received_at: datetime | None
    """INTERNALDATE, aware."""


@dataclass(frozen=True, slots=True)
class Fetched:
    fact: Fact
    raw: bytes
    """The message, or its head if it is too big."""
    too_big: bool


def highest_uid(client: Client) -> int:
    """UID of the last message there is; 0 if there is none."""
    return max(client.uids("UID", "*"), default=0)


def uids_after(client: Client, cursor: int) -> list[int]:
    """UIDs above `cursor`, ascending. The server answers with its last message even where there is none (6.4.8)."""
    if cursor >= MAX_UID:
        return []
    return [uid for uid in client.uids("UID", f"{cursor + 1}:*") if uid > cursor]


def uids_since(client: Client, moment: datetime, *, senders: Sequence[str] = ()) -> list[int]:
    """UIDs of all messages that came in since `moment`, and some from the day before; ascending.

    senders: only mail with one of these words, such as domains, in From.
    """
    since = ["SINCE", format_criteria_date(moment - _DAY_SLACK).decode()]
    if not senders:
        return client.uids(*since)
    found: set[int] = set()
    for start in range(0, len(senders), _SENDERS_AT_ONCE):
        found.update(client.uids(*since, *_from_any(senders[start : start + _SENDERS_AT_ONCE])))
    return sorted(found)


def uids_still_there(client: Client, uids: Sequence[int]) -> set[int]:
    """Those of the UIDs, ascending, that the server still lists."""
    there: set[int] = set()
    for start in range(0, len(uids), _FACTS_AT_ONCE):
        there.update(client.uids("UID", sequence_set(uids[start : start + _FACTS_AT_ONCE])))
    return there.intersection(uids)


def _from_any(senders: Sequence[str]) -> list[str]:
    """The SEARCH key of mail from any of them: OR takes two keys, so it is nested (RFC 9051 6.4.4)."""
    words = [_ascii_domain(sender) for sender in senders]
    return [*["OR"] * (len(words) - 1), *(word for sender in words for word in ("FROM", f'"{sender}"'))]


def _ascii_domain(sender: str) -> str:
    """A domain as it stands in addresses. Raises ValueError for what is no word that can be searched for."""
    word = sender.strip().lower().encode("idna").decode()
    if not _DOMAIN.fullmatch(word):
        raise ValueError(f"{sender!r} is no domain")
    return word


def facts(client: Client, uids: Sequence[int]) -> Iterator[tuple[list[Fact], list[int]]]:
    """Facts of messages, ascending, in blocks; beside them the UIDs that the server gave no answer for."""
    for start in range(0, len(uids), _FACTS_AT_ONCE):
        wanted = uids[start : start + _FACTS_AT_ONCE]
        answers = _facts_by_uid(client.fetch_answers(wanted, "(RFC822.SIZE INTERNALDATE)"))
        there = [uid for uid in wanted if uid in answers]
        yield [answers[uid] for uid in there], [uid for uid in wanted if uid not in answers]


def _facts_by_uid(answers: Sequence[bytes]) -> dict[int, Fact]:
    """Each answer is read by itself, so that an odd one costs no other message; one without UID is about nobody."""
    found = {}
    for answer in answers:
        said = _FLAGS.sub(b"", answer)
        uid, size, date = (pattern.search(said) for pattern in (_UID, _SIZE, _INTERNALDATE))
        if uid and size:
            found[int(uid[1])] = Fact(int(uid[1]), int(size[1]), _moment(date[1]) if date else None)
    return found


def _moment(text: bytes) -> datetime | None:
    """An INTERNALDATE, in UTC; None for what is no date with a zone. Not strptime, as folders have many mails."""
    parts = _DATE_TIME.fullmatch(text)
    if parts is None or parts["month"].lower() not in _MONTHS:
        return None
    day, year, hour, minute, second = (int(parts[name]) for name in ("day", "year", "hour", "minute", "second"))
    ahead = timedelta(hours=int(parts["zone"][:3]), minutes=int(parts["zone"][:1] + parts["zone"][3:]))
    try:
        return datetime(year, _MONTHS[parts["month"].lower()], day, hour, minute, second, tzinfo=UTC) - ahead
    except (ValueError, OverflowError):
        return None


def blocks(found: Sequence[Fact], *, max_bytes: int) -> Iterator[list[Fact]]:
    """Split into blocks of at most 50 messages and 8 MB (a bigger message alone); too big ones weigh as their head."""
    block: list[Fact] = []
    weight = 0
    for fact in found:
        size = min(fact.size, MAX_HEADER_BYTES) if fact.size > max_bytes else fact.size
        if block and (len(block) >= BLOCK or weight + size > _BLOCK_BYTES):
            yield block
            block, weight = [], 0
        block.append(fact)
        weight += size
    if block:
        yield block


def fetch(client: Client, block: Sequence[Fact], *, max_bytes: int) -> tuple[list[Fetched], dict[int, str]]:
    """The bytes of a block, and for each UID that gave none the reason. Nothing on the server changes (PEEK)."""
    heads = [fact for fact in block if fact.size > max_bytes]
    bodies = [fact for fact in block if fact.size <= max_bytes]
    fetched: list[Fetched] = []
    missing: dict[int, str] = {}
    for facts_, item in ((bodies, _BODY), (heads, _HEAD)):
        answers, refused = _answers(client, [fact.uid for fact in facts_], item)
        for fact in facts_:
            raw = answers.get(fact.uid)
            if raw is None:
                missing[fact.uid] = REFUSED if fact.uid in refused else UNANSWERED
            else:
                # A server may understate a size; what came decides.
                too_big = item == _HEAD or len(raw) > max_bytes
                fetched.append(Fetched(fact, raw[:MAX_HEADER_BYTES] if too_big else raw, too_big))
    return sorted(fetched, key=lambda message: message.fact.uid), missing


def _answers(client: Client, uids: list[int], item: str) -> tuple[dict[int, bytes], set[int]]:
    """Fetch one item; if the server refuses the lot because of one message, ask for each alone."""
    if not uids:
        return {}, set()
    try:
        return client.fetch_literals(uids, item), set()
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error:
        if len(uids) == 1:
            return {}, set(uids)
    answers: dict[int, bytes] = {}
    refused: set[int] = set()
    for uid in uids:
        one, no = _answers(client, [uid], item)
        answers |= one
        refused |= no
    return answers, refused

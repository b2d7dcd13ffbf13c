"""Messages off the server: which there are, how big, then their bytes, in blocks bounded by count and size."""

from __future__ import annotations

import imaplib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from emailsync.imap.client import Client
from parsers.engine.limits import MAX_HEADER_BYTES

BLOCK = 50
_BLOCK_BYTES = 8 * 1024 * 1024
_FACTS_AT_ONCE = 500
_BODY = "BODY.PEEK[]"
_HEAD = f"BODY.PEEK[HEADER]<0.{MAX_HEADER_BYTES}>"
# SEARCH knows whole days only, in the server's own zone (RFC 3501 6.4.4): ask for more, then filter by the hour.
_DAY_SLACK = timedelta(hours=26)


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


def uids_after(client: Client, cursor: int) -> list[int]:
    """UIDs above `cursor`, ascending. The server answers with its last message even where there is none (6.4.8)."""
    return sorted(uid for uid in client.search(["UID", f"{cursor + 1}:*"]) if uid > cursor)


def uids_since(client: Client, moment: datetime) -> list[int]:
    """UIDs of all messages that came in since `moment`, and some from the day before; ascending."""
    return sorted(client.search(["SINCE", (moment - _DAY_SLACK).date()]))


def facts(client: Client, uids: Sequence[int]) -> Iterator[tuple[list[Fact], list[int]]]:
    """Facts of messages, ascending, in blocks; beside them the UIDs that the server gave no answer for."""
    for start in range(0, len(uids), _FACTS_AT_ONCE):
        wanted = uids[start : start + _FACTS_AT_ONCE]
        answers = client.fetch(wanted, ["RFC822.SIZE", "INTERNALDATE"])
        there = [uid for uid in wanted if b"RFC822.SIZE" in answers.get(uid, {})]
        yield (
            [Fact(uid, int(answers[uid][b"RFC822.SIZE"]), answers[uid].get(b"INTERNALDATE")) for uid in there],
            sorted(set(wanted) - set(there)),
        )


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
                missing[fact.uid] = "refused" if fact.uid in refused else "vanished"
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

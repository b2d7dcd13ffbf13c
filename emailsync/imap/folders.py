"""The folders of a mailbox, and which of them are read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from imapclient.imap_utf7 import decode

from emailsync.imap.client import Client
from emailsync.imap.problems import Code, MailboxProblem
from emailsync.imap.renames import renamed
from emailsync.models import Folder, Mailbox
from emailsync.text import safe_text

_USES = (b"\\All", b"\\Archive", b"\\Junk", b"\\Sent", b"\\Drafts", b"\\Trash", b"\\Flagged", b"\\Important")
_NOT_SELECTABLE = {b"\\noselect", b"\\nonexistent"}
_MAX_LINES = 10_000
_LONGEST_NAME = 1_000
_LIST_ANSWER = re.compile(
    rb'\((?P<flags>[^()]*)\) (?:NIL|"(?:[^"\\]|\\.)*") (?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<atom>.+))', re.IGNORECASE
)
_ESCAPED = re.compile(rb"\\(.)")
_CONTROLS = re.compile(rb"[\x00-\x1f\x7f]")


def refresh_folders(client: Client, mailbox: Mailbox) -> list[Folder]:
    """Bring the mailbox's folders up to date with the server's list and return those that are there.

    A folder that is new here is watched if it is a smart one (by SPECIAL-USE, RFC 6154, never by an English name):
    the folder with all mail where there is one, else inbox and archive. What a member chose stays, also for a folder
    that was renamed; folders that are named before the first scan came with a list of mailboxes, and are all that is
    read.
    """
    listed = listed_folders(client)
    everything = "all" in listed.values()
    known = set(mailbox.folders.values_list("raw_name", flat=True))
    chosen = bool(known) and mailbox.last_success_at is None
    for raw_name, folder in renamed(client, mailbox, gone=known - set(listed), fresh=set(listed) - known).items():
        _rename(mailbox, folder, raw_name)
        known.add(raw_name)
    fresh = [
        Folder(
            mailbox=mailbox,
            raw_name=raw_name,
            name=readable_name(raw_name),
            special_use=use,
            watched=not chosen and _is_smart(mailbox, raw_name, use, everything),
        )
        for raw_name, use in listed.items()
        if raw_name not in known
    ]
    Folder.objects.bulk_create(fresh, ignore_conflicts=True)
    there = mailbox.folders.filter(raw_name__in=listed)
    there.filter(missing_since__isnull=False).update(missing_since=None)
    mailbox.folders.exclude(raw_name__in=listed).filter(missing_since=None).update(missing_since=timezone.now())
    return list(there.order_by("pk"))


def _is_smart(mailbox: Mailbox, raw_name: str, use: str, everything: bool) -> bool:
    """Whether a folder is read unless a member says otherwise. everything: the server has a folder with all mail."""
    return use == "all" if everything else use in ("inbox", "archive") or raw_name == mailbox.primary_folder


@transaction.atomic
def _rename(mailbox: Mailbox, folder: Folder, raw_name: str) -> None:
    """Let the row go on under the folder's new name, with its cursor and with what its member chose."""
    if mailbox.primary_folder == folder.raw_name:
        mailbox.primary_folder = raw_name
        mailbox.save(update_fields=["primary_folder"])
    folder.raw_name, folder.name = raw_name, readable_name(raw_name)
    folder.save(update_fields=["raw_name", "name"])


def readable_name(raw_name: str) -> str:
    """A folder's name for people; the raw one if it is neither modified UTF-7 nor UTF-8."""
    try:
        raw = raw_name.encode("latin-1")
        text = decode(raw) if raw.isascii() else raw.decode("utf-8")
    except (UnicodeError, ValueError):
        text = raw_name
    return safe_text(text, 500)


def listed_folders(client: Client) -> dict[str, str]:
    """{raw name: use} of each folder that can be opened. Raises IMAP errors, MailboxProblem(too_many_folders).

    Raw names hold a character for each byte. INBOX is always there (RFC 9051 5.1), whether it is listed or not.
    """
    answers = client.list_answers()
    if len(answers) > _MAX_LINES:
        raise MailboxProblem(Code.TOO_MANY_FOLDERS, host=client.host)
    found = {}
    closed = set()
    for flags, name in _names(answers):
        raw_name = "INBOX" if name.upper() == b"INBOX" else name.decode("latin-1")
        if flags & _NOT_SELECTABLE:
            closed.add(raw_name)
        elif len(raw_name) <= _LONGEST_NAME and not _CONTROLS.search(name):
            found[raw_name] = "inbox" if raw_name == "INBOX" else _use(flags)
    if "INBOX" not in closed:
        found.setdefault("INBOX", "inbox")
    return found


def _use(flags: set[bytes]) -> str:
    return next((use[1:].decode().lower() for use in _USES if use.lower() in flags), "")


def _names(answers: Sequence[Any]) -> Iterator[tuple[set[bytes], bytes]]:
    """Flags, in lower case, and name by each LIST answer; one that makes no sense is left aside, and no other."""
    for answer in answers:
        line, literal = answer if isinstance(answer, tuple) else (answer, None)
        parts = _LIST_ANSWER.match(line)
        if parts is None:
            continue
        name = literal if literal is not None else parts["quoted"] if parts["quoted"] is not None else parts["atom"]
        if literal is None and parts["quoted"] is not None:
            name = _ESCAPED.sub(rb"\1", name)
        yield set(parts["flags"].lower().split()), name

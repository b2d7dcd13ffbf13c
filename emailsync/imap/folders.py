"""The folders of a mailbox, and which of them are read."""

from __future__ import annotations

from django.utils import timezone
from imapclient.imap_utf7 import decode

from emailsync.imap.client import Client
from emailsync.models import Folder, Mailbox
from emailsync.text import safe_text

_USES = (b"\\All", b"\\Archive", b"\\Junk", b"\\Sent", b"\\Drafts", b"\\Trash", b"\\Flagged", b"\\Important")
_NOT_SELECTABLE = {b"\\noselect", b"\\nonexistent"}
_MAX_FOLDERS = 2_000


def refresh_folders(client: Client, mailbox: Mailbox) -> list[Folder]:
    """Bring the mailbox's folders up to date with the server's list and return those that are there.

    A folder that is new here is watched if it is a smart one (by SPECIAL-USE, RFC 6154, never by an English name):
    the folder with all mail where there is one, else inbox and archive. What a member chose stays; folders that are
    named before the first scan came with a list of mailboxes, and are all that is read.
    """
    listed = dict(_listed(client))
    everything = "all" in listed.values()
    known = {folder.raw_name: folder for folder in mailbox.folders.all()}
    chosen = bool(known) and mailbox.last_success_at is None
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


def readable_name(raw_name: str) -> str:
    """A folder's name for people; the raw one if it is no modified UTF-7."""
    try:
        text = decode(raw_name.encode("ascii"))
    except (UnicodeError, ValueError):
        text = raw_name
    return safe_text(text, 500)


def _listed(client: Client) -> list[tuple[str, str]]:
    """Raw name and use of each folder that can be opened."""
    found = []
    for flags, _, name in client.list_folders()[:_MAX_FOLDERS]:
        raw_name = name.decode("latin-1") if isinstance(name, bytes) else str(name)
        lowered = {flag.lower() for flag in flags}
        if lowered & _NOT_SELECTABLE or not raw_name.isprintable() or len(raw_name) > 1000:
            continue
        use = next((use[1:].decode().lower() for use in _USES if use.lower() in lowered), "")
        found.append((raw_name, "inbox" if raw_name.upper() == "INBOX" else use))
    return found

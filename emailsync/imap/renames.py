"""A folder that was renamed goes on under its new name, with its cursor and with what its member chose."""

from __future__ import annotations

import imaplib
from collections.abc import Collection

from emailsync.imap import fetching
from emailsync.imap.client import Client, Opened
from emailsync.models import Folder, Mailbox

_PROOFS = 5
_MOST_LOOKED_INTO = 20


def renamed(client: Client, mailbox: Mailbox, *, gone: Collection[str], fresh: Collection[str]) -> dict[str, Folder]:
    """Watched folders whose raw name is `gone`, by the `fresh` name under which their mail is now.

    The same UIDVALIDITY alone proves nothing, as some servers give one to all folders: the mail itself has to be there.
    """
    lost = list(mailbox.folders.filter(raw_name__in=gone, watched=True, uidvalidity__isnull=False))
    found: dict[str, Folder] = {}
    for raw_name in sorted(fresh)[:_MOST_LOOKED_INTO] if lost else ():
        try:
            opened = client.examine(raw_name)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error:
            continue  # the scan of that folder will say so
        same = next((folder for folder in lost if _holds_mail_of(client, opened, folder)), None)
        if same is not None:
            lost.remove(same)
            found[raw_name] = same
    return found


def _holds_mail_of(client: Client, opened: Opened, folder: Folder) -> bool:
    """Whether the open folder has the last mail that was stored from `folder`, under the same numbers."""
    if opened.uidvalidity != folder.uidvalidity:
        return False
    places = folder.locations.filter(uidvalidity=opened.uidvalidity).order_by("-uid")
    sizes = dict(places.values_list("uid", "email__size")[:_PROOFS])
    found = [fact for block, _ in fetching.facts(client, sorted(sizes)) for fact in block]
    return bool(found) and all(fact.size == sizes[fact.uid] for fact in found)

"""Mailboxes as a table without passwords: what an export writes, and what an import would make of each row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from imapclient.imap_utf7 import encode

from accounts.models import User
from common.table_import import Planned, Row, Verdict, read_table
from emailsync.forms import MailboxForm
from emailsync.models import Mailbox
from emailsync.presets import preset_for
from emailsync.services import MailboxDraft

HEADINGS = {
    "name": "Name",
    "host": "Server",
    "port": "Port",
    "security": "Encryption",
    "username": "User name",
    "primary_folder": "Primary folder",
    "watched": "Watched folders",
    "authserv_id": "Authentication server",
}
HEADER = [*HEADINGS.values(), "Enabled"]
MOST_ROWS = 200
MOST_BYTES = 256 * 1024
_LONGEST_FOLDER = 1000

Account = tuple[str, int, str]


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do, row by row, and the mailboxes that it would make."""

    rows: Sequence[Planned]
    drafts: Sequence[MailboxDraft]

    @property
    def known(self) -> int:
        return sum(row.verdict == Verdict.KNOWN for row in self.rows)

    @property
    def wrong(self) -> int:
        return sum(row.verdict == Verdict.WRONG for row in self.rows)


class ListedMailboxForm(MailboxForm):
    """One row: what the page for one mailbox asks, but the password, and the folders besides."""

    primary_folder = forms.CharField(required=False)
    watched = forms.CharField(required=False)

    def __init__(self, row: Row, *, member: User) -> None:
        preset = preset_for(row.cells["username"].strip())
        data = {"port": preset.port, "security": preset.security} | {
            name: text for name, text in row.cells.items() if text.strip()
        }
        data["security"] = str(data["security"]).strip().lower()
        super().__init__(data, member=member)
        del self.fields["password"]
        for name, heading in HEADINGS.items():
            self.fields[name].label = heading
        self.fields["security"].error_messages["invalid_choice"] = "Write tls, starttls or plain."

    def clean_primary_folder(self) -> str:
        name = raw_folder_name(self.cleaned_data["primary_folder"]) or "INBOX"
        if len(name) > 255:
            raise forms.ValidationError("No folder that is watched for new mail has a name this long.")
        return name

    def clean_watched(self) -> list[str]:
        lines = (line.strip() for line in self.cleaned_data["watched"].split("\n"))
        return sorted({raw_folder_name(line) for line in lines if line})

    def draft(self) -> MailboxDraft:
        """What to make of a valid row."""
        names = (*self.Meta.fields, "primary_folder")
        return MailboxDraft({name: self.cleaned_data[name] for name in names}, self.cleaned_data["watched"])

    def _refuse_twice(self, data: dict[str, Any]) -> None:
        """An account that is connected already is no fault of a row; the plan knows all of them at once."""


def raw_folder_name(text: str) -> str:
    """A folder's name as the server spells it: ASCII is taken as that, anything else becomes modified UTF-7.

    Raises ValidationError for what no server would list.
    """
    name = text if text.isascii() else encode(text).decode("ascii")
    if not name.isprintable() or len(name) > _LONGEST_FOLDER:
        raise forms.ValidationError("This is no name of a folder. Write one name a line.")
    return name


def export_rows(member: User) -> Iterator[list[str]]:
    """The member's mailboxes under HEADER; folders as their servers spell them, one a line."""
    mailboxes = Mailbox.objects.of(member).prefetch_related("folders").order_by("name", "host", "port", "username")
    for mailbox in mailboxes:
        watched = sorted(folder.raw_name for folder in mailbox.folders.all() if folder.watched)
        cells = {name: str(getattr(mailbox, name)) for name in HEADINGS if name != "watched"}
        cells["watched"] = "\n".join(watched)
        yield [*(cells[name] for name in HEADINGS), "yes" if mailbox.enabled else "no"]


def plan_import(member: User, content: bytes) -> Plan:
    """What importing the file would do; nothing is stored. Raises TableUnreadable."""
    rows = read_table(content, headings=HEADINGS, required=["username"], most_bytes=MOST_BYTES, most_rows=MOST_ROWS)
    accounts = Mailbox.objects.of(member).values_list("host", "port", "username")
    there: dict[Account, str] = dict.fromkeys(accounts, "It stays as it is.")
    planned, drafts = [], []
    for row in rows:
        form = ListedMailboxForm(row, member=member)
        title = row.cells["username"].strip() or row.cells.get("name", "") or "No user name"
        if not form.is_valid():
            planned.append(Planned(row, Verdict.WRONG, title, faults=_faults(form)))
            continue
        draft = form.draft()
        account = (draft.fields["host"], draft.fields["port"], draft.fields["username"])
        note = f"{draft.fields['host']}, port {draft.fields['port']}"
        if account in there:
            planned.append(Planned(row, Verdict.KNOWN, title, there[account]))
            continue
        there[account] = f"It is the account of line {row.line}."
        planned.append(Planned(row, Verdict.NEW, title, note))
        drafts.append(draft)
    return Plan(planned, drafts)


def _faults(form: forms.BaseForm) -> list[tuple[str, str]]:
    """Field and words of everything that is wrong with a row, in the order of the columns."""
    return [(heading, str(words)) for name, heading in HEADINGS.items() for words in form.errors.get(name, [])]

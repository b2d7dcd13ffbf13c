"""What a row says of an e-mail, and a card of a mailbox."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from emailsync.health import Health, health_of, provider_of
from emailsync.imap.problems import Code
from emailsync.models import Folder, Mailbox, MailboxState, SignIn, StoredEmail
from emailsync.oauth.buttons import Button, connect_button
from emailsync.queries import MailCounts
from emailsync.rhythm import Rhythm, rhythm_of
from emailsync.scan_rows import ScanRow, scan_row
from emailsync.words import KINDS, Words, reason_words


@dataclass(frozen=True, slots=True)
class EmailRow:
    """`author`: who wrote it, as far as known; `href`: its page; `handed`: the admins have a redacted copy."""

    mail: StoredEmail
    title: str
    author: str
    kind: str
    words: Words
    href: str
    handed: bool


def email_rows(mails: Iterable[StoredEmail], handed: Container[int] = ()) -> list[EmailRow]:
    """Rows for e-mails without their bytes; no further query. handed: ids of those that the admins have a copy of."""
    return [
        EmailRow(
            mail=mail,
            title=mail.subject or "No subject",
            author=mail.author_name or mail.sender_name or mail.sender or "Unknown sender",
            kind=KINDS.get(mail.kind, ""),
            words=reason_words(mail.state, mail.reason),
            href=page_of(mail),
            handed=mail.pk in handed,
        )
        for mail in mails
    ]


def page_of(mail: StoredEmail) -> str:
    """Address of an e-mail's page."""
    if mail.sha256:
        return reverse("emailsync:detail", args=[mail.sha256])
    return reverse("emailsync:head", args=[mail.pk])


@dataclass(frozen=True, slots=True)
class MailboxCard:
    """A mailbox with everything that its card shows.

    `refused`: only a new password, or connecting it anew, helps; `asks`: words of the way to a password, "" if there is
    none to enter.
    """

    mailbox: Mailbox
    health: Health
    provider: str
    folders: list[Folder]
    counts: MailCounts
    scans: list[ScanRow]
    refused: bool
    connect: Button | None
    """Where only connecting it anew helps."""
    rhythm: Rhythm
    asks: str


def mailbox_cards(
    mailboxes: Iterable[Mailbox], counts: Mapping[int, MailCounts], next_recovery: datetime | None
) -> list[MailboxCard]:
    """Cards for mailboxes as `mailboxes_of` gives them; no further query."""
    return [_card(mailbox, counts.get(mailbox.pk, MailCounts(0, 0, 0)), next_recovery) for mailbox in mailboxes]


def _card(mailbox: Any, counts: MailCounts, next_recovery: datetime | None) -> MailboxCard:
    provider = provider_of(mailbox)
    return MailboxCard(
        mailbox=mailbox,
        health=health_of(mailbox, mailbox.recent_scans, needs_password=mailbox.needs_password),
        provider=provider.name if provider else mailbox.host,
        folders=[folder for folder in mailbox.folders.all() if folder.watched],
        counts=counts,
        scans=[scan_row(scan, mailbox) for scan in mailbox.recent_scans],
        refused=mailbox.state == MailboxState.WRONG_CREDENTIALS,
        connect=connect_button(mailbox) if _needs_connecting(mailbox) else None,
        rhythm=rhythm_of(mailbox, next_recovery),
        asks=_asks(mailbox),
    )


def _needs_connecting(mailbox: Mailbox) -> bool:
    unreadable = mailbox.state == MailboxState.BROKEN and mailbox.last_error == Code.TOKEN_UNREADABLE
    refused = mailbox.state == MailboxState.WRONG_CREDENTIALS
    return mailbox.sign_in != SignIn.PASSWORD and (refused or unreadable)


def _asks(mailbox: Any) -> str:
    if mailbox.needs_password:
        return "Enter the password"
    refused = mailbox.sign_in == SignIn.PASSWORD and mailbox.state == MailboxState.WRONG_CREDENTIALS
    return "Enter a new password" if refused else ""

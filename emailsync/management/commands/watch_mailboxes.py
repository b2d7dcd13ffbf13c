"""Watch mailboxes for new mail, until stopped."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from typing import Any

from django.db import OperationalError, close_old_connections

from common.commands import OperatorCommand
from emailsync.imap.problems import MailboxProblem
from emailsync.imap.watching import Watched, Watcher
from emailsync.models import Mailbox, ScanKind
from emailsync.oauth.tokens import with_own_connection
from emailsync.queries import due_for_scan
from emailsync.scans import account_of
from emailsync.services import note_watcher, request_scan


class Command(OperatorCommand):
    help = (
        "Hold IDLE on the primary folder of every enabled mailbox and queue a one-hour scan when new mail comes. "
        "Servers without IDLE are polled. Runs until SIGTERM or Ctrl-C."
    )
    example = "python manage.py watch_mailboxes"

    def handle(self, *args: Any, **options: Any) -> None:
        watcher = Watcher(mailboxes=self._mailboxes, ring=self._ring)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: watcher.stop())
        watcher.run()

    def _mailboxes(self) -> list[Watched]:
        """Those that may be signed in to now. While the database is away, the last answer stands."""
        close_old_connections()
        try:
            self._known = list(_watchable())
            note_watcher()
        except OperationalError as error:
            self.say(f"The database does not answer: {error}")
        return self._known

    def _ring(self, mailbox_id: int) -> None:
        close_old_connections()
        try:
            request_scan(mailbox_id=mailbox_id, kind=ScanKind.IDLE)
        except OperationalError as error:
            # Not lost: the recovery scan finds the mail by its cursor.
            self.say(f"The database does not answer: {error}")

    _known: list[Watched] = []


def _watchable() -> Iterator[Watched]:
    for mailbox in due_for_scan():
        try:
            yield Watched(mailbox.pk, with_own_connection(account_of(mailbox)), mailbox.primary_folder)
        except (MailboxProblem, Mailbox.DoesNotExist):
            # Its next scan says on the mailbox what is wrong; or it was removed just now.
            continue

"""Watch mailboxes for new mail, until stopped."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.db import Error, OperationalError, close_old_connections, connection
from django.db.models import Case, TextField, Value, When
from django.db.models.functions import MD5, Cast
from django.utils import timezone

from common.commands import OperatorCommand
from emailsync.imap.client import Account
from emailsync.imap.problems import Code, MailboxProblem
from emailsync.imap.signing_in import Watched
from emailsync.imap.watching import Watcher
from emailsync.models import Mailbox, MailboxState, ScanKind, SignIn
from emailsync.outcomes import record_failure, record_idle
from emailsync.scans import account_of
from emailsync.services import note_watcher, request_scan


class Command(OperatorCommand):
    help = (
        "Hold IDLE on the primary folder of every enabled mailbox and queue a one-hour scan when new mail comes. "
        "Servers without IDLE are polled. Runs until SIGTERM or Ctrl-C."
    )
    example = "python manage.py watch_mailboxes"

    def handle(self, *args: Any, **options: Any) -> None:
        watcher = Watcher(
            mailboxes=self._mailboxes,
            # What is not recorded is met again by the next scan.
            problem=lambda mailbox_id, problem: self._attempt(partial(record_failure, mailbox_id, problem)),
            idles=lambda mailbox_id, idles: self._attempt(partial(record_idle, mailbox_id, supported=idles)),
            ring=lambda mailbox_id: self._attempt(partial(request_scan, mailbox_id=mailbox_id, kind=ScanKind.IDLE)),
            alive=lambda: self._attempt(note_watcher),
        )
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: watcher.stop())
        watcher.run()

    def _mailboxes(self) -> list[Watched]:
        """While the database is away, the last answer stands."""

        def read() -> None:
            self._known = list(watchable())

        self._attempt(read)
        return self._known

    def _attempt(self, step: Callable[[], object]) -> bool:
        """Do something with the database; whether it was there."""
        try:
            close_old_connections()
            step()
        except OperationalError as error:
            if not self._away:
                self.say(f"The database does not answer: {error}")
            self._away = True
        else:
            self._away = False
        return not self._away

    _known: list[Watched] = []
    _away = False


def watchable() -> Iterator[Watched]:
    """Mailboxes to be watched. No secret is decrypted: whether the password has changed shows on its ciphertext.

    The tokens of OAuth come and go by themselves, which is no reason to sign in anew.
    """
    now = timezone.now()
    password = Case(
        When(sign_in=SignIn.PASSWORD, then=MD5(Cast("password", TextField()))),
        default=Value(""),
        output_field=TextField(),
    )
    rows = (
        Mailbox.objects.filter(enabled=True, member__is_active=True)
        .exclude(state=MailboxState.WRONG_CREDENTIALS)
        .order_by("pk")
        .values_list("pk", "host", "primary_folder", "retry_at", "port", "security", "username", "sign_in", password)
    )
    for pk, host, folder, retry_at, *mark in rows:
        may_sign_in = retry_at is None or retry_at <= now
        yield Watched(pk, host, folder, tuple(mark), partial(_account, pk), may_sign_in)


@contextmanager
def _account(mailbox_id: int) -> Iterator[Account]:
    """For the time of a sign-in, in its thread, whose connection to the database ends with it."""
    try:
        yield account_of(Mailbox.objects.get(pk=mailbox_id))
    except (Mailbox.DoesNotExist, Error) as error:
        raise MailboxProblem(Code.ERROR) from error
    finally:
        connection.close()

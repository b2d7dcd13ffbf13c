"""A scan that a member has run, from wherever it is asked for."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest

from emailsync.models import Mailbox, MailboxState, SignIn
from emailsync.services import request_scan


def scan_by_hand(request: HttpRequest, mailbox: Mailbox, lookback: timedelta) -> None:
    """Queue a scan of a mailbox, and say on the next page that it is, or why it is not."""
    if not mailbox.enabled:
        messages.error(request, f"{mailbox.name} is paused. Resume it first.")
    elif mailbox.state == MailboxState.WRONG_CREDENTIALS:
        todo = "Enter the password anew." if mailbox.sign_in == SignIn.PASSWORD else "Reconnect it."
        messages.error(request, f"{mailbox.name} cannot be scanned: its sign-in was refused. {todo}")
    elif request_scan(mailbox_id=mailbox.pk, lookback=lookback):
        messages.success(request, f"A scan of {mailbox.name} is about to start.")
    else:
        messages.success(request, f"A scan of {mailbox.name} is about to start already.")

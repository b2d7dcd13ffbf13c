"""What a look at a mailbox leaves on its row, and what its member is told of it: a problem once, until it is solved."""

from __future__ import annotations

import random
from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.notices import solve, tell
from emailsync.imap.problems import Code, Kind, MailboxProblem
from emailsync.models import Mailbox, MailboxState

WRONG_PASSWORD_TRIES = 3
FIRST_WAIT = timedelta(minutes=1)
AFTER_CUT = timedelta(seconds=10)
"""After a connection that was cut: it was there a moment ago, and most are again at once."""
LONGEST_WAIT = timedelta(minutes=60)
UNREAD_FOR = timedelta(hours=1)
"""A mailbox that could not be read for this long is worth a word, though Flux tries again by itself."""
_FINAL = (Code.OAUTH, Code.RECONNECT, Code.IMAP_OFF)


def record_success(mailbox_id: int, errors: list[dict[str, str]]) -> None:
    """Note that a mailbox was read. errors: what went wrong in single folders, {"folder", "code", "text"}."""
    error = errors[-1] if errors else {"code": "", "text": ""}
    now = timezone.now()
    Mailbox.objects.filter(pk=mailbox_id).update(
        state=MailboxState.OK,
        failures=0,
        retry_at=None,
        last_success_at=now,
        last_error=error["code"],
        last_error_text=error["text"][:500],
        **({"last_error_at": now} if errors else {}),
    )
    _solve(mailbox_id, "sign-in", "broken", "unread")


@transaction.atomic
def record_failure(mailbox_id: int, problem: MailboxProblem) -> timedelta:
    """Note a problem of a whole mailbox; returns how long to leave it alone.

    Refused sign-ins stop after three, whoever tried, so that the provider does not lock the account.
    """
    mailbox = Mailbox.objects.select_for_update().filter(pk=mailbox_id).first()
    if mailbox is None:
        return LONGEST_WAIT
    now = timezone.now()
    mailbox.failures += 1
    mailbox.state = _state_after(mailbox, problem)
    wait = min(FIRST_WAIT * 2 ** min(mailbox.failures - 1, 10), LONGEST_WAIT)
    if problem.code == Code.LOST and mailbox.failures == 1:
        wait = AFTER_CUT
    wait *= random.uniform(1.0, 1.3)  # noqa: S311 - spreads retries, no secret
    mailbox.retry_at = now + wait
    mailbox.last_error = problem.code.value
    mailbox.last_error_text = str(problem)[:500]
    mailbox.last_error_at = now
    mailbox.save(update_fields=["failures", "state", "retry_at", "last_error", "last_error_text", "last_error_at"])
    _tell_of(mailbox, problem)
    return wait


def record_idle(mailbox_id: int, *, supported: bool) -> None:
    """Note whether the server tells of new mail by itself, and tell the member once if it does not."""
    mailbox = Mailbox.objects.filter(pk=mailbox_id).exclude(idle_supported=supported).first()
    if mailbox is None:
        return
    Mailbox.objects.filter(pk=mailbox_id).update(idle_supported=supported)
    if supported:
        _solve(mailbox_id, "polling")
    else:
        _tell(
            mailbox,
            "polling",
            f"{mailbox.name} cannot announce new mail",
            "Its server does not offer IDLE, so Flux looks every few minutes instead. Nothing is lost; it takes a "
            "little longer to show.",
        )


def ask_for_authserv_id(mailbox: Mailbox, seen: str) -> None:
    """Tell the member once which authentication server stamps their mail, to be confirmed."""
    _tell(
        mailbox,
        "authserv",
        f"Confirm who vouches for the senders of {mailbox.name}",
        f"Its newest e-mails were all stamped by {seen}. If that is your provider, enter it as the authentication "
        "server of the mailbox; then forged mail is held back.",
        url=reverse("emailsync:mailbox", args=[mailbox.pk]),
    )


def authserv_id_is_known(mailbox_id: int) -> None:
    """What `ask_for_authserv_id` asked is answered."""
    _solve(mailbox_id, "authserv")


def _state_after(mailbox: Mailbox, problem: MailboxProblem) -> MailboxState:
    if problem.kind == Kind.CREDENTIALS:
        stop = mailbox.failures >= WRONG_PASSWORD_TRIES or problem.code in _FINAL
        return MailboxState.WRONG_CREDENTIALS if stop else MailboxState.RETRYING
    return MailboxState.RETRYING if problem.kind == Kind.TRANSIENT else MailboxState.BROKEN


def _tell_of(mailbox: Mailbox, problem: MailboxProblem) -> None:
    text = f"{problem} {problem.advice}"
    if mailbox.state == MailboxState.WRONG_CREDENTIALS:
        _tell(mailbox, "sign-in", f"{mailbox.name}: sign-in refused", text)
    elif mailbox.state == MailboxState.BROKEN:
        _tell(mailbox, "broken", f"{mailbox.name} cannot be read", text)
    elif timezone.now() - (mailbox.last_success_at or mailbox.created_at) > UNREAD_FOR:
        _tell(mailbox, "unread", f"{mailbox.name} has not been read for an hour", text)


def _tell(mailbox: Mailbox, about: str, title: str, text: str, url: str = "") -> None:
    tell(
        member_id=mailbox.member_id,
        key=f"mailbox:{mailbox.pk}:{about}",
        title=title,
        text=text,
        url=url or reverse("emailsync:mailboxes"),
    )


def _solve(mailbox_id: int, *about: str) -> None:
    solve(keys=[f"mailbox:{mailbox_id}:{one}" for one in about])

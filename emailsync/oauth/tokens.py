"""The tokens of a mailbox: kept encrypted, and renewed by one process at a time.

A provider may replace the refresh token with each use and take back the old one, so what it gives is stored in the very
transaction that holds the mailbox's lock: nobody uses a token that is gone, and none that came is lost with its caller.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from common.encryption import SecretUnreadable
from common.http import ServiceUnavailable
from emailsync.imap.problems import Code, MailboxProblem
from emailsync.models import Mailbox, SignIn
from emailsync.oauth import endpoint
from emailsync.oauth.endpoint import GrantRefused, RegistrationRefused, Tokens
from emailsync.oauth.providers import Provider, provider

RENEW_BEFORE = timedelta(minutes=2)
"""How long a token has to be good yet, so that it is so when the mail server sees it."""


@dataclass(frozen=True, slots=True)
class MailboxToken:
    """The access token of a mailbox, whatever it is at the moment. A TokenSource."""

    mailbox_id: int

    def __call__(self, refused: str = "") -> str:
        """A token that is good for now, renewed if need be. Outside of any transaction.

        Raises MailboxProblem: reconnect, token_unreadable, provider_away or not_registered.
        """
        try:
            return _current_token(self.mailbox_id, refused)
        except (SecretUnreadable, Mailbox.DoesNotExist) as error:
            raise MailboxProblem(Code.TOKEN_UNREADABLE) from error


def token_fields(tokens: Tokens) -> dict[str, Any]:
    """What to store of tokens; a refresh token stays where no new one was given."""
    fields = {"access_token": tokens.access, "access_expires_at": tokens.expires_at}
    return fields | ({"refresh_token": tokens.refresh} if tokens.refresh else {})


@transaction.atomic(durable=True)
def _current_token(mailbox_id: int, refused: str) -> str:
    # FOR NO KEY UPDATE: rows that only point to the mailbox, such as a scan's, are written meanwhile.
    locked = Mailbox.objects.select_for_update(no_key=True).exclude(sign_in=SignIn.PASSWORD)
    mailbox = locked.only("sign_in", "access_token", "access_expires_at", "refresh_token").get(pk=mailbox_id)
    if _is_good(mailbox) and mailbox.access_token != refused:
        return str(mailbox.access_token)
    tokens = _renewed(provider(mailbox.sign_in), str(mailbox.refresh_token))
    for name, value in token_fields(tokens).items():
        setattr(mailbox, name, value)
    mailbox.save(update_fields=list(token_fields(tokens)))
    return tokens.access


def _is_good(mailbox: Mailbox) -> bool:
    expires_at = mailbox.access_expires_at
    return bool(mailbox.access_token) and expires_at is not None and expires_at > timezone.now() + RENEW_BEFORE


def _renewed(at: Provider, refresh_token: str) -> Tokens:
    if not refresh_token:
        raise MailboxProblem(Code.RECONNECT, host=at.name)
    try:
        return endpoint.refresh(at, refresh_token=refresh_token)
    except GrantRefused as error:
        raise MailboxProblem(Code.RECONNECT, host=at.name) from error
    except RegistrationRefused as error:
        raise MailboxProblem(Code.NOT_REGISTERED, host=at.name) from error
    except ServiceUnavailable as error:
        raise MailboxProblem(Code.PROVIDER_AWAY, host=at.name) from error

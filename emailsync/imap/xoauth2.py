"""Signing in with an access token: the SASL mechanism XOAUTH2 of Google and Microsoft.

As developers.google.com/gmail/imap/xoauth2-protocol describes it. imapclient's own `oauth2_login` answers the server's
error with the token once more, where an empty line is due; so this speaks the mechanism itself.
"""

from __future__ import annotations

import binascii
import imaplib
from typing import Protocol

from imapclient import IMAPClient
from imapclient.exceptions import LoginError


class TokenSource(Protocol):
    """Gives the access token of an account when it is needed.

    Equal sources stand for the same account, whatever its token is at the moment.
    """

    def __call__(self, refused: str = "") -> str:
        """A token that is good for now, and another one than `refused`. Raises MailboxProblem."""


def authenticate(client: IMAPClient, username: str, access_token: str) -> None:
    """Sign in with a token. Raises LoginError with the server's words, or what imaplib raises for a lost connection."""
    answers = iter([f"user={username}\1auth=Bearer {access_token}\1\1".encode()])
    try:
        # After the token the server may only send an error (as JSON), to be answered by an empty line; then it says NO.
        client._imap.authenticate("XOAUTH2", lambda challenge: next(answers, b""))
    except binascii.Error as error:
        raise imaplib.IMAP4.abort("a challenge that is not base64") from error
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        raise LoginError(str(error)) from error

"""What can be wrong with a mailbox: for the member in words, for the scheduler as a kind."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    CREDENTIALS = "credentials"
    """Trying again without a change would only lock the account."""
    TRANSIENT = "transient"
    SETTINGS = "settings"
    """Only a person can mend it."""


class Code(StrEnum):
    DNS = "dns"
    PRIVATE_ADDRESS = "private_address"
    PORT = "port_not_allowed"
    REFUSED = "refused"
    TIMEOUT = "timeout"
    TLS = "tls"
    NO_STARTTLS = "no_starttls"
    CLEAR_TEXT = "clear_text"
    NOT_IMAP = "not_imap"
    PREAUTH = "preauth"
    LOGIN = "login"
    APP_PASSWORD = "app_password"  # noqa: S105 - a code, no secret
    PASSWORD_UNREADABLE = "password_unreadable"  # noqa: S105 - a code, no secret
    OAUTH = "oauth_needed"
    RECONNECT = "reconnect"
    TOKEN_REFUSED = "token_refused"  # noqa: S105 - a code, no secret
    TOKEN_UNREADABLE = "token_unreadable"  # noqa: S105 - a code, no secret
    PROVIDER_AWAY = "provider_away"
    NOT_REGISTERED = "not_registered"
    IMAP_OFF = "imap_off"
    BUSY_ACCOUNT = "too_many_connections"
    UNAVAILABLE = "unavailable"
    LOST = "connection_lost"
    ODD_ANSWER = "odd_answer"
    FOLDER_GONE = "folder_gone"
    FOLDER_REFUSED = "folder_refused"
    UNSTABLE_FOLDER = "unstable_folder"
    UNREAD_MAIL = "unread_mail"
    TOO_MANY_FOLDERS = "too_many_folders"
    SCAN_DIED = "scan_died"
    PAUSED = "paused"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class _Words:
    kind: Kind
    text: str
    advice: str


_WORDS = {
    Code.DNS: _Words(Kind.TRANSIENT, "The server {host} was not found.", "Check the spelling of the server's name."),
    Code.PRIVATE_ADDRESS: _Words(
        Kind.SETTINGS,
        "{host} is an address inside the operator's network, which is not allowed.",
        "Use a public mail server. To read one on this machine or network, whoever runs Flux sets "
        "FLUX_ALLOW_PRIVATE_MAIL_HOSTS=true and restarts it.",
    ),
    Code.PORT: _Words(
        Kind.SETTINGS,
        "Port {port} is not a mail port.",
        "Use 993 with TLS or 143 with STARTTLS; whoever runs Flux can allow others with FLUX_MAIL_PORTS.",
    ),
    Code.REFUSED: _Words(
        Kind.TRANSIENT, "{host} refused the connection on port {port}.", "Check the port: 993 with TLS fits most."
    ),
    Code.TIMEOUT: _Words(
        Kind.TRANSIENT, "{host} did not answer on port {port} in time.", "Check server and port, or try again later."
    ),
    Code.TLS: _Words(
        Kind.SETTINGS,
        "The encrypted connection to {host} could not be set up.",
        "Check port and encryption: 993 with TLS, 143 with STARTTLS. The server's certificate has to be for the name "
        "typed here and from a known authority; Flux accepts no self-made one.",
    ),
    Code.NO_STARTTLS: _Words(
        Kind.SETTINGS, "{host} offers no STARTTLS.", "Choose TLS and port 993. Flux does not fall back to clear text."
    ),
    Code.CLEAR_TEXT: _Words(
        Kind.SETTINGS,
        "Without encryption everybody on the way to {host} could read the password.",
        "Choose TLS and port 993, or STARTTLS and port 143.",
    ),
    Code.NOT_IMAP: _Words(
        Kind.SETTINGS, "What answers at {host} on port {port} is not an IMAP server.", "Check port and encryption."
    ),
    Code.PREAUTH: _Words(
        Kind.SETTINGS,
        "{host} lets everybody in without a password, so Flux cannot tell whose mail it shows.",
        "Check the server's name, port and encryption.",
    ),
    Code.LOGIN: _Words(
        Kind.CREDENTIALS,
        "The server refused the user name or password.",
        "Enter them again. Providers with two-step sign-in need an app password made in their settings.",
    ),
    Code.APP_PASSWORD: _Words(
        Kind.CREDENTIALS,
        "The provider wants an app password instead of your own.",
        "Make an app password in the security settings of your mail account and enter it here.",
    ),
    Code.PASSWORD_UNREADABLE: _Words(
        Kind.SETTINGS,
        "The stored password cannot be read any more; enter it anew.",
        "The key that it was stored with is gone. If whoever runs Flux adds that key to FLUX_ENCRYPTION_KEYS again, "
        "nothing needs to be entered.",
    ),
    Code.OAUTH: _Words(
        Kind.CREDENTIALS,
        "Microsoft no longer accepts passwords for IMAP.",
        "Connect the mailbox with Microsoft. Where that is not offered, forward your order mail to another mailbox, or "
        "import it from files.",
    ),
    Code.RECONNECT: _Words(
        Kind.CREDENTIALS,
        "{host} no longer lets Flux read this mailbox.",
        "Reconnect it. What was read so far stays.",
    ),
    Code.TOKEN_REFUSED: _Words(
        Kind.CREDENTIALS,
        "{host} refused the sign-in, though you allowed it.",
        "Check in the settings of your mail account that IMAP is switched on, then reconnect.",
    ),
    Code.TOKEN_UNREADABLE: _Words(
        Kind.SETTINGS,
        "The stored sign-in cannot be read any more; reconnect the mailbox.",
        "The key that it was stored with is gone. If whoever runs Flux adds that key to FLUX_ENCRYPTION_KEYS again, "
        "nothing needs to be done.",
    ),
    Code.PROVIDER_AWAY: _Words(
        Kind.TRANSIENT, "The sign-in of {host} does not answer at the moment.", "Flux tries again by itself."
    ),
    Code.NOT_REGISTERED: _Words(
        Kind.SETTINGS,
        "{host} does not accept this Flux.",
        "Whoever runs Flux has to check its client ID and secret; then the mailbox is read again by itself.",
    ),
    Code.IMAP_OFF: _Words(
        Kind.CREDENTIALS,
        "IMAP is switched off for this account.",
        "Switch IMAP on in the settings of your mail account, then test again.",
    ),
    Code.BUSY_ACCOUNT: _Words(
        Kind.TRANSIENT, "Too many programs are connected to this account.", "Flux tries again by itself."
    ),
    Code.UNAVAILABLE: _Words(
        Kind.TRANSIENT, "The server is not available at the moment.", "Flux tries again by itself."
    ),
    Code.LOST: _Words(
        Kind.TRANSIENT, "The connection to {host} was lost.", "If it stays so, check the server's name and port."
    ),
    Code.ODD_ANSWER: _Words(
        Kind.TRANSIENT,
        "{host} answers in a way that makes no sense.",
        "Flux tries again by itself. If it stays so, ask whoever runs the server.",
    ),
    Code.FOLDER_GONE: _Words(
        Kind.TRANSIENT, "The folder {folder} is no longer there.", "Choose folders anew, or bring it back."
    ),
    Code.FOLDER_REFUSED: _Words(
        Kind.TRANSIENT,
        "The server does not let Flux open the folder {folder}.",
        "Flux tries again by itself. If it stays so, leave the folder out.",
    ),
    Code.UNSTABLE_FOLDER: _Words(
        Kind.SETTINGS,
        "The server numbered the folder {folder} anew three times in a day.",
        "Leave the folder out, or ask the provider; its mail cannot be told apart reliably.",
    ),
    Code.UNREAD_MAIL: _Words(
        Kind.TRANSIENT,
        "The folder {folder} has mail that the server lists but does not hand out.",
        "Flux tries again by itself. If it stays so, move that mail to another folder.",
    ),
    Code.TOO_MANY_FOLDERS: _Words(
        Kind.SETTINGS,
        "{host} lists more folders than Flux can read.",
        "Remove folders at the provider, or forward your order mail to another mailbox.",
    ),
    Code.SCAN_DIED: _Words(
        Kind.TRANSIENT, "The scan broke off three times.", "The next one goes on; the log tells what ended it."
    ),
    Code.PAUSED: _Words(Kind.TRANSIENT, "The mailbox was paused.", "Resume it to go on."),
    Code.ERROR: _Words(Kind.TRANSIENT, "Something went wrong while reading the mailbox.", "The log tells more."),
}


# RFC 5530 response codes and the phrases of large providers.
_TROUBLES = (
    (Code.BUSY_ACCOUNT, r"\[limit\]|too many (simultaneous |open )?connections|maximum number of connections"),
    (Code.UNAVAILABLE, r"\[unavailable\]|\[inuse\]|\[serverbug\]|temporar|try again later|throttl"),
)


def trouble_told(said: str | bytes) -> Code | None:
    """The passing trouble that a server's words tell of, whatever it was asked; None if they tell of none."""
    text = (said.decode("latin-1") if isinstance(said, bytes) else said).lower()
    return next((code for code, pattern in _TROUBLES if re.search(pattern, text)), None)


class MailboxProblem(Exception):
    """A mailbox or one of its folders cannot be read. `str()` is the sentence for the member.

    Nothing that the server said goes into it: its words could be anything.
    """

    def __init__(self, code: Code, *, host: str = "", port: int = 0, folder: str = "") -> None:
        words = _WORDS[code]
        super().__init__(words.text.format(host=host, port=port, folder=folder))
        self.code = code
        self.kind = words.kind
        self.advice = words.advice

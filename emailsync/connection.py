"""Does a mailbox work as typed? Said in a sentence, with what to do, before anything is saved."""

from __future__ import annotations

from dataclasses import dataclass

from emailsync.imap.client import Account, connected
from emailsync.imap.folders import listed_folders
from emailsync.imap.problems import Code, MailboxProblem
from emailsync.imap.xoauth2 import TokenSource
from emailsync.presets import preset_for


@dataclass(frozen=True, slots=True)
class Verdict:
    ok: bool
    code: str
    """A value of imap.problems.Code; "" when all is well."""
    text: str
    advice: str
    folders: int = 0
    idle: bool = False
    """The server tells of new mail by itself."""


def test_connection(
    *, host: str, port: int, security: str, username: str, password: str, token: TokenSource | None
) -> Verdict:
    """Sign in to a mailbox and list its folders; changes nothing. Never raises for what is wrong with it.

    token: in place of the password, where the account signs in by OAuth.
    """
    if token is None and not preset_for(username).passwords:
        problem = MailboxProblem(Code.OAUTH)
        return Verdict(False, problem.code.value, str(problem), problem.advice)
    try:
        with connected(Account(host.strip(), port, security, username, password, token)) as client:
            folders = len(listed_folders(client))
            idle = client.idle_supported
    except MailboxProblem as problem:
        advice = problem.advice
        if problem.code in (Code.LOGIN, Code.APP_PASSWORD):
            advice = preset_for(username).password_advice if preset_for(username).domains else advice
        return Verdict(False, problem.code.value, str(problem), advice)
    arrival = "New mail shows at once." if idle else "This server cannot announce new mail, so Flux looks regularly."
    return Verdict(True, "", f"It works: {folders} folders found. {arrival}", "", folders, idle)


test_connection.__test__ = False  # type: ignore[attr-defined]  # the name is the use case's, not a test's

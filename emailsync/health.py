"""How a mailbox is, in words that say what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from emailsync.imap.problems import Code, MailboxProblem
from emailsync.models import Mailbox, MailboxState, Scan, ScanState, SignIn
from emailsync.presets import Preset, preset_at, preset_for


@dataclass(frozen=True, slots=True)
class Health:
    """A mailbox's state as its card shows it. `busy`: a scan is under way, so the card looks again by itself."""

    words: str
    icon: str
    family: str
    note: str
    todo: str
    busy: bool
    scan: Scan | None
    """The scan that is running."""


def health_of(mailbox: Mailbox, scans: list[Scan], *, needs_password: bool = False) -> Health:
    """The health of a mailbox by its newest scans, newest first."""
    if needs_password:
        note = "Nothing is fetched, and nobody signs in, until you enter it."
        return Health("Needs a password", "key", "amber", note, "", False, None)
    running = next((one for one in scans if one.state == ScanState.RUNNING), None)
    words, icon, family, note, todo = _state(mailbox)
    if running is not None:
        return Health("Scanning", "arrow-repeat", "blue", note, todo, True, running)
    if mailbox.enabled and not _refused(mailbox) and any(one.state == ScanState.QUEUED for one in scans):
        return Health("A scan is about to start", "hourglass", "blue", note, todo, True, None)
    return Health(words, icon, family, note, todo, False, None)


def _state(mailbox: Mailbox) -> tuple[str, str, str, str, str]:
    problem = problem_of(mailbox)
    note, todo = (str(problem), problem.advice) if problem else ("", "")
    if not mailbox.enabled:
        return "Paused", "pause-circle", "slate", "Nothing is fetched until you resume.", ""
    if _refused(mailbox):
        typed = mailbox.sign_in == SignIn.PASSWORD
        stopped = "Flux has stopped trying, so that the account is not locked." if typed else ""
        return "Sign-in refused", "exclamation-triangle-fill", "red", f"{note} {stopped}".strip(), todo
    if mailbox.state == MailboxState.BROKEN:
        return "Needs attention", "exclamation-triangle-fill", "red", note, todo
    if mailbox.state == MailboxState.RETRYING:
        return "Trying again", "arrow-repeat", "amber", note, todo
    if mailbox.state == MailboxState.NEW:
        return "Not scanned yet", "hourglass", "slate", "", ""
    # Working, with one folder or so that could not be read.
    return "Working", "check-circle-fill", "green", note, todo


def problem_of(mailbox: Mailbox) -> MailboxProblem | None:
    """The last problem of a mailbox with what to do about it; None if its last scan had none."""
    if not mailbox.last_error:
        return None
    try:
        problem = MailboxProblem(Code(mailbox.last_error), host=mailbox.host, port=mailbox.port)
    except ValueError:
        problem = MailboxProblem(Code.ERROR)
    if mailbox.last_error_text:
        problem.args = (mailbox.last_error_text,)
    preset = provider_of(mailbox)
    if problem.code in (Code.LOGIN, Code.APP_PASSWORD) and preset is not None and preset.advice:
        problem.advice = preset.password_advice
    return problem


def provider_of(mailbox: Mailbox) -> Preset | None:
    """The provider of a mailbox by its server, else by its address; None for one that Flux does not know."""
    found = preset_at(mailbox.host)
    named = found if found.domains else preset_for(mailbox.username)
    return named if named.domains else None


def scan_words(scan: Scan) -> str:
    """What a scan found: "14 seen, 2 new, 1 known, 1 too big"."""
    counts: list[tuple[int, str]] = [(scan.seen, "seen"), (scan.stored, "new"), (scan.known, "known already")]
    parts = [f"{count:,} {word}" for count, word in counts if count or word in ("seen", "new")]
    if scan.too_big:
        parts.append(f"{scan.too_big:,} too big")
    if scan.outside:
        parts.append(f"{scan.outside:,} older than the first scan reaches")
    return ", ".join(parts)


def scan_errors(scan: Scan) -> list[str]:
    """What went wrong in a scan, folder by folder, in sentences."""
    errors: list[dict[str, Any]] = scan.errors or []
    return [str(error.get("text", "")) for error in errors if error.get("text")]


def _refused(mailbox: Mailbox) -> bool:
    return mailbox.state == MailboxState.WRONG_CREDENTIALS

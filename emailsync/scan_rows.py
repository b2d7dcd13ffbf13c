"""What a row says of a scan: what had it run, how it is going, what it found, what went wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from emailsync.health import scan_errors, scan_words
from emailsync.models import Mailbox, MailboxState, Scan, ScanKind, ScanState

KINDS = {
    ScanKind.FIRST: "First scan",
    ScanKind.IDLE: "New mail arrived",
    ScanKind.RECOVERY: "Check every 15 minutes",
    ScanKind.CATCH_UP: "Catch-up",
    ScanKind.MANUAL: "Scan by hand",
    ScanKind.RESCAN: "Rescan",
}
_LOOKS = {
    ScanState.QUEUED: ("hourglass", "slate"),
    ScanState.RUNNING: ("arrow-repeat", "blue"),
    ScanState.DONE: ("check-circle-fill", "green"),
    ScanState.FAILED: ("exclamation-triangle-fill", "red"),
    ScanState.WITHDRAWN: ("slash-circle", "slate"),
}
_FIRST_ERRORS = 2


@dataclass(frozen=True, slots=True)
class ScanRow:
    """One scan as a row shows it.

    `reach`: how far back it looks, and where; `errors` and `more_errors`: in sentences, the latter behind a press;
    `blocked`: why it waits although a worker is free; `took`: how long it ran, "" before its end; `live`: its row
    changes by itself; `withdrawable`: nobody has begun it; `over`: of no more interest.
    """

    scan: Scan
    kind: str
    reach: str
    state: str
    icon: str
    family: str
    words: str
    errors: list[str]
    more_errors: list[str]
    blocked: str
    took: str
    live: bool
    withdrawable: bool
    over: bool


def scan_row(scan: Scan, mailbox: Mailbox) -> ScanRow:
    """The row of a scan of this mailbox; no query."""
    errors = scan_errors(scan)
    blocked = _blocked(mailbox) if scan.under_way else ""
    state, icon, family = _state(scan, bool(errors))
    return ScanRow(
        scan=scan,
        kind=KINDS[ScanKind(scan.kind)],
        reach=_reach(scan),
        state=state,
        icon=icon,
        family=family,
        words=scan_words(scan),
        errors=errors[:_FIRST_ERRORS],
        more_errors=errors[_FIRST_ERRORS:],
        blocked=blocked,
        took=_took(scan),
        live=scan.under_way and not blocked,
        withdrawable=scan.state == ScanState.QUEUED and not scan.begun,
        over=scan.state == ScanState.WITHDRAWN,
    )


def span_words(span: timedelta) -> str:
    """A time in its two largest units: "42 s", "3 min 5 s", "1 hour", "7 days"."""
    seconds = round(span.total_seconds())
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86_400
    if minutes < 1:
        return f"{seconds} s"
    if hours < 1:
        return f"{minutes} min {seconds % 60} s" if seconds % 60 else f"{minutes} min"
    if days < 1:
        rest = f" {minutes % 60} min" if minutes % 60 else ""
        return f"{hours} hour{'s' if hours > 1 else ''}{rest}"
    rest = f" {hours % 24} h" if hours % 24 else ""
    return f"{days} day{'s' if days > 1 else ''}{rest}"


def _state(scan: Scan, has_errors: bool) -> tuple[str, str, str]:
    """The state in words, its glyph and its family."""
    state = ScanState(scan.state)
    if state == ScanState.DONE and has_errors:
        return "Done with errors", "exclamation-circle", "amber"
    if state == ScanState.QUEUED and scan.begun:
        return "Trying again", "clock-history", "amber"
    return (str(state.label), *_LOOKS[state])


def _reach(scan: Scan) -> str:
    if scan.folder_name:
        return f"only {scan.folder_name}, {span_words(scan.lookback)} back"
    # How far the first scan of a folder reaches is a matter of settings, not of what was asked for.
    return "" if scan.kind == ScanKind.FIRST else f"{span_words(scan.lookback)} back"


def _blocked(mailbox: Mailbox) -> str:
    if not mailbox.enabled:
        return "It waits until the mailbox is resumed."
    if mailbox.state == MailboxState.WRONG_CREDENTIALS:
        return "It waits until the mailbox can sign in again."
    return ""


def _took(scan: Scan) -> str:
    if scan.started_at is None or scan.finished_at is None:
        return ""
    return span_words(max(scan.finished_at - scan.started_at, timedelta()))

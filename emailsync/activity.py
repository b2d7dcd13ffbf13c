"""What the list of scans offers: its saved views, filters and sorts."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.http import QueryDict

from accounts.models import User
from common.listing import Filter, Listing, Option, Sort
from emailsync.models import Mailbox, Scan, ScanState
from emailsync.queries import scans_of
from emailsync.scan_rows import KINDS, ScanRow, scan_row

VIEWS = (
    Option("all", "All", Q()),
    Option("under-way", "Under way", Q(state__in=[ScanState.QUEUED, ScanState.RUNNING])),
    Option("found", "Found new mail", Q(stored__gt=0)),
    Option("errors", "With errors", Q(state=ScanState.FAILED) | ~Q(errors=[])),
)
SORTS = (
    Sort("newest", "Newest first", "asked_at"),
    Sort("oldest", "Oldest first", "asked_at", descending=False, back="Older", onward="Newer"),
)


def scan_list(member: User, params: QueryDict) -> Listing:
    """The list of the scans of a member's mailboxes as its address asks for it."""
    mailboxes = Mailbox.objects.of(member).order_by("name", "pk")
    filters = [
        Filter("mailbox", "Mailbox", [Option(str(one.pk), one.name, Q(mailbox=one.pk)) for one in mailboxes]),
        Filter("kind", "Kind", [Option(kind.value, words, Q(kind=kind)) for kind, words in KINDS.items()]),
        Filter("state", "State", [Option(state.value, str(state.label), Q(state=state)) for state in ScanState]),
    ]
    return Listing(scans_of(member), params, sorts=SORTS, views=VIEWS, filters=filters)


def scan_rows(scans: Iterable[Scan]) -> list[ScanRow]:
    """Rows for scans as `scans_of` gives them; no further query."""
    return [scan_row(scan, scan.mailbox) for scan in scans]


def live_ids(rows: Iterable[ScanRow]) -> list[int]:
    """The ids of the scans whose rows change by themselves."""
    return [row.scan.pk for row in rows if row.live]

"""What a row says of a request for ninety days of mail."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet

from emailsync.models import RequestState, RescanRequest, secrets_of
from emailsync.queries import scans_of
from emailsync.scan_rows import ScanRow, scan_row

_LOOKS = {
    RequestState.ASKED: ("hourglass", "blue"),
    RequestState.APPROVED: ("check-circle-fill", "green"),
    RequestState.REFUSED: ("slash-circle", "plum"),
    RequestState.WITHDRAWN: ("arrow-return-left", "slate"),
}


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request with the scans that it set off.

    `decided_by`: who decided, "" if nobody has or they are gone; `live`: its scans go on; `over`: of no more interest.
    """

    request: RescanRequest
    icon: str
    family: str
    decided_by: str
    scans: list[ScanRow]
    live: bool
    over: bool


def requests_of(member: Any) -> QuerySet[RescanRequest]:
    """A member's requests, newest first, each with who decided on it and the scans that it set off."""
    scans = Prefetch("scans", scans_of(member).order_by("pk"))
    requests: QuerySet[RescanRequest] = RescanRequest.objects.of(member).select_related("mailbox", "decided_by")
    return requests.defer(*secrets_of("mailbox")).prefetch_related(scans).order_by("-pk")


def request_rows(requests: Iterable[RescanRequest]) -> list[RequestRow]:
    """Rows for requests as `requests_of` gives them; no further query."""
    return [request_row(request) for request in requests]


def request_row(request: RescanRequest) -> RequestRow:
    """The row of one request of `requests_of`."""
    icon, family = _LOOKS[RequestState(request.state)]
    by = request.decided_by
    scans = [scan_row(scan, scan.mailbox) for scan in request.scans.all()]
    return RequestRow(
        request=request,
        icon=icon,
        family=family,
        decided_by=(by.get_full_name() or by.username) if by else "",
        scans=scans,
        live=any(row.live for row in scans),
        over=request.state == RequestState.WITHDRAWN,
    )

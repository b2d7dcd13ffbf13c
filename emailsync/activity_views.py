"""The scans of a member's mailboxes: those that wait, run and are done. Another member's scan is a 404."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.access import member_of
from common.requests import named_ids, posted_ids, safe_next
from common.undo import offer_undo
from emailsync.activity import live_ids, scan_list, scan_rows
from emailsync.by_hand import scan_by_hand
from emailsync.forms import ScanOneForm
from emailsync.models import Mailbox
from emailsync.queries import scans_of
from emailsync.services import put_scan_back, take_back_scan

_MOST_LIVE = 100


@require_safe
def activity(request: HttpRequest) -> HttpResponse:
    """The scans as the address asks for them."""
    member = member_of(request)
    listing = scan_list(member, request.GET)
    rows = scan_rows(listing.rows)
    context = {
        "listing": listing,
        "rows": rows,
        "ids": live_ids(rows),
        "form": ScanOneForm(member=member),
        "has_mailboxes": Mailbox.objects.of(member).exists(),
        "scannable": Mailbox.objects.of(member).filter(enabled=True).exists(),
    }
    return render(request, "emailsync/activity.html", context)


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The rows of the scans that a page shows as waiting or running, as they are now.

    Once one of them has ended, the figures of the page are part of the answer, too.
    """
    member, params = member_of(request), request.GET.copy()
    shown = named_ids(params)[:_MOST_LIVE]
    params.pop("pk", None)
    listing, rows = scan_list(member, params), scan_rows(scans_of(member).filter(pk__in=shown).order_by("-pk"))
    ids, gone = live_ids(rows), set(shown) - {row.scan.pk for row in rows}
    back = reverse("emailsync:activity") + listing.query
    context = {"listing": listing, "rows": rows, "ids": ids, "gone": gone, "back": back}
    return render(request, "emailsync/_scans_now.html", context | {"ended": len(ids) < len(shown)})


@require_POST
def scan(request: HttpRequest) -> HttpResponse:
    """Have a mailbox scanned now, as far back as chosen."""
    form = ScanOneForm(request.POST, member=member_of(request))
    if form.is_valid():
        scan_by_hand(request, form.cleaned_data["mailbox"], form.lookback)
    else:
        messages.error(request, "Choose one of your mailboxes, and how far back: from one hour to seven days.")
    return redirect("emailsync:activity")


@require_POST
def withdraw(request: HttpRequest, scan_id: int) -> HttpResponse:
    """Take a scan out of the queue that has not begun."""
    member, back = member_of(request), safe_next(request, reverse("emailsync:activity"))
    name = get_object_or_404(scans_of(member), pk=scan_id).mailbox.name
    if take_back_scan(member=member, scan_id=scan_id):
        undo = reverse("emailsync:scan-restore")
        offer_undo(request, text=f"The scan of {name} is withdrawn.", url=undo, ids=[scan_id], back=back)
    else:
        messages.error(request, f"The scan of {name} has begun, so it goes on.")
    return redirect(back)


@require_POST
def restore(request: HttpRequest) -> HttpResponse:
    """Have a withdrawn scan wait again."""
    ids = posted_ids(request)[:1]
    if ids and put_scan_back(member=member_of(request), scan_id=ids[0]):
        messages.success(request, "The scan waits again.")
    return redirect(safe_next(request, reverse("emailsync:activity")))

"""Ninety days of one retailer's or carrier's mail: a member asks here. Another member's request is a 404."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import member_of
from accounts.models import User
from common.listing import Listing, Option, Sort
from emailsync.forms import RescanForm
from emailsync.models import Mailbox
from emailsync.rescan_rows import request_row, request_rows, requests_of
from emailsync.rescans import RescanRefused, ask_rescan, rescan_subjects, withdraw_rescan

_VIEWS = (Option("all", "All", Q()),)
_SORTS = (Sort("newest", "Newest first", "asked_at"),)


@require_http_methods(["GET", "HEAD", "POST"])
def rescans(request: HttpRequest) -> HttpResponse:
    """Ask for ninety days, and see what became of what was asked for."""
    member = member_of(request)
    form = RescanForm(
        request.POST if request.method == "POST" else None,
        member=member,
        subjects=rescan_subjects(member),
        about=request.GET.get("about", ""),
    )
    if form.is_valid() and _ask(member, form):
        name = form.cleaned_data["about"].name
        messages.success(request, f"You asked for 90 days of {name}. You are told once a super admin has decided.")
        return redirect("emailsync:rescans")
    listing = Listing(requests_of(member), request.GET, sorts=_SORTS, views=_VIEWS)
    context = {
        "form": form,
        "listing": listing,
        "rows": request_rows(listing.rows),
        "has_mailboxes": Mailbox.objects.of(member).filter(enabled=True).exists(),
    }
    return render(request, "emailsync/rescans.html", context, status=422 if form.is_bound else 200)


@require_safe
def one(request: HttpRequest, request_id: int) -> HttpResponse:
    """One request as it is now: the part of the page that changes while its scans run."""
    row = request_row(get_object_or_404(requests_of(member_of(request)), pk=request_id))
    return render(request, "emailsync/_rescan.html", {"row": row})


@require_POST
def withdraw(request: HttpRequest, request_id: int) -> HttpResponse:
    """Take a request back that nobody has decided yet."""
    member = member_of(request)
    wish = get_object_or_404(requests_of(member), pk=request_id)
    if withdraw_rescan(member=member, request_id=request_id):
        messages.success(request, f"Your request for 90 days of {wish.about_name} is withdrawn.")
    else:
        messages.error(request, f"Your request for 90 days of {wish.about_name} is decided already.")
    return redirect("emailsync:rescans")


def _ask(member: User, form: RescanForm) -> bool:
    data = form.cleaned_data
    try:
        ask_rescan(member=member, about=data["about"].key, reason=data["reason"], mailbox=data["mailbox"])
    except RescanRefused as refusal:
        form.add_error("about", str(refusal))
        return False
    return True

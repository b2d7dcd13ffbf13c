"""The list of a member's e-mails, and what can be done with those that are chosen in it."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.access import member_of
from common.htmx import wants_fragment
from common.requests import MOST_IDS, posted_ids
from common.undo import offer_undo
from emailsync.choosing import back_of, chosen_ids, mails_words
from emailsync.detection.queries import handed_over
from emailsync.lists import email_list as listing_of
from emailsync.models import NOT_RECOGNISED, State, StoredEmail
from emailsync.rows import email_rows
from emailsync.services import (
    accept_held,
    delete_mails,
    dismiss_held,
    read_again,
    set_aside,
    take_up,
    unaccept,
    undismiss,
)
from orders.models import Order
from tracking.models import Shipment


@require_safe
@vary_on_headers("HX-Request")
def email_list(request: HttpRequest) -> HttpResponse:
    """E-mails as the address asks for them; for htmx only the table."""
    listing = listing_of(member_of(request), request.GET)
    fragment = wants_fragment(request)
    sortable = listing.view.value in NOT_RECOGNISED
    rows = email_rows(listing.rows, handed_over(listing.rows) if sortable else ())
    context = {"listing": listing, "rows": rows, "fragment": fragment, "sortable": sortable}
    return render(request, "emailsync/_email_table.html" if fragment else "emailsync/email_list.html", context)


@require_POST
def again(request: HttpRequest) -> HttpResponse:
    """Have the chosen e-mails read again."""
    count = read_again(member=member_of(request), email_ids=chosen_ids(request))
    if count:
        messages.success(request, f"{mails_words(count)} will be read again, usually within a minute.")
    return redirect(back_of(request))


@require_POST
def accept(request: HttpRequest) -> HttpResponse:
    """Use what the chosen held e-mails say."""
    member = member_of(request)
    ids = _held(request)
    if accept_held(member=member, email_ids=ids):
        _offer_undo(request, f"Accepted {mails_words(len(ids))}.", "emailsync:hold", ids)
    return redirect(back_of(request))


@require_POST
def hold_again(request: HttpRequest) -> HttpResponse:
    """Hold the chosen accepted e-mails again."""
    count = unaccept(member=member_of(request), email_ids=posted_ids(request))
    if count:
        messages.success(request, f"{mails_words(count)} held again.")
    return redirect(back_of(request))


@require_POST
def dismiss(request: HttpRequest) -> HttpResponse:
    """Put the chosen held e-mails aside."""
    ids = dismiss_held(member=member_of(request), email_ids=chosen_ids(request))
    if ids:
        _offer_undo(request, f"Dismissed {mails_words(len(ids))}.", "emailsync:undismiss", ids)
    return redirect(back_of(request))


@require_POST
def take_back(request: HttpRequest) -> HttpResponse:
    """Hold the chosen dismissed e-mails again."""
    count = undismiss(member=member_of(request), email_ids=posted_ids(request))
    if count:
        messages.success(request, f"{mails_words(count)} held again.")
    return redirect(back_of(request))


@require_POST
def not_relevant(request: HttpRequest) -> HttpResponse:
    """Put the chosen e-mails that Flux did not recognise aside."""
    ids = set_aside(member=member_of(request), email_ids=chosen_ids(request))
    if ids:
        _offer_undo(request, f"Put {mails_words(len(ids))} aside as not relevant.", "emailsync:take-up", ids)
    return redirect(back_of(request))


@require_POST
def relevant_after_all(request: HttpRequest) -> HttpResponse:
    """Take the chosen e-mails up again that were put aside as not relevant."""
    count = take_up(member=member_of(request), email_ids=posted_ids(request))
    if count:
        messages.success(request, f"{mails_words(count)} taken up again.")
    return redirect(back_of(request))


@require_POST
def delete(request: HttpRequest) -> HttpResponse:
    """Ask whether the chosen e-mails shall go, naming what goes with them; delete them once that is confirmed."""
    member, ids = member_of(request), chosen_ids(request)[:MOST_IDS]
    if not ids:
        return redirect(back_of(request))
    if request.POST.get("confirmed") != "1":
        return render(request, "emailsync/delete.html", _consequences(request, ids))
    count = delete_mails(member=member, email_ids=ids)
    messages.success(request, f"Deleted {mails_words(count)}.")
    return redirect(back_of(request))


def _consequences(request: HttpRequest, ids: Sequence[int]) -> dict[str, object]:
    """What the page that asks before deleting names."""
    member = member_of(request)
    mails = StoredEmail.objects.of(member).filter(pk__in=ids)
    hashes = list(mails.exclude(sha256="").values_list("sha256", flat=True))
    back = back_of(request)
    return {
        "ids": ids,
        "only": mails.light().first() if len(ids) == 1 else None,
        "orders": Order.objects.of(member).filter(contributions__sha256__in=hashes).distinct().count(),
        "parcels": Shipment.objects.of(member).filter(contributions__sha256__in=hashes).distinct().count(),
        "from_mailbox": mails.filter(locations__isnull=False).exists(),
        # From the page of an e-mail, back leads to the page that will be gone.
        "back": reverse("emailsync:list"),
        "after": reverse("emailsync:list") if request.POST.get("keep") else back,
        "keep": back,
    }


def _held(request: HttpRequest) -> list[int]:
    held = StoredEmail.objects.of(member_of(request)).filter(pk__in=chosen_ids(request), state=State.HELD)
    return list(held.order_by().values_list("pk", flat=True))


def _offer_undo(request: HttpRequest, text: str, name: str, ids: Sequence[int]) -> None:
    offer_undo(request, text=text, url=reverse(name), ids=ids, back=back_of(request))

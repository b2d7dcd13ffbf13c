"""Handing e-mails over that Flux did not recognise: shown as they would leave, sent only by the member's click.

The words that a member types to be blanked are as private as the mail. In the address of a preview they stand
encrypted, so that no log and no history of a browser holds them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from accounts.access import member_of
from common.encryption import SecretUnreadable, decrypt, encrypt
from emailsync.choosing import back_of, chosen_ids, mails_words
from emailsync.detection.forms import HandOverForm
from emailsync.detection.models import HELD, Says
from emailsync.detection.queries import held_copy
from emailsync.detection.redacting import person_of, redact_mails
from emailsync.detection.services import hand_over, withdraw_submissions
from emailsync.detection.words import blanked_words, refusal_words
from emailsync.mail_views import framed, framed_words
from emailsync.models import NOT_RECOGNISED, StoredEmail
from parsers.engine.redaction import Redacted

MOST_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Offered:
    """One mail on the page that asks: what was blanked, or why it cannot be handed over. preview: where it is shown."""

    mail: StoredEmail
    title: str
    blanked: list[str]
    refusal: str
    preview: str
    frame: str


@require_POST
def hand_over_orders(request: HttpRequest) -> HttpResponse:
    """Show the chosen e-mails as they would be handed over as orders, and hand them over once that is confirmed."""
    return _hand_over(request, Says.ORDER)


@require_POST
def hand_over_parcels(request: HttpRequest) -> HttpResponse:
    """Show the chosen e-mails as they would be handed over as parcels, and hand them over once that is confirmed."""
    return _hand_over(request, Says.PARCEL)


@require_POST
def withdraw(request: HttpRequest) -> HttpResponse:
    """Take the chosen e-mails back from the admins."""
    count = withdraw_submissions(member=member_of(request), email_ids=chosen_ids(request))
    if count:
        messages.success(request, f"Withdrew {mails_words(count)}. The redacted copy is deleted.")
    return redirect(back_of(request))


@require_safe
def preview(request: HttpRequest, sha256: str) -> HttpResponse:
    """One e-mail before and after: as the admins have it, or as it would be handed over."""
    mail = _mail(request, sha256)
    submission = held_copy(mail)
    if submission is not None:
        context: dict[str, Any] = {"blanked": blanked_words(submission.blanked), "submission": submission}
    else:
        found = _redact(request, [mail], _words_in_address(request))[mail.pk]
        context = {"blanked": blanked_words(found.blanked), "refusal": refusal_words(found.refused)}
    frame = reverse("emailsync:redacted", args=[sha256]) + _query(request.GET.get("w", ""))
    return render(request, "emailsync/preview.html", {"mail": mail, "frame": frame, **context})


@require_safe
def redacted(request: HttpRequest, sha256: str) -> HttpResponse:
    """The redacted message by itself, made harmless, for its frame: what the admins have, or would get."""
    mail = _mail(request, sha256)
    submission = held_copy(mail)
    if submission is not None:
        try:
            return framed(request, submission.raw_bytes)
        except SecretUnreadable:
            return framed_words(request, "The redacted copy cannot be decrypted any more. Withdraw it to delete it.")
    found = _redact(request, [mail], _words_in_address(request))[mail.pk]
    return framed_words(request, refusal_words(found.refused)) if found.refused else framed(request, found.raw)


def _hand_over(request: HttpRequest, says: Says) -> HttpResponse:
    mails, handed, more = _offered(request)
    if not mails:
        messages.error(request, _why_none(handed))
        return redirect(back_of(request))
    step = request.POST.get("step", "")
    form = HandOverForm(request.POST if step else None, sending=step == "send")
    words: list[str] = form.cleaned_data["words"] if form.is_bound and form.is_valid() else []
    if form.is_bound and not form.is_valid():
        words = form.cleaned_data.get("words", [])
    found = _redact(request, mails, words)
    if step == "send" and form.is_valid():
        count = hand_over(member=member_of(request), redacted=found, says=says, note=form.cleaned_data["note"])
        messages.success(request, f"Handed over {mails_words(count)}. You can withdraw it on the e-mail’s page.")
        return redirect(back_of(request))
    context = {
        "form": form,
        "says": says,
        "offered": [_offer(mail, found[mail.pk], words) for mail in mails],
        "sendable": sum(not one.refused for one in found.values()),
        "handed": handed,
        "more": more,
        "one": mails[0] if len(mails) == 1 else None,
        "action": reverse(f"emailsync:submit-{says.value}"),
        "back": back_of(request),
        "applied": bool(words),
    }
    return render(request, "emailsync/hand_over.html", context, status=422 if form.is_bound and form.errors else 200)


def _offered(request: HttpRequest) -> tuple[list[StoredEmail], int, int]:
    """(the chosen mails that can be handed over, at most twenty; how many were before; how many are too many)."""
    chosen = StoredEmail.objects.of(member_of(request)).filter(pk__in=chosen_ids(request), raw__isnull=False)
    held = chosen.filter(submission__state__in=HELD)
    free = chosen.filter(state__in=NOT_RECOGNISED).exclude(submission__state__in=HELD)
    mails = list(free.defer("extraction").order_by("-sent_at", "-pk")[:MOST_AT_ONCE])
    return mails, held.count(), max(0, free.count() - len(mails))


def _why_none(handed: int) -> str:
    if handed:
        return "These e-mails were handed over already. They can be withdrawn on their pages."
    return "Only e-mails that Flux did not recognise, or found incomplete, can be handed over."


def _redact(request: HttpRequest, mails: Sequence[StoredEmail], words: Sequence[str]) -> dict[int, Redacted]:
    found = redact_mails([mail.raw_bytes for mail in mails], person=person_of(member_of(request)), typed=list(words))
    return {mail.pk: one for mail, one in zip(mails, found, strict=True)}


def _offer(mail: StoredEmail, found: Redacted, words: Sequence[str]) -> Offered:
    query = _query(encrypt(json.dumps(words)) if words else "")
    return Offered(
        mail=mail,
        title=mail.subject or "No subject",
        blanked=blanked_words(found.blanked),
        refusal=refusal_words(found.refused),
        preview=reverse("emailsync:preview", args=[mail.sha256]) + query,
        frame=reverse("emailsync:redacted", args=[mail.sha256]) + query,
    )


def _query(token: str) -> str:
    return f"?{urlencode({'w': token})}" if token else ""


def _words_in_address(request: HttpRequest) -> list[str]:
    token = request.GET.get("w", "")
    if not token:
        return []
    try:
        return [str(word) for word in json.loads(decrypt(token))]
    except (SecretUnreadable, ValueError) as error:
        raise Http404 from error


def _mail(request: HttpRequest, sha256: str) -> StoredEmail:
    mine = StoredEmail.objects.of(member_of(request)).filter(raw__isnull=False)
    return get_object_or_404(mine, sha256=sha256)

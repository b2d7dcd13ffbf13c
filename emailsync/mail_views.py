"""The page of one e-mail, the message in its frame, and its original bytes. Another member's e-mail is a 404."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts.access import member_of
from emailsync.detail import mail_page
from emailsync.models import State, StoredEmail
from emailsync.sandbox.parent import Unreadable
from emailsync.showing import show_mail
from emailsync.words import Words, reason_words

# The message is a stranger's document: nothing in it loads, runs, sends or leads anywhere, even opened by itself.
_MESSAGE_POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'; sandbox"
)
_NO_PAGE = "default-src 'none'; frame-ancestors 'none'; sandbox"


@require_safe
def detail(request: HttpRequest, sha256: str) -> HttpResponse:
    """One e-mail: what became of it and why, what it says, and the message with its read words marked."""
    return render(request, "emailsync/email_detail.html", mail_page(request, _mail(request, sha256)))


@require_safe
def head(request: HttpRequest, email_id: int) -> HttpResponse:
    """The page of an e-mail of which only the head was fetched; of others it leads to their page."""
    mail = get_object_or_404(StoredEmail.objects.of(member_of(request)), pk=email_id)
    if mail.sha256:
        return redirect("emailsync:detail", mail.sha256)
    return render(request, "emailsync/email_detail.html", mail_page(request, mail))


@require_safe
def message(request: HttpRequest, sha256: str) -> HttpResponse:
    """The message by itself, made harmless, for the frame on the e-mail's page."""
    return framed(request, _mail(request, sha256).raw_bytes)


@require_safe
def original(request: HttpRequest, sha256: str) -> HttpResponseBase:
    """The bytes as they came, as a download that no browser opens as a page."""
    return as_download(_mail(request, sha256).raw_bytes, sha256[:12])


def framed(request: HttpRequest, raw: bytes) -> HttpResponse:
    """A message as a document of its own, in which nothing loads, runs or leads anywhere."""
    try:
        return _in_frame(request, {"shown": show_mail(raw)})
    except Unreadable as error:
        return _in_frame(request, {"unreadable": reason_words(State.FAILED, error.reason)})


def framed_words(request: HttpRequest, words: str) -> HttpResponse:
    """A sentence where a message would stand."""
    return _in_frame(request, {"unreadable": Words(words)})


def _in_frame(request: HttpRequest, context: dict[str, object]) -> HttpResponse:
    response = render(request, "emailsync/message.html", context)
    response["Content-Security-Policy"] = _MESSAGE_POLICY
    return _private(response)


def as_download(raw: bytes, name: str) -> HttpResponse:
    """The bytes of a message, which no browser opens as a page."""
    response = HttpResponse(raw, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{name}.eml"'
    response["Content-Security-Policy"] = _NO_PAGE
    return _private(response)


def _private(response: HttpResponse) -> HttpResponse:
    response["X-Content-Type-Options"] = "nosniff"
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "private, no-store"
    return response


def _mail(request: HttpRequest, sha256: str) -> StoredEmail:
    return get_object_or_404(StoredEmail.objects.of(member_of(request)), sha256=sha256)

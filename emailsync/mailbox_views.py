"""A member's mailboxes among the settings. Another member's mailbox is a 404."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import member_of
from common.htmx import wants_fragment
from emailsync.by_hand import scan_by_hand
from emailsync.connection import Verdict, test_connection
from emailsync.forms import ConnectedMailboxForm, FoldersForm, MailboxForm, ScanForm, form_of
from emailsync.health import health_of, provider_of
from emailsync.models import Mailbox, SignIn
from emailsync.oauth.buttons import connect_button, new_button
from emailsync.presets import OTHER, PRESETS, Preset
from emailsync.queries import mail_counts, mailboxes_of, next_recovery
from emailsync.rhythm import rhythm_of
from emailsync.rows import mailbox_cards
from emailsync.services import (
    add_mailbox,
    authserv_id_seen,
    change_mailbox,
    choose_folders,
    remove_mailbox,
    request_scan,
)


@require_safe
def mailboxes(request: HttpRequest) -> HttpResponse:
    """Every mailbox with its health, its numbers and its newest scans."""
    member = member_of(request)
    cards = mailbox_cards(mailboxes_of(member), mail_counts(member), next_recovery())
    return render(request, "emailsync/mailboxes.html", {"cards": cards, "scan_form": ScanForm()})


@require_safe
def health(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of a mailbox's card that changes while it is scanned."""
    mailbox: Any = get_object_or_404(mailboxes_of(member_of(request)), pk=pk)
    found = health_of(mailbox, mailbox.recent_scans, needs_password=mailbox.needs_password)
    context = {"mailbox": mailbox, "health": found, "rhythm": rhythm_of(mailbox, next_recovery())}
    return render(request, "emailsync/_mailbox_health.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Connect a mailbox; its first scan starts at once."""
    member, preset = member_of(request), _preset(request)
    if request.method != "POST":
        return _form(request, MailboxForm(member=member, preset=preset), preset=preset)
    form = MailboxForm(request.POST, member=member, preset=preset)
    if not form.is_valid():
        return _form(request, form, preset=preset, status=422)
    mailbox = add_mailbox(member=member, **form.values())
    messages.success(request, f"{mailbox.name} is connected. Its first scan starts now.")
    return redirect("emailsync:mailboxes")


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what was typed of a mailbox."""
    mailbox = _mailbox(request, pk)
    if request.method != "POST":
        return _form(request, form_of(mailbox, member=member_of(request)))
    form = form_of(_mailbox(request, pk), request.POST, member=member_of(request))
    if not form.is_valid():
        return _form(request, form, status=422)
    change_mailbox(mailbox=mailbox, **form.values())
    messages.success(request, f"{mailbox.name} is saved.")
    return redirect("emailsync:mailboxes")


@require_POST
def test_new(request: HttpRequest) -> HttpResponse:
    """Whether a mailbox works as typed; nothing is saved."""
    return _test(request, MailboxForm(request.POST, member=member_of(request), preset=_preset(request)))


@require_POST
def test_known(request: HttpRequest, pk: int) -> HttpResponse:
    """Whether a known mailbox works as typed, with its stored password where none is typed; nothing is saved."""
    return _test(request, form_of(_mailbox(request, pk), request.POST, member=member_of(request)))


@require_http_methods(["GET", "HEAD", "POST"])
def folders(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose which folders are read."""
    mailbox = _mailbox(request, pk)
    form = FoldersForm(request.POST if request.method == "POST" else None, mailbox=mailbox)
    if form.is_valid():
        data = form.cleaned_data
        choose_folders(mailbox=mailbox, folder_ids=data["watched"], primary_folder=data["primary"])
        request_scan(mailbox_id=mailbox.pk)
        messages.success(request, f"{mailbox.name} is read in {len(data['watched'])} folders.")
        return redirect("emailsync:mailboxes")
    missing = [folder for folder in mailbox.folders.all() if folder.watched and folder.missing_since]
    context = {"mailbox": mailbox, "form": form, "missing": missing}
    return render(request, "emailsync/folders.html", context, status=422 if form.is_bound else 200)


@require_POST
def scan(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a mailbox scanned now, as far back as chosen."""
    mailbox, form = _mailbox(request, pk), ScanForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose how far back the scan looks: from one hour to seven days.")
    else:
        scan_by_hand(request, mailbox, form.lookback)
    return redirect("emailsync:mailboxes")


@require_POST
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Fetch nothing from a mailbox until it is resumed."""
    mailbox = _mailbox(request, pk)
    change_mailbox(mailbox=mailbox, enabled=False)
    messages.success(request, f"{mailbox.name} is paused.")
    return redirect("emailsync:mailboxes")


@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Fetch from a paused mailbox again; one that was made from a list is asked for its password first."""
    mailbox: Any = get_object_or_404(mailboxes_of(member_of(request)), pk=pk)
    if mailbox.needs_password:
        messages.error(request, f"{mailbox.name} has no password yet. Enter it, and it is read.")
        return redirect("emailsync:mailbox", pk=pk)
    change_mailbox(mailbox=mailbox, enabled=True)
    messages.success(request, f"{mailbox.name} is read again.")
    return redirect("emailsync:mailboxes")


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether a mailbox shall be forgotten, then forget it; its mail stays."""
    mailbox = _mailbox(request, pk)
    if request.POST.get("confirmed") != "1":
        stored = mail_counts(member_of(request)).get(mailbox.pk)
        return render(request, "emailsync/remove.html", {"mailbox": mailbox, "counts": stored})
    remove_mailbox(mailbox=mailbox)
    messages.success(request, f"{mailbox.name} is removed. Its e-mails stay.")
    return redirect("emailsync:mailboxes")


def _test(request: HttpRequest, form: MailboxForm | ConnectedMailboxForm) -> HttpResponse:
    verdict = test_connection(**form.account) if form.is_valid() else None
    if wants_fragment(request):
        return render(request, "emailsync/_verdict.html", {"verdict": verdict, "form": form})
    return _form(request, form, preset=_preset(request), verdict=verdict)


def _form(
    request: HttpRequest,
    form: MailboxForm | ConnectedMailboxForm,
    *,
    preset: Preset = OTHER,
    verdict: Verdict | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "verdict": verdict, "presets": PRESETS, "preset": preset}
    if form.known:
        mailbox = _mailbox(request, form.instance.pk)
        advice = provider_of(mailbox)
        context |= {
            "mailbox": mailbox,
            "test_url": reverse("emailsync:mailbox-test-known", args=[mailbox.pk]),
            "connect": connect_button(mailbox),
            "advice": advice.password_advice if advice and mailbox.sign_in == SignIn.PASSWORD else "",
            "suggested": "" if mailbox.authserv_id else authserv_id_seen(mailbox),
        }
    else:
        context |= {
            "test_url": reverse("emailsync:mailbox-test"),
            "connect": new_button(preset),
            "advice": preset.advice if preset.passwords or not preset.usable else "",
        }
    return render(request, "emailsync/mailbox_form.html", context, status=status)


def _preset(request: HttpRequest) -> Preset:
    key = request.POST.get("preset") or request.GET.get("preset", "")
    return next((preset for preset in PRESETS if preset.key == key), OTHER)


def _mailbox(request: HttpRequest, pk: int) -> Mailbox:
    return get_object_or_404(Mailbox.objects.of(member_of(request)).prefetch_related("folders"), pk=pk)

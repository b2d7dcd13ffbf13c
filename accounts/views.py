"""Getting in (the first admin, one-time links) and a member's own settings."""

from __future__ import annotations

from typing import Any

from allauth.account.views import LoginView
from django.contrib import messages
from django.contrib.auth import login, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import member_of
from accounts.exceptions import LinkUnusable, SetupDone
from accounts.forms import ChangePasswordForm, FirstAdminForm, FirstPasswordForm, ProfileForm
from accounts.guessing import guess_locale
from accounts.models import Theme, User, validate_time_zone
from accounts.notices import mark_seen
from accounts.queries import notice_list
from accounts.services import create_first_admin, setup_open, use_sign_in_link
from common.requests import safe_next

_BACKEND = "django.contrib.auth.backends.ModelBackend"


@login_not_required
@require_http_methods(["GET", "POST"])
def setup(request: HttpRequest) -> HttpResponse:
    """Let the first visitor of a new Flux become its admin; afterwards this page only leads to sign-in."""
    if not setup_open():
        return redirect("account_login")
    form = FirstAdminForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        guess_locale(form.instance, request.headers.get("Accept-Language", ""))
        try:
            user = create_first_admin(user=form.instance, password=form.cleaned_data["password1"])
        except SetupDone as error:
            messages.error(request, str(error))
            return redirect("account_login")
        login(request, user, backend=_BACKEND)
        return redirect("home")
    return render(request, "accounts/setup.html", {"form": form})


class SignInView(LoginView):
    """allauth's sign-in; on a Flux that nobody can administer yet it leads to making the first account."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if setup_open() and not User.objects.exists():
            return redirect("accounts:setup")
        answer: HttpResponse = super().get(request, *args, **kwargs)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"setup_open": setup_open()}


sign_in = SignInView.as_view()


@login_not_required
@require_http_methods(["GET", "POST"])
def sign_in_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show a button (GET), so that link previews do not spend the link; sign in and spend it (POST)."""
    if request.method == "GET":
        return render(request, "accounts/sign_in_link.html", {"token": token})
    try:
        user = use_sign_in_link(token=token)
    except LinkUnusable as error:
        messages.error(request, str(error))
        return redirect("account_login")
    login(request, user, backend=_BACKEND)
    return redirect("home")


@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """A member's name, zone, locale, currency and theme."""
    form = ProfileForm(request.POST or None, instance=member_of(request))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Profile saved.")
        return redirect("accounts:profile")
    # An invalid form has already written to its instance; the frame of the page shows what is stored.
    member_of(request).refresh_from_db()
    return render(request, "accounts/profile.html", {"form": form})


@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change the password, or set the first one after a one-time link. Other devices are signed out."""
    form_class = ChangePasswordForm if member_of(request).has_usable_password() else FirstPasswordForm
    form = form_class(member_of(request), request.POST or None)
    if request.method == "POST" and form.is_valid():
        update_session_auth_hash(request, form.save())
        messages.success(request, "Password saved. Other devices are signed out.")
        return redirect("accounts:password")
    return render(request, "accounts/password.html", {"form": form})


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """What the member was told, newest first. What this page shows as new is seen from then on."""
    member = member_of(request)
    listing = notice_list(member, request.GET)
    # The rows are read before they are marked, so that this once they show as new while the bell counts the rest.
    new = [notice.pk for notice in listing.rows if notice.seen_at is None]
    if new and request.method == "GET":
        mark_seen(member_id=member.pk, notice_ids=new)
    return render(request, "accounts/notices.html", {"listing": listing, "new": len(new)})


@require_POST
def notices_seen(request: HttpRequest) -> HttpResponse:
    """Mark everything that the member was told as seen."""
    if mark_seen(member_id=member_of(request).pk):
        messages.success(request, "Every notification is marked as seen.")
    return redirect("accounts:notices")


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Choose light, dark or as the device."""
    chosen = request.POST.get("theme", "")
    if chosen not in Theme.values:
        return HttpResponseBadRequest("No such theme.")
    User.objects.filter(pk=member_of(request).pk).update(theme=chosen)
    return redirect(safe_next(request))


@require_POST
def time_zone(request: HttpRequest) -> HttpResponse:
    """Take over the time zone that the browser names."""
    zone = request.POST.get("time_zone", "")
    try:
        validate_time_zone(zone)
    except ValidationError:
        return HttpResponseBadRequest("No such time zone.")
    User.objects.filter(pk=member_of(request).pk).update(time_zone=zone)
    return redirect(safe_next(request))

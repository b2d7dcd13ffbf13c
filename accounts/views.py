"""Getting in: the first admin, one-time links."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.exceptions import LinkUnusable, SetupDone
from accounts.forms import FirstAdminForm
from accounts.services import create_first_admin, setup_open, use_sign_in_link

_BACKEND = "django.contrib.auth.backends.ModelBackend"


@login_not_required
@require_http_methods(["GET", "POST"])
def setup(request: HttpRequest) -> HttpResponse:
    """Let the first visitor of a new Flux become its admin; afterwards this page only leads to sign-in."""
    if not setup_open():
        return redirect("account_login")
    form = FirstAdminForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = create_first_admin(user=form.instance, password=form.cleaned_data["password1"])
        except SetupDone as error:
            messages.error(request, str(error))
            return redirect("account_login")
        login(request, user, backend=_BACKEND)
        return redirect("home")
    return render(request, "accounts/setup.html", {"form": form})


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

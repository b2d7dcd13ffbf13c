"""The way into the demo from an empty Flux."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from flux.demo.service import DemoNameTaken, load_demo


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Make the demo member and go on as them. Only admins may: it ends their session and adds an account."""
    if not request.user.is_superuser:
        raise PermissionDenied
    try:
        member = load_demo()
    except DemoNameTaken as error:
        messages.error(request, str(error))
        return redirect("home")
    login(request, member, backend="django.contrib.auth.backends.ModelBackend")
    return redirect("home")

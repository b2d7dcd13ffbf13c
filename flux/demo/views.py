"""The way into the demo from an empty Flux."""

from __future__ import annotations

from django.contrib.auth import login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from flux.demo.service import load_demo


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Make the demo member and go on as them. Only admins may: it ends their session and adds an account."""
    if not request.user.is_superuser:
        raise PermissionDenied
    login(request, load_demo(), backend="django.contrib.auth.backends.ModelBackend")
    return redirect("home")

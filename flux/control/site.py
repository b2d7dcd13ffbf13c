"""The admin site: its own content policy, sign-in where members sign in, and nothing to see for who is not staff."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from allauth.account.decorators import secure_admin_login
from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from unfold.sites import UnfoldAdminSite

from flux.control.centre import centre_for

View = Callable[..., Any]


class FluxAdminSite(UnfoldAdminSite):
    """Unfold's site under Flux's rules."""

    index_title = "Control centre"

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """As Django's, with the policy that the theme needs; members who are not staff find no page here."""
        inner = csp_replace(settings.ADMIN_CONTENT_SECURITY_POLICY)(super().admin_view(view, cacheable))

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            self._hide_from_members(request)
            return inner(request, *args, **kwargs)

        return update_wrapper(guarded, inner)

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Lead to the sign-in that counts wrong passwords; there is no second one here."""
        self._hide_from_members(request)
        return _signed_in(request)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The control centre."""
        return super().index(request, {"centre": centre_for(request), **(extra_context or {})})

    def _hide_from_members(self, request: HttpRequest) -> None:
        if request.user.is_authenticated and not self.has_permission(request):
            raise Http404


@secure_admin_login
def _signed_in(request: HttpRequest) -> HttpResponse:
    return redirect("admin:index")


def theme(request: HttpRequest) -> str | None:
    """The member's own choice of light or dark; None leaves it to the device."""
    chosen = getattr(request.user, "theme", "")
    return chosen if chosen in ("light", "dark") else None

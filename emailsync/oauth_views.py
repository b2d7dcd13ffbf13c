"""Out to the provider that a mailbox signs in at, and back.

The way out is a link, not a form: a form's answer may only lead to our own pages (`form-action`), and where a provider
sends people on to sign in, such as their employer's page, cannot be listed. It changes nothing but the session, and
nothing happens before the member agrees at the provider.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.access import member_of
from emailsync.models import Mailbox
from emailsync.oauth.flow import NotConnected, begin, finish
from emailsync.oauth.providers import Provider, offered
from emailsync.oauth.services import connect
from emailsync.presets import preset_at


@require_GET
@never_cache
def connect_new(request: HttpRequest, key: str) -> HttpResponse:
    """Go to the provider to connect whichever account signs in there."""
    return redirect(begin(request.session, _offered(key), redirect_uri=_redirect_uri(request, key)))


@require_GET
@never_cache
def connect_known(request: HttpRequest, pk: int) -> HttpResponse:
    """Go to the provider to connect a known mailbox anew; its folders and mail stay."""
    mailbox = get_object_or_404(Mailbox.objects.of(member_of(request)), pk=pk)
    found = _offered(preset_at(mailbox.host).provider)
    target = begin(
        request.session,
        found,
        redirect_uri=_redirect_uri(request, found.key),
        mailbox_id=mailbox.pk,
        address=mailbox.username,
    )
    return redirect(target)


@require_GET
@never_cache
def callback(request: HttpRequest, key: str) -> HttpResponse:
    """Come back from the provider. What is wrong is said in a message; what the provider wrote is never shown."""
    found = _offered(key)
    try:
        allowed = finish(request.session, found, request.GET.dict(), redirect_uri=_redirect_uri(request, key))
        mailbox = connect(member=member_of(request), provider=found, allowed=allowed)
    except NotConnected as refusal:
        messages.error(request, str(refusal))
    else:
        scan = "It is scanned now." if mailbox.enabled else "It is paused; resume it to have it read."
        messages.success(request, f"{mailbox.name} is connected with {found.name}. {scan}")
    return redirect("emailsync:mailboxes")


def _offered(key: str) -> Provider:
    found = offered(key)
    if found is None:
        raise Http404
    return found


def _redirect_uri(request: HttpRequest, key: str) -> str:
    """Where the provider sends the member back to: the address that they use, as the session is kept there."""
    return request.build_absolute_uri(reverse(f"emailsync:callback-{key}"))

"""The token endpoint of a provider: a code becomes tokens (RFC 6749 4.1.3), a refresh token new ones (section 6)."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from common.http import ServiceUnavailable, post_form
from emailsync.oauth.providers import Provider

_USUAL_LIFETIME = timedelta(hours=1)
_LONGEST_LIFETIME = timedelta(days=1)
# The member has to come back (RFC 6749 5.2; the others are OpenID Connect's, which Microsoft answers with).
_MEMBER = {"invalid_grant", "interaction_required", "consent_required", "login_required"}
_PASSING = {"temporarily_unavailable", "server_error", "slow_down"}

log = logging.getLogger(__name__)


class GrantRefused(Exception):
    """The code or refresh token is not (or no longer) good: the member has to sign in at the provider again."""


class RegistrationRefused(Exception):
    """The provider does not accept this Flux, or its request: a matter for whoever runs it."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the endpoint gave. `refresh` is "" where the one that was used stays good."""

    access: str = field(repr=False)
    expires_at: datetime
    refresh: str = field(repr=False)
    scopes: frozenset[str] | None
    """Lower case; None: as asked for (RFC 6749 5.1)."""
    id_token: str = field(repr=False)


def exchange(provider: Provider, *, code: str, verifier: str, redirect_uri: str) -> Tokens:
    """Tokens for an authorisation code. Raises GrantRefused, RegistrationRefused or ServiceUnavailable."""
    fields = {"code": code, "code_verifier": verifier, "redirect_uri": redirect_uri}
    return _ask(provider, "authorization_code", fields)


def refresh(provider: Provider, *, refresh_token: str) -> Tokens:
    """New tokens for a refresh token. Raises GrantRefused, RegistrationRefused or ServiceUnavailable."""
    return _ask(provider, "refresh_token", {"refresh_token": refresh_token})


def _ask(provider: Provider, grant_type: str, fields: dict[str, str]) -> Tokens:
    if not provider.configured:
        raise RegistrationRefused(f"This Flux is not registered with {provider.name}.")
    client = {"client_id": provider.client_id, "client_secret": provider.client_secret}
    answer = post_form(provider.token_url, {"grant_type": grant_type, **fields, **client})
    if answer.status == 200:
        return _tokens(answer.json())
    if answer.status == 429 or answer.status >= 500:
        raise ServiceUnavailable(f"{provider.name} answered with {answer.status}.")
    raise _refusal(provider, str(answer.json().get("error", ""))[:40])


def _refusal(provider: Provider, error: str) -> Exception:
    if error in _MEMBER:
        return GrantRefused(f"{provider.name} refused the grant.")
    if error in _PASSING:
        return ServiceUnavailable(f"{provider.name} is not available.")
    log.error("%s refuses this Flux's registration or request: %r", provider.name, error)
    return RegistrationRefused(f"{provider.name} refused the request.")


def _tokens(found: dict[str, Any]) -> Tokens:
    access, refresh_token, id_token = (found.get(name, "") for name in ("access_token", "refresh_token", "id_token"))
    if not all(isinstance(text, str) for text in (access, refresh_token, id_token)) or not access:
        raise ServiceUnavailable("The answer holds no token.")
    if str(found.get("token_type", "")).lower() != "bearer":
        raise ServiceUnavailable("The answer holds a token of another type.")
    scope = found.get("scope")
    scopes = frozenset(scope.lower().split()) if isinstance(scope, str) else None
    return Tokens(access, timezone.now() + _lifetime(found.get("expires_in")), refresh_token, scopes, id_token)


def _lifetime(seconds: Any) -> timedelta:
    try:
        return min(timedelta(seconds=max(int(seconds), 0)), _LONGEST_LIFETIME)
    except (TypeError, ValueError, OverflowError):
        return _USUAL_LIFETIME

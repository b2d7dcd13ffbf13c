"""A member's way to the provider and back: the authorization code grant with PKCE (RFC 6749 4.1, RFC 7636).

What was begun is kept in the session of who began it, under a `state` that nobody else knows and that serves once. So
what comes back belongs to the member who is signed in, and to the mailbox that they set out from.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
import time
from collections.abc import Mapping, MutableMapping
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.utils.crypto import constant_time_compare

from common.http import ServiceUnavailable
from emailsync.oauth.endpoint import GrantRefused, RegistrationRefused, Tokens, exchange
from emailsync.oauth.providers import Provider

_SESSION_KEY = "emailsync.oauth"
_MINUTES = 15
_NOT_BEGUN = "This sign-in was not begun here, or was used already. Begin it again."
_ADDRESS = re.compile(r"[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f]{1,253}")


@dataclass(frozen=True, slots=True)
class Begun:
    """A way that a member set out on."""

    provider: str
    state: str = field(repr=False)
    verifier: str = field(repr=False)
    mailbox_id: int | None
    """The mailbox to be connected anew; None for whichever account signs in."""
    at: float


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the member brought back."""

    address: str
    """The account that signed in, as its IMAP server knows it."""
    tokens: Tokens
    mailbox_id: int | None


class NotConnected(Exception):
    """The member came back without access. `str()` is the sentence for them, without a word of the provider's."""


def begin(
    session: MutableMapping[str, Any],
    provider: Provider,
    *,
    redirect_uri: str,
    mailbox_id: int | None = None,
    address: str = "",
) -> str:
    """The provider's address to send the member to. `address`: the account that is meant, if there is one."""
    begun = Begun(provider.key, secrets.token_urlsafe(32), secrets.token_urlsafe(48), mailbox_id, time.time())
    session[_SESSION_KEY] = asdict(begun)
    digest = hashlib.sha256(begun.verifier.encode("ascii")).digest()
    parameters = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": redirect_uri,
        "scope": " ".join((*provider.scopes, provider.mail_scope)),
        "state": begun.state,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii"),
        "code_challenge_method": "S256",
        **dict(provider.extra),
        **({"login_hint": address} if address else {}),
    }
    return f"{provider.authorise_url}?{urlencode(parameters)}"


def finish(
    session: MutableMapping[str, Any], provider: Provider, answer: Mapping[str, str], *, redirect_uri: str
) -> Allowed:
    """Tokens for what the provider sent the member back with. Raises NotConnected."""
    begun = _taken(session, provider, answer.get("state", ""))
    if answer.get("error") == "access_denied":
        raise NotConnected(f"You did not allow access at {provider.name}, so nothing was changed.")
    if answer.get("error") or not answer.get("code"):
        raise NotConnected(f"{provider.name} did not complete the sign-in. Try again.")
    try:
        tokens = exchange(provider, code=answer["code"], verifier=begun.verifier, redirect_uri=redirect_uri)
    except GrantRefused as error:
        raise NotConnected(f"{provider.name} did not complete the sign-in. Try again.") from error
    except RegistrationRefused as error:
        raise NotConnected(
            f"{provider.name} does not accept this Flux. Whoever runs it has to check its client ID and secret."
        ) from error
    except ServiceUnavailable as error:
        raise NotConnected(f"{provider.name} does not answer at the moment. Try again in a few minutes.") from error
    return _checked(provider, tokens, begun.mailbox_id)


def _taken(session: MutableMapping[str, Any], provider: Provider, state: str) -> Begun:
    """What was begun under this state, which is gone then. An answer that was forged takes nothing away."""
    stored = session.get(_SESSION_KEY)
    begun = Begun(**stored) if stored else None
    if begun is None or begun.provider != provider.key or not constant_time_compare(begun.state, state):
        raise NotConnected(_NOT_BEGUN)
    del session[_SESSION_KEY]
    # Two answers that come at once both find it in the session; only one of them may use the code.
    if not cache.add(f"{_SESSION_KEY}:{begun.state}", 1, _MINUTES * 60):
        raise NotConnected(_NOT_BEGUN)
    if time.time() - begun.at > _MINUTES * 60:
        raise NotConnected("This sign-in took too long. Begin it again.")
    return begun


def _checked(provider: Provider, tokens: Tokens, mailbox_id: int | None) -> Allowed:
    if not provider.may_read_mail(tokens.scopes):
        raise NotConnected(f"Access to mail was not ticked at {provider.name}. Try again and tick it.")
    address = _address(provider, tokens.id_token)
    if not address or not tokens.refresh:
        raise NotConnected(f"{provider.name} did not say which account signed in, or not for how long. Try again.")
    return Allowed(address, tokens, mailbox_id)


def _address(provider: Provider, id_token: str) -> str:
    """The account's address by an ID token that came from the token endpoint itself; "" if it names none.

    TLS vouches for it in place of its signature (OpenID Connect Core 3.1.3.7, 6). It is a user name for the mail
    server, which checks it against the token: it gives nobody access to anything.
    """
    claims = _claims(id_token)
    audience = claims.get("aud")
    if provider.client_id not in (audience if isinstance(audience, list) else [audience]):
        return ""
    named = [claims.get(name) for name in provider.address_claims]
    return next((one for one in named if isinstance(one, str) and _ADDRESS.fullmatch(one)), "")


def _claims(id_token: str) -> dict[str, Any]:
    """The claims of a JSON Web Token (RFC 7519 3); empty if it is none."""
    payload = f"{id_token}..".split(".")[1]
    try:
        found = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}

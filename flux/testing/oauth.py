"""An authorisation server for tests, held to RFC 6749 and 7636, with the introspection (RFC 7662) that Dovecot asks.

A code serves once and only with the redirect address and verifier that it was given for; with `rotates`, a refresh
token serves once, too, and its second use ends the whole grant, as RFC 9700 4.14.2 has it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

CLIENT_ID = "flux-client"
CLIENT_SECRET = "client-secret-of-the-marsh"


@dataclass
class Grant:
    """What one person allowed one time."""

    address: str
    scope: str
    challenge: str = ""
    redirect_uri: str = ""
    ended: bool = False


@dataclass
class AuthorisationServer:
    """Who signs in, and how it behaves, is set on it; what it was asked stands in `asked`."""

    url: str = ""
    address: str = "mara@gmail.com"
    rotates: bool = True
    lifetime: int = 3600
    declines: bool = False
    unticked: str = ""
    """A scope that the person does not grant."""
    outage: tuple[int, bytes] | None = None
    """Status and body of every answer of the token endpoint, instead of its own."""
    before_answer: Any = None
    """Called before the token endpoint answers, in the server's thread."""
    asked: list[dict[str, str]] = field(default_factory=list)
    codes: dict[str, Grant] = field(default_factory=dict)
    refresh_tokens: dict[str, Grant] = field(default_factory=dict)
    access_tokens: dict[str, tuple[Grant, float]] = field(default_factory=dict)
    used: dict[str, Grant] = field(default_factory=dict)
    """Codes and refresh tokens that have served."""
    lock: Any = field(default_factory=threading.RLock)

    def endpoints(self) -> tuple[str, str]:
        return f"{self.url}/authorise", f"{self.url}/token"

    def visit(self, location: str) -> str:
        """Be the person at the provider: sign in and agree, or not. Returns where the browser is sent then."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT_ID
        assert asked["code_challenge_method"] == "S256"
        assert len(asked["state"]) >= 32
        if self.declines:
            back = {"error": "access_denied", "error_description": "words of the provider"}
        else:
            back = {"code": secrets.token_urlsafe(24)}
            scope = " ".join(one for one in asked["scope"].split() if one != self.unticked)
            self.codes[back["code"]] = Grant(self.address, scope, asked["code_challenge"], asked["redirect_uri"])
        return f"{asked['redirect_uri']}?{urlencode(back | {'state': asked['state']})}"

    def revoke(self) -> None:
        """End everything that was granted, as the person can do at the provider."""
        for grant in (*self.refresh_tokens.values(), *(grant for grant, _ in self.access_tokens.values())):
            grant.ended = True

    def expire_access(self) -> None:
        """End all access tokens before their time; refresh tokens stay good."""
        self.access_tokens.clear()

    def refreshes(self) -> int:
        return sum(one["grant_type"] == "refresh_token" for one in self.asked)

    def token(self, asked: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Answer of the token endpoint."""
        with self.lock:
            self.asked.append(asked)
            if (asked.get("client_id"), asked.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
                return 401, {"error": "invalid_client", "error_description": "words of the provider"}
            grant = self._granted(asked)
            if grant is None:
                return 400, {"error": "invalid_grant", "error_description": "words of the provider"}
            return 200, self._tokens(grant, first=asked["grant_type"] == "authorization_code")

    def introspect(self, token: str) -> dict[str, Any]:
        """What a mail server is told of an access token."""
        grant, until = self.access_tokens.get(token, (None, 0.0))
        if grant is None or grant.ended or until < time.time():
            return {"active": False}
        return {"active": True, "username": grant.address, "scope": grant.scope}

    def _granted(self, asked: dict[str, str]) -> Grant | None:
        kind = asked.get("grant_type")
        secret = asked.get("code" if kind == "authorization_code" else "refresh_token", "")
        if secret in self.used:
            self.used[secret].ended = True
            return None
        if kind == "authorization_code":
            grant = self.codes.pop(secret, None)
            digest = hashlib.sha256(asked.get("code_verifier", "").encode()).digest()
            challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            if grant is None or (grant.challenge, grant.redirect_uri) != (challenge, asked.get("redirect_uri")):
                return None
        else:
            grant = self.refresh_tokens.get(secret)
            if grant is None or grant.ended:
                return None
            if not self.rotates:
                return grant
            del self.refresh_tokens[secret]
        self.used[secret] = grant
        return grant

    def _tokens(self, grant: Grant, *, first: bool) -> dict[str, Any]:
        access = f"access-{secrets.token_urlsafe(16)}"
        self.access_tokens[access] = (grant, time.time() + self.lifetime)
        answer: dict[str, Any] = {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": self.lifetime,
            "scope": grant.scope,
        }
        if first or self.rotates:
            answer["refresh_token"] = f"refresh-{secrets.token_urlsafe(16)}"
            self.refresh_tokens[answer["refresh_token"]] = grant
        if first:
            claims = {"aud": CLIENT_ID, "email": grant.address, "preferred_username": grant.address}
            payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
            answer["id_token"] = f"e30.{payload}.unsigned"
        return answer


@contextmanager
def authorisation_server() -> Iterator[AuthorisationServer]:
    """A running server on loopback."""
    server = AuthorisationServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if not self.path.startswith("/authorise?"):
                self._send(404, b"")
                return
            page = f'<title>Provider</title><a href="{escape(server.visit(self.path))}">Continue</a>'
            self._send(200, page.encode(), "text/html")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            asked = {name: values[0] for name, values in parse_qs(body).items()}
            if self.path.startswith("/introspect"):
                self._answer(200, server.introspect(asked.get("token", "")))
                return
            if server.before_answer:
                server.before_answer()
            if server.outage:
                self._send(*server.outage)
                return
            self._answer(*server.token(asked))

        def _answer(self, status: int, found: dict[str, Any]) -> None:
            self._send(status, json.dumps(found).encode())

        def _send(self, status: int, body: bytes, kind: str = "application/json") -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Nothing goes to the terminal."""

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.url = f"http://127.0.0.1:{listener.server_address[1]}"
    thread = threading.Thread(target=listener.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join()


@pytest.fixture
def provider(settings: Any) -> Iterator[AuthorisationServer]:
    """A running authorisation server that stands for Google and for Microsoft, at which this Flux is registered."""
    with authorisation_server() as server:
        settings.FLUX_OAUTH_ENDPOINTS = {"google": server.endpoints(), "microsoft": server.endpoints()}
        settings.FLUX_PLAIN_HTTP_ORIGINS = (server.url,)
        for name in ("GOOGLE", "MICROSOFT"):
            setattr(settings, f"FLUX_{name}_CLIENT_ID", CLIENT_ID)
            setattr(settings, f"FLUX_{name}_CLIENT_SECRET", CLIENT_SECRET)
        yield server

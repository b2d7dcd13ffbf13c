"""Asking other services over HTTP: by TLS only, no redirect followed, no proxy used, and an end to everything.

On `http.client`, which does no more than it is told: it follows no redirect, and reads neither proxies nor passwords
from the environment.
"""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings

SILENCE_SECONDS = 10.0
TOTAL_SECONDS = 20.0
MOST_BYTES = 256 * 1024
_HEADERS = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}


class ServiceUnavailable(Exception):
    """No usable answer: not reached, too slow, too long, or the answer is not what was asked for."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes

    def json(self) -> dict[str, Any]:
        """The object that the body holds. Raises ServiceUnavailable if it holds none."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise ServiceUnavailable("The answer is no JSON.") from error
        if not isinstance(found, dict):
            raise ServiceUnavailable("The answer is no JSON object.")
        return found


def post_form(url: str, fields: Mapping[str, str]) -> Answer:
    """POST fields as a form (application/x-www-form-urlencoded); any status is an answer, a redirect too.

    url: https; http only at an origin of FLUX_PLAIN_HTTP_ORIGINS. Raises ServiceUnavailable.
    """
    parts = urlsplit(url)
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    connection = _connection(parts.scheme, parts.netloc)
    try:
        connection.connect()
        with _ended_after(TOTAL_SECONDS, connection.sock):
            connection.request("POST", path, urlencode(fields).encode("ascii"), _HEADERS)
            response = connection.getresponse()
            body = response.read(MOST_BYTES + 1)
    except (OSError, http.client.HTTPException) as error:
        raise ServiceUnavailable(f"{parts.hostname} did not answer.") from error
    finally:
        connection.close()
    if len(body) > MOST_BYTES:
        raise ServiceUnavailable(f"{parts.hostname} answered with more than {MOST_BYTES} bytes.")
    return Answer(response.status, body)


def _connection(scheme: str, origin: str) -> http.client.HTTPConnection:
    if scheme == "https":
        return http.client.HTTPSConnection(origin, timeout=SILENCE_SECONDS, context=ssl.create_default_context())
    if scheme == "http" and f"http://{origin}" in settings.FLUX_PLAIN_HTTP_ORIGINS:
        return http.client.HTTPConnection(origin, timeout=SILENCE_SECONDS)
    raise ServiceUnavailable("Other services are only spoken to by https.")


@contextmanager
def _ended_after(seconds: float, sock: socket.socket) -> Iterator[None]:
    """Cut the connection if the block takes longer: a time-out of the socket ends only silence, not a trickle."""
    watchdog = threading.Timer(seconds, _cut, [sock])
    watchdog.daemon = True
    watchdog.start()
    try:
        yield
    finally:
        watchdog.cancel()


def _cut(sock: socket.socket) -> None:
    # By the method of the plain socket: that of TLS changes what another thread reads from at this moment.
    with suppress(OSError):
        socket.socket.shutdown(sock, socket.SHUT_RDWR)

"""Other services are asked with an end to everything, against servers that keep no rule."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from common import http
from common.http import ServiceUnavailable, post_form

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@contextmanager
def serving(settings: Any, talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """The address of a server that talks once with whoever comes."""

    def accept(listener: socket.socket) -> None:
        line, _ = listener.accept()
        with line, suppress(OSError):
            talk(line)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
        settings.FLUX_PLAIN_HTTP_ORIGINS = (origin,)
        thread = threading.Thread(target=accept, args=(listener,), daemon=True)
        thread.start()
        yield f"{origin}/token?tenant=1"
        thread.join(30)
        assert not thread.is_alive()


def after_reading(answer: bytes, heard: list[bytes]) -> Callable[[socket.socket], None]:
    def talk(line: socket.socket) -> None:
        reader = line.makefile("rb")
        head = b"".join(iter(reader.readline, b"\r\n"))
        length = int(head.lower().partition(b"content-length:")[2].split()[0])
        heard.append(head + reader.read(length))
        line.sendall(answer)

    return talk


def test_fields_go_as_a_form_and_the_answer_is_read(settings):
    heard: list[bytes] = []
    with serving(settings, after_reading(OK + b"Content-Length: 8\r\n\r\n" + b'{"a": 1}', heard)) as url:
        answer = post_form(url, {"code": "a b&c", "name": "ü"})
    assert (answer.status, answer.json()) == (200, {"a": 1})
    assert heard[0].startswith(b"POST /token?tenant=1 HTTP/1.1\r\n")
    assert b"code=a+b%26c&name=%C3%BC" in heard[0]


def test_a_redirect_is_an_answer_and_not_followed(settings):
    moved = b"HTTP/1.1 307 Moved\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
    with serving(settings, after_reading(moved, [])) as url:
        assert post_form(url, {}).status == 307


def test_a_proxy_of_the_environment_is_not_used(settings, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with serving(settings, after_reading(OK + b"Content-Length: 2\r\n\r\n{}", [])) as url:
        assert post_form(url, {}).json() == {}


def test_a_certificate_of_nobody_known_is_not_trusted(dovecot):
    with pytest.raises(ServiceUnavailable) as caught:
        post_form(f"https://127.0.0.1:{dovecot.tls_port}/", {})
    assert isinstance(caught.value.__cause__, ssl.SSLCertVerificationError)


@pytest.mark.parametrize("url", ["http://127.0.0.1:80/", "ftp://example.org/", "file:///etc/passwd", "example.org", ""])
def test_only_https_is_spoken(url):
    with pytest.raises(ServiceUnavailable, match="https"):
        post_form(url, {})


def test_an_answer_without_end_is_given_up(settings):
    def flood(line: socket.socket) -> None:
        line.sendall(OK + b"\r\n")
        while True:
            line.sendall(b" " * 65536)

    with serving(settings, flood) as url, pytest.raises(ServiceUnavailable, match="more than"):
        post_form(url, {})


def test_a_server_that_says_nothing_is_given_up(settings, monkeypatch):
    monkeypatch.setattr(http, "SILENCE_SECONDS", 0.2)
    with serving(settings, lambda line: wait_for_the_end(line)) as url, pytest.raises(ServiceUnavailable):
        post_form(url, {})


def test_a_server_that_answers_byte_by_byte_is_given_up(settings, monkeypatch):
    monkeypatch.setattr(http, "TOTAL_SECONDS", 0.3)

    def trickle(line: socket.socket) -> None:
        pause = threading.Event()
        while True:
            line.sendall(b"H")
            pause.wait(0.01)

    with serving(settings, trickle) as url, pytest.raises(ServiceUnavailable):
        post_form(url, {})


@pytest.mark.parametrize(
    "answer",
    [b"", b"SSH-2.0\r\n", b"HTTP/1.1 999999 no\r\n\r\n", OK + b"X: " + b"x" * 100_000 + b"\r\n\r\n",
     OK + b"Content-Length: 2\r\n\r\n[]", OK + b"Content-Length: 9\r\n\r\n{", OK + b"\r\n\xff"],
)  # fmt: skip
def test_what_is_no_answer_is_an_outage(settings, answer):
    with serving(settings, after_reading(answer, [])) as url, pytest.raises(ServiceUnavailable):
        post_form(url, {}).json()


def wait_for_the_end(line: socket.socket) -> None:
    while line.recv(65536):
        continue

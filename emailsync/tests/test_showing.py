"""Mails of strangers on a page: nothing of them loads, runs, sends or leads away, and none stalls a request."""

from __future__ import annotations

import base64
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path

import pytest

from emailsync import showing
from emailsync.sandbox import process
from emailsync.sandbox.markup import safe_html
from emailsync.sandbox.parent import Unreadable
from emailsync.showing import show_mail
from emailsync.tests.factories import make_mail
from emailsync.tests.shop_mails import order_mail
from parsers.engine.build import build_document

PIXEL = "data:image/gif;base64," + base64.b64encode(b"GIF89a").decode()


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<img src="https://spy.example/p.gif">',
        '<img src="cid:picture">',
        '<img src="data:image/svg+xml;base64,AAAA">',
        '<img src="data:text/html,x">',
        '<img srcset="https://spy.example/p.gif 2x">',
        '<a href="https://bad.example/">x</a>',
        '<a href="javascript:alert(1)">x</a>',
        '<form action="https://bad.example/"><input name=a><button formaction=//bad.example>b</button></form>',
        '<iframe src="https://bad.example/"></iframe><object data=x></object><embed src=x>',
        '<meta http-equiv="refresh" content="0;url=https://bad.example/">',
        '<base href="https://bad.example/"><link rel=stylesheet href="https://bad.example/a.css">',
        "<style>@import url(https://bad.example/a.css);</style>",
        '<p style="background:url(https://spy.example/p.gif)">x</p>',
        '<p style="background:u\\72l(https://spy.example/p.gif)">x</p>',
        '<table background="https://spy.example/p.gif"><tr><td>x</table>',
        '<svg><image href="https://spy.example/p.gif"/><script>alert(1)</script></svg>',
        "<math><mtext><img src=x onerror=alert(1)></mtext></math>",
        '<video src="https://spy.example/v.mp4" autoplay></video>',
        '<body onload=alert(1) background="https://spy.example/p.gif">x</body>',
    ],
)
def test_nothing_that_acts_or_loads_survives(html: str) -> None:
    clean = safe_html(html)
    for word in (
        "script",
        "alert",
        "spy.example",
        "bad.example",
        "href",
        "onerror",
        "form",
        "<input",
        "iframe",
        "cid:",
        "url",
    ):
        assert word not in clean.lower(), clean


def test_words_looks_and_pictures_inside_the_mail_survive() -> None:
    html = f'<table bgcolor="#eee"><tr><td style="color:red;position:fixed"><b>Thanks</b><img src="{PIXEL}" alt="logo">'
    clean = safe_html(html)
    assert "<b>Thanks</b>" in clean
    assert PIXEL in clean
    assert "color:red" in clean
    assert "position" not in clean


def test_the_text_shown_is_the_one_that_spans_point_into_and_its_parts_cover_it() -> None:
    for raw in (order_mail(), make_mail(), b"", b"\xff\xfe broken", b"Subject: only a head"):
        shown = show_mail(raw)
        assert shown.text == build_document(raw).text
        assert "".join(shown.text[start:end] for _, start, end in shown.sections) == shown.text


def test_a_forwarded_attachment_shows_the_original() -> None:
    outer = EmailMessage()
    outer["Subject"] = "Fwd: your order"
    outer.set_content("See below")
    inner = EmailMessage()
    inner["Subject"] = "Your order"
    inner.set_content("<p>Order <b>A1</b></p>", subtype="html")
    outer.add_attachment(inner)
    assert "<b>A1</b>" in show_mail(outer.as_bytes()).html


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"".join(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" for _ in range(99)), "too_deep"),
        (b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 3000, "too_many_parts"),
    ],
)
def test_a_mail_beyond_the_limits_is_refused_with_its_reason(raw: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as refused:
        show_mail(raw)
    assert refused.value.reason == reason


def test_deep_and_broken_html_is_shown_or_refused_but_never_kills() -> None:
    for html in (b"<div>" * 100_000, b"<table><tr><td>" * 20_000, b"<a" * 300_000, b"<!--" * 100_000):
        with suppress(Unreadable):
            show_mail(b"Content-Type: text/html\r\n\r\n" + html)


def test_a_child_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "dozing.py").write_text("import signal\nsignal.pause()\n")
    monkeypatch.setattr(showing, "_CHILD", "dozing")
    monkeypatch.setattr(process, "_ROOT", tmp_path)
    monkeypatch.setattr(showing, "WALL_SECONDS", 0.3)
    with pytest.raises(Unreadable, match="too_slow"):
        show_mail(make_mail())


def test_a_child_that_dies_is_said_to_have(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "dying.py").write_text("raise SystemExit(3)\n")
    monkeypatch.setattr(showing, "_CHILD", "dying")
    monkeypatch.setattr(process, "_ROOT", tmp_path)
    with pytest.raises(Unreadable, match="worker_died"):
        show_mail(make_mail())

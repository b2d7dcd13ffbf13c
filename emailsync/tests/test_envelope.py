from datetime import UTC, datetime

import pytest

from emailsync.envelope import raw_headers, read_envelope
from emailsync.tests.factories import make_mail
from emailsync.text import safe_json, safe_text


def envelope(raw: bytes):
    return read_envelope(raw_headers(raw))


def test_the_head_of_an_ordinary_mail_is_read():
    found = envelope(make_mail(subject="=?utf-8?q?Gr=C3=BC=C3=9Fe?=", sender='"Shop, Inc." <Orders@Shop.Example>'))
    assert found.subject == "Grüße"
    assert (found.sender, found.sender_name) == ("orders@shop.example", "Shop, Inc.")
    assert found.sent_at == datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert found.message_id.endswith("@test.example")


def test_without_a_usable_date_the_newest_received_counts():
    raw = make_mail(Date="yesterday or so", Received="by a; Mon, 02 Mar 2026 12:00:00 +0100")
    assert envelope(raw).sent_at == datetime(2026, 3, 2, 11, tzinfo=UTC)
    assert envelope(make_mail(Date="99999")).sent_at is None


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0" * 100,
        b"no header at all",
        b"\r\n\r\nbody",
        b"Subject : with a space\r\n\r\n",
        b"From mbox@line Mon\nSubject: a\n\n",
        b"Subject: a\0b\xff\r\nMessage-ID: <" + b"x" * 9000 + b">\r\nFrom: =?idna?q?x?= <a@b>, ,\r\n\r\n",
        b"Subject: =?utf-8?b?AAAA?= =?x-nope?q?=00=0A?=\r\n\r\n",
    ],
)
def test_broken_heads_give_safe_text_within_its_columns(raw):
    found = envelope(raw)
    for text, limit in (
        (found.subject, 998),
        (found.message_id, 998),
        (found.sender, 320),
        (found.sender_name, 320),
    ):
        assert len(text) <= limit
        assert "\0" not in text
        assert "\n" not in text


def test_a_header_of_a_million_lines_is_cut():
    raw = b"Subject: first\r\n" + b"X-Fold: a\r\n" + b" folded\r\n" * 1_000_000 + b"\r\nbody"
    fields = raw_headers(raw)
    assert [name for name, _ in fields] == ["subject", "x-fold"]
    assert sum(len(value) for _, value in fields) < 64 * 1024


def test_text_for_the_database_has_no_nul_surrogate_or_control():
    assert safe_text("a\0b\ud800c\u202ed\r\n e\x07\t f", 100) == "abcd e f"
    assert safe_text("x" * 50, 10) == "x" * 10
    assert safe_json({"a\0": ["b\0\ud800", 1, None]}) == {"a": ["b", 1, None]}

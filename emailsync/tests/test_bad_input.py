"""Mail made to break a reader: it is stored as it came, ends in a visible state, and the next mail is parsed."""

import base64
import random

import pytest

from emailsync.models import SETTLED_STATES, State, StoredEmail
from emailsync.pipeline import drain
from emailsync.tests.factories import make_mail, make_member, store_mail
from emailsync.tests.shop_mails import order_mail
from orders.models import Order

MEGABYTE = 1024 * 1024


def nested(depth: int, kind: str = "multipart/mixed") -> bytes:
    if kind == "message/rfc822":
        return b"Content-Type: message/rfc822\r\n\r\n" * depth + b"Subject: x\r\n\r\nhi"
    return b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(depth))


def html(body: str | bytes, **headers: str) -> bytes:
    text = body if isinstance(body, bytes) else body.encode()
    return make_mail(body="", Content_Type=headers.pop("Content_Type", "text/html; charset=utf-8"), **headers) + text


BAD = {
    "nothing but a byte": b"\n",
    "all NUL": b"\0" * 5000,
    "random bytes": random.Random(1).randbytes(20_000),
    "no header": b"hello\r\nworld\r\n",
    "no body": b"Subject: x",
    "NUL everywhere": order_mail().replace(b" ", b"\0 "),
    "space before colon": b"Subject : x\r\nFrom : a@b\r\n\r\nx",
    "a million folds": b"Subject: a\r\n" + b" b\r\n" * 1_000_000 + b"\r\nx",
    "twenty thousand encoded words": b"Subject: " + b"=?utf-8?q?a?= " * 20_000 + b"\r\n\r\nx",
    "a header of megabytes": b"X-Long: " + b"x" * (5 * MEGABYTE) + b"\r\nSubject: a\r\n\r\nx",
    "three thousand parentheses": make_mail(To="(" * 3000),
    "encoded line feed in a name": make_mail(sender="=?utf-8?b?YQpCY2M6IGI=?= <a@b.example>"),
    "nine thousand characters of Message-ID": make_mail(Message_ID="<" + "x" * 9000 + "@y>"),
    "surrogates cut across words": make_mail(subject="=?utf-8?b?8J+Y?= =?utf-8?b?gA==?= =?utf-16?b?2AA=?="),
    **{f"date {date[:12]}": make_mail(Date=date) for date in ("yesterday", "1 Jan 99999 00:00:00 +9999", "", "0")},
    **{
        f"charset {charset[:8]}": html("<p>Grüße</p>", Content_Type=f"text/html; charset={charset}")
        for charset in ("x-nope", "utf-8 foo", "idna", "undefined", "zlib", '"', "utf-7", "x" * 5000)
    },
    "From missing": b"Subject: x\r\n\r\nx",
    "From is a group": make_mail(sender="undisclosed-recipients:;"),
    "two From headers": b"From: a@b.example\r\n" + make_mail(),
    "nesting of 3,000": nested(3000),
    "messages in messages": nested(3000, "message/rfc822"),
    "100,000 parts": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 100_000,
    "no closing boundary": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx",
    "no boundary at all": b"Content-Type: multipart/alternative\r\n\r\n--b\r\n\r\nx",
    "a boundary of 5,000 characters": b"Content-Type: multipart/mixed; boundary=" + b"b" * 5000 + b"\r\n\r\nx",
    "broken base64": make_mail(body="!!!" * 100, Content_Transfer_Encoding="base64"),
    "unknown encoding": make_mail(Content_Transfer_Encoding="x-uuencode"),
    "3,000 nested elements": html("<div>" * 3000 + "deep" + "</div>" * 3000),
    "300 nested tables": html("<table><tr><td>" * 300 + "x"),
    "a huge table": html("<table>" + "<tr><td>a</td><td>£1.00</td></tr>" * 60_000 + "</table>"),
    "100,000 attributes": html("<p " + " ".join(f"a{n}=1" for n in range(100_000)) + ">x</p>"),
    "a text node of 12 MB": html("<p>" + "word " * (12 * MEGABYTE // 5) + "</p>"),
    "24 MB of base64": b"Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    + base64.encodebytes(b"<p>x</p>" * (17 * MEGABYTE // 8)),
    "24 MB of one line": b"Subject: x\r\n\r\n" + b"a" * (24 * MEGABYTE),
    "entity bomb": html('<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "' + "b" * 99 + '">]><p>&a;' + "&a;" * 9999),
    "external entity": html('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><p>&a;</p>'),
    "only a comment": html("<!-- x -->"),
    "empty HTML": html(""),
    "60,000 spaces": html("<p>Order number:" + " " * 60_000 + "x</p>"),
    "bait for regular expressions": html("<p>" + "a" * 50_000 + "!</p><p>" + "1 " * 50_000 + "</p>"),
    "numbers without end": make_mail(subject="Order confirmation", body="Order number: " + "9" * 100_000),
    "absurd amounts": order_mail().replace(b"10.00", b"9" * 60 + b".99").replace(b">2<", b">99999999999<"),
    "a title of 100 KB": order_mail(title="Lamp " * 20_000),
    "hostile HTML": html("<script>alert(1)</script><style>p{}</style><p onclick=x><svg/onload=1><form action=x>" * 99),
}  # fmt: skip


@pytest.mark.django_db
def test_no_mail_harms_the_next_one():
    member = make_member()
    stored = {name: store_mail(member, raw) for name, raw in BAD.items()}
    good = store_mail(member, order_mail("Z900900"))
    counts = drain()
    assert sum(counts.values()) == len(BAD) + 1
    good.refresh_from_db()
    assert good.state == State.PARSED
    assert Order.objects.of(member).filter(number="Z900900").exists()
    for name, raw in BAD.items():
        mail = StoredEmail.objects.get(pk=stored[name].pk)
        assert mail.raw_bytes == raw, name
        assert mail.state in SETTLED_STATES, name
        assert mail.reason or mail.state == State.PARSED, name
        assert mail.reason not in ("timed_out", "worker_died"), name
        assert not mail.reason.startswith("error:"), f"{name}: {mail.reason}"


@pytest.mark.django_db
def test_the_same_message_id_on_two_mails_keeps_both():
    member = make_member()
    store_mail(member, order_mail("Z900901").replace(b"Message-ID: <", b"Message-ID: <same@x>, <"))
    store_mail(member, order_mail("Z900902").replace(b"Message-ID: <", b"Message-ID: <same@x>, <"))
    assert drain() == {"parsed": 2}
    assert Order.objects.of(member).count() == 2

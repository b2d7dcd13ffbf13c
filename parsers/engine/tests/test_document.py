"""Bytes to the canonical document: what is kept, what is hidden, where everything stands."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.engine.build import build_document
from parsers.engine.document import Forwarding, LineKind, Section
from parsers.engine.limits import TooMuch
from parsers.engine.tests.mails import document, lines_of, raw_mail


def test_inline_tags_join_and_block_tags_part():
    doc = document(html="<p>Order <b>1</b><span>2</span><span>3</span></p><div>next</div>line<br>break")
    assert lines_of(doc) == ["Order 123", "next", "line", "break"]


def test_the_cells_of_a_row_are_parted_by_tabs_and_keep_their_places():
    doc = document(html="<table><tr><td>Blue Lamp</td><td>2</td><td>£10.00</td></tr></table>")
    (line,) = doc.body()
    assert line.kind == LineKind.ROW
    assert line.text == "Blue Lamp\t2\t£10.00"
    assert [doc.slice(cell) for cell in line.cells] == ["Blue Lamp", "2", "£10.00"]


def test_hidden_text_is_kept_apart():
    doc = document(html='<div style="display:none">Preheader 99</div><p style="font-size:0px">x1</p><p>Shown</p>')
    assert "Shown" in lines_of(doc)
    hidden = [line.text for line in doc.lines if line.kind == LineKind.HIDDEN]
    assert hidden == ["Preheader 99", "x1"]


def test_a_body_of_which_all_is_hidden_is_shown():
    assert "All of it" in lines_of(document(html='<div style="display:none">All of it</div>'))


def test_scripts_styles_and_comments_say_nothing():
    doc = document(html="<style>p{}</style><script>order 1</script><!-- order 2 --><p>Hello</p>")
    assert lines_of(doc) == ["Hello"]


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        ("windows-1252", "Größe €5"),
        ("iso-2022-jp", "ご注文"),
        ("koi8-r", "Заказ"),
        ("utf-16", "Größe"),
        ("gb18030", "订单"),
    ],
)
def test_declared_charsets_are_decoded(charset, text):
    body = base64.b64encode(text.encode(charset)).decode()
    raw = f"Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: base64\r\n\r\n{body}".encode()
    assert text in build_document(raw).text


@pytest.mark.parametrize("charset", ["x-nope", "utf-8 foo", "idna", "undefined", "zlib", "", '"'])
def test_an_unusable_charset_falls_back_to_what_the_bytes_are(charset):
    raw = f"Content-Type: text/plain; charset={charset}\r\n\r\n".encode() + "Größe".encode()
    assert "Größe" in build_document(raw).text
    raw = f"Content-Type: text/plain; charset={charset}\r\n\r\n".encode() + "Größe".encode("cp1252")
    assert "Größe" in build_document(raw).text


def test_a_number_broken_by_a_soft_line_end_is_whole():
    raw = b"Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nOrder 8211968=\r\n327931234"
    assert "Order 8211968327931234" in build_document(raw).text


def test_encoded_words_that_cut_a_character_are_joined():
    words = [base64.b64encode(part).decode() for part in ("Größe".encode()[:3], "Größe".encode()[3:])]
    raw = f"Subject: =?utf-8?B?{words[0]}?=\r\n =?utf-8?B?{words[1]}?=\r\n\r\nx".encode()
    assert build_document(raw).headers.subject == "Größe"


def test_invisible_characters_are_gone_and_every_space_is_a_space():
    assert "Order 123 456" in document(html="<p>Or&shy;der&nbsp;123\u200b\u2009456</p>").text


def test_a_link_is_read_through_its_wrapper():
    target = "https%3A%2F%2Fwww.ups.com%2Ftrack%3Ftracknum%3D1Z999AA10123456784"
    doc = document(html=f'<a href="https://emea01.safelinks.protection.outlook.com/?url={target}&data=x">Track</a>')
    (link,) = doc.links
    assert (link.host, link.params["tracknum"]) == ("www.ups.com", ("1Z999AA10123456784",))
    assert doc.slice(link.span) == link.target


@pytest.mark.parametrize(
    "block",
    [
        "---------- Forwarded message ---------\nFrom: Lamp House <orders@lamphouse.example>\nDate: Mon, 2 Mar 2026"
        " at 10:00\nSubject: Your order A1\nTo: <mara@example.org>\n",
        "Begin forwarded message:\n\nFrom: Lamp House <orders@lamphouse.example>\nSubject: Your order A1\nDate: 2"
        " March 2026 at 10:00:00 GMT\nTo: mara@example.org\n",
        "-----Original Message-----\nFrom: Lamp House <orders@lamphouse.example>\nSent: Monday, March 2, 2026 10:00"
        "\nTo: mara@example.org\nSubject: Your order A1\n",
        "Von: Lamp House <orders@lamphouse.example>\nGesendet: Montag, 2. März 2026 10:00\nAn: mara@example.org\n"
        "Betreff: Your order A1\n",
    ],
)
def test_a_forwarded_mail_is_its_authors(block):
    doc = document(
        sender="Mara <mara@example.org>", subject="Fwd: Your order A1", text=f"See below\n\n{block}\nThe body"
    )
    assert doc.forwarding == Forwarding.INLINE
    assert doc.headers.sender.email == "orders@lamphouse.example"
    assert doc.headers.subject == "Your order A1"
    assert doc.envelope.sender.email == "mara@example.org"
    assert lines_of(doc) == ["The body"]


def test_a_mail_forwarded_as_an_attachment_is_its_authors():
    inner = raw_mail(subject="Your order A1", text="The body")
    outer = (
        b'From: mara@example.org\r\nSubject: Fwd\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n'
        b"Content-Type: text/plain\r\n\r\nhere\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
        + inner
        + b"\r\n--b--\r\n"
    )
    doc = build_document(outer)
    assert doc.forwarding == Forwarding.ATTACHED
    assert (doc.headers.sender.email, lines_of(doc)) == ("orders@lamphouse.example", ["The body"])


def test_a_reply_is_not_taken_for_a_forward():
    doc = document(subject="Re: your order", text="Thanks!\n\nOn Monday Lamp House wrote:\n> From: nobody\n> Order A1")
    assert doc.forwarding == Forwarding.NONE


def test_order_markup_is_printed_with_its_values():
    script = '{"@context":"http://schema.org","@type":"Order","orderNumber":"A1","acceptedOffer":[{"price":"5"}]}'
    doc = document(html=f'<script type="application/ld+json">{script}</script><p>Hi</p>')
    (node,) = doc.markup
    assert node.type == "Order"
    assert "orderNumber: A1" in doc.slice(node.span)


@pytest.mark.parametrize("script", ["{", "[" * 5000, "null", '{"@type":["Order"],"orderNumber":null,}'])
def test_broken_markup_does_no_harm(script):
    assert document(html=f'<script type="application/ld+json">{script}</script><p>Hi</p>').text


def test_a_deep_mail_is_refused_before_it_is_parsed():
    raw = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" * 99
    with pytest.raises(TooMuch) as caught:
        build_document(raw)
    assert caught.value.reason == "too_deep"


def test_deep_html_is_read_as_far_as_it_goes_and_says_so():
    doc = document(html="<div>" * 3000 + "inside" + "</div>" * 3000 + "<p>after</p>")
    assert doc.truncated


def test_a_bounce_is_marked_as_a_report():
    assert document(headers={"From": "MAILER-DAEMON@mx.example"}, text="Order A1").report


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=2000))
def test_any_bytes_become_a_document_whose_lines_lie_in_its_text(data):
    try:
        doc = build_document(data)
    except TooMuch:
        return
    for line in doc.lines:
        assert doc.slice(line.span) == line.text
    assert "\x00" not in doc.text
    assert not any(0xD800 <= ord(sign) < 0xE000 for sign in doc.text)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from("<p> </p> <table> <tr> <td> <br> <a href='http://x/?a=1'> text &amp; <b 12".split()),
        max_size=40,
    )
)
def test_any_html_becomes_a_document_whose_lines_and_cells_lie_in_its_text(pieces):
    doc = document(html="".join(pieces) or "x")
    for line in doc.section(Section.HTML):
        assert doc.slice(line.span) == line.text
        assert all(line.span.start <= cell.start <= cell.end <= line.span.end for cell in line.cells)

import pytest

from emailsync.authentication import judge, parse_stamp, suggested_authserv_id
from emailsync.domains import aligned, organisational_domain
from emailsync.envelope import raw_headers
from emailsync.tests.factories import make_mail


def verdict(*stamps: str, sender: str = "Shop <orders@mail.shop.co.uk>", authserv_id: str = "mx.example.net") -> str:
    head = "".join(f"Authentication-Results: {stamp}\r\n" for stamp in stamps).encode()
    return judge(raw_headers(head + make_mail(sender=sender)), authserv_id=authserv_id).trust.value


@pytest.mark.parametrize(
    ("stamp", "trust"),
    [
        ("mx.example.net; dmarc=pass header.from=shop.co.uk", "trusted"),
        ("mx.example.net 1; dkim=pass header.d=shop.co.uk", "trusted"),
        ("mx.example.net; dkim=pass header.i=@shop.co.uk header.s=s1", "trusted"),
        ("mx.example.net; spf=pass smtp.mailfrom=bounce@news.shop.co.uk; dkim=none", "trusted"),
        ("MX.Example.net; DKIM=Pass (good signature) header.d=SHOP.co.uk", "trusted"),
        ("mx.example.net; dkim=fail header.d=shop.co.uk; dmarc=pass (p=NONE) header.from=mail.shop.co.uk", "trusted"),
        ("mx.example.net; dkim=pass header.d=mailer.example", "failed"),
        ("mx.example.net; dmarc=pass header.from=other.co.uk", "failed"),
        ("mx.example.net; dkim=pass header.d=co.uk", "failed"),
        ("mx.example.net; dkim=pass header.d=evilshop.co.uk", "failed"),
        ("mx.example.net; spf=pass smtp.helo=shop.co.uk", "failed"),
        ("mx.example.net; dmarc=fail header.from=shop.co.uk", "failed"),
        ("mx.example.net; dkim=fail (dmarc=pass header.from=shop.co.uk)", "failed"),
        ('mx.example.net; dkim=fail reason="; dmarc=pass header.from=shop.co.uk"', "failed"),
        (
            "mx.example.net; dkim=fail (a (nested ; dmarc=pass) comment \\) ; dmarc=pass header.from=shop.co.uk)",
            "failed",
        ),
        ("mx.example.net; none", "failed"),
        ("mx.example.net; dkim=temperror header.d=shop.co.uk; spf=none", "failed"),
        ("mx.evil.net; dmarc=pass header.from=shop.co.uk", "failed"),
        ("notmx.example.net; dmarc=pass header.from=shop.co.uk", "failed"),
        ("mx.example.net.evil.org; dmarc=pass header.from=shop.co.uk", "failed"),
        ("(mx.example.net) evil.org; dmarc=pass header.from=shop.co.uk", "failed"),
        ("", "failed"),
    ],
)
def test_trust_needs_a_pass_for_the_organisation_in_from(stamp, trust):
    assert verdict(stamp) == trust


def test_only_the_topmost_stamp_of_the_pinned_server_counts():
    good = "mx.example.net; dmarc=pass header.from=shop.co.uk"
    bad = "mx.example.net; dmarc=fail header.from=shop.co.uk"
    assert verdict(bad, good) == "failed"
    assert verdict("other.example; dmarc=fail", good, bad) == "trusted"


def test_a_stamp_hidden_in_an_encoded_word_is_not_decoded():
    assert verdict("mx.example.net; dkim=fail =?utf-8?q?;_dmarc=3Dpass_header.from=3Dshop.co.uk?=") == "failed"


def test_without_a_pinned_server_nothing_is_known():
    assert verdict("mx.example.net; dmarc=pass header.from=shop.co.uk", authserv_id="") == "unknown"


def test_two_from_headers_vouch_for_nobody():
    head = b"Authentication-Results: mx.example.net; dmarc=pass\r\nFrom: a@shop.co.uk\r\n"
    assert judge(raw_headers(head + make_mail()), authserv_id="mx.example.net").trust == "failed"


def test_a_quoted_name_and_folded_lines_are_read_by_the_grammar():
    stamp = parse_stamp('"mx.example.net" 1;\r\n\tdkim = pass reason="ok; really" header.d = shop.example ; spf=pass')
    assert stamp.authserv_id == "mx.example.net"
    assert [(result.method, result.result) for result in stamp.results] == [("dkim", "pass"), ("spf", "pass")]
    assert stamp.results[0].properties == {"reason": "ok; really", "header.d": "shop.example"}


@pytest.mark.parametrize(
    ("domain", "organisation"),
    [
        ("mail.shop.co.uk", "shop.co.uk"),
        ("a.b.shop.example", "shop.example"),
        ("news.kmart.com.au", "kmart.com.au"),
        ("one.myshopify.com", "one.myshopify.com"),
        ("Bücher.Example.", "xn--bcher-kva.example"),
        ("t.co", "t.co"),
    ],
)
def test_the_organisational_domain_is_the_registered_name(domain, organisation):
    assert organisational_domain(domain) == organisation


def test_two_shops_of_one_platform_are_not_aligned():
    assert not aligned("one.myshopify.com", "two.myshopify.com")
    assert not aligned("", "")
    assert aligned("mail.bücher.example", "xn--bcher-kva.example")


def test_a_server_is_suggested_only_if_all_mails_carry_its_stamp():
    stamped = raw_headers(b"Authentication-Results: mx.example.net; spf=pass\r\n" + make_mail())
    assert suggested_authserv_id([stamped] * 3) == "mx.example.net"
    assert suggested_authserv_id([stamped] * 2) == ""
    assert suggested_authserv_id([stamped, stamped, raw_headers(make_mail())]) == ""

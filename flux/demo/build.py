"""Demo mails as the bytes that a mail server would hand over."""

from __future__ import annotations

import hashlib
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from pathlib import Path

from django.template import Context, Engine

from flux.demo.cast import ADDRESS, PERSON
from flux.demo.story import DemoMail

AUTHSERV_ID = "mx.demo.example"
_engine = Engine(dirs=[str(Path(__file__).parent / "mails")])


def to_bytes(mail: DemoMail) -> bytes:
    """RFC 5322 bytes of a demo mail, stamped by its receiving server (RFC 8601). The same mail gives the same bytes."""
    body = _engine.get_template(mail.template).render(
        Context({"subject": mail.subject, "heading": mail.sender_name, **mail.context})
    )
    message = EmailMessage()
    domain = mail.sender.partition("@")[2]
    verdict = "pass" if mail.verified else "none"
    message["Return-Path"] = f"<{mail.return_path or mail.sender}>"
    message["Authentication-Results"] = (
        f"{AUTHSERV_ID}; dkim={verdict} header.d={domain}; spf={verdict} smtp.mailfrom={domain}; "
        f"dmarc={verdict} header.from={domain}"
    )
    message["From"] = formataddr((mail.sender_name, mail.sender))
    message["To"] = formataddr((PERSON, ADDRESS))
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.sent_at)
    digest = hashlib.sha256(f"{mail.sent_at}{mail.subject}{body}".encode()).hexdigest()
    message["Message-ID"] = f"<{digest[:24]}@{domain}>"
    if mail.template.endswith(".html"):
        message.set_content(body, subtype="html", cte="quoted-printable")
    else:
        message.set_content(body, cte="quoted-printable")
    return message.as_bytes()

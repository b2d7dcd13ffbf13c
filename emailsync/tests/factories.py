"""Members, mailboxes and mails for tests, with sane defaults."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from accounts.models import User
from emailsync.detection.models import Says, Submission
from emailsync.models import Mailbox, RescanRequest, Scan, Source, StoredEmail
from emailsync.storing import Arrival, store
from parsers.engine.redaction import redact

_numbers = count(1)


def make_member(username: str = "") -> User:
    return User.objects.create_user(username=username or f"member{next(_numbers)}")


def make_mail(
    *, subject: str = "Hello", sender: str = "Shop <orders@shop.example>", body: str = "Hello", **headers: str
) -> bytes:
    """A small mail; `headers` with underscores for hyphens, each mail different by its Message-ID."""
    lines = {
        "From": sender,
        "To": "mara@example.org",
        "Subject": subject,
        "Date": "Mon, 02 Mar 2026 10:00:00 +0000",
        "Message-ID": f"<{next(_numbers)}@test.example>",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{head}\r\n{body}\r\n".encode()


def store_mail(member: User, raw: bytes, *, authserv_id: str | None = None) -> StoredEmail:
    """The stored row of a mail that the member handed over."""
    store(member_id=member.pk, source=Source.FILE, arrivals=[Arrival(raw, len(raw))], authserv_id=authserv_id)
    mail: StoredEmail = StoredEmail.objects.of(member).order_by("-pk")[0]
    return mail


def make_submission(mail: StoredEmail, **fields: Any) -> Submission:
    """A redacted copy of the mail that its member just handed over."""
    found = redact(mail.raw_bytes)
    defaults = {
        "says": Says.ORDER,
        "subject": mail.subject,
        "sender": mail.sender,
        "sealed": Submission.seal(found.raw),
        "blanked": dict(found.blanked),
        "consented_at": timezone.now(),
    }
    submission: Submission = Submission.objects.create(
        member_id=mail.member_id, mail=mail, sha256=mail.sha256, **(defaults | fields)
    )
    return submission


def make_mailbox(member: User, **fields: Any) -> Mailbox:
    defaults = {"name": "Mail", "host": "imap.example.org", "username": f"user{next(_numbers)}", "password": "secret"}
    mailbox: Mailbox = Mailbox.objects.create(member=member, **(defaults | fields))
    return mailbox


def make_request(mailbox: Mailbox, **fields: Any) -> RescanRequest:
    """A request for ninety days of a shop's mail in this mailbox that nobody has decided, unless the fields say so."""
    defaults = {"about": "shop", "about_name": "Shop", "reason": "An order is missing."}
    request: RescanRequest = RescanRequest.objects.create(
        member_id=mailbox.member_id, mailbox=mailbox, **(defaults | fields)
    )
    return request


def make_scan(mailbox: Mailbox, **fields: Any) -> Scan:
    """A scan that runs since just now, unless the fields say otherwise."""
    defaults = {
        "kind": "manual",
        "state": "running",
        "lane": "ingest",
        "lookback": timedelta(hours=1),
        "started_at": timezone.now(),
    }
    scan: Scan = Scan.objects.create(mailbox=mailbox, **(defaults | fields))
    return scan

"""One row and more in every table that the admin shows, for a member; each call adds the same again."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

from allauth.account.models import EmailAddress
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from django_q.models import OrmQ, Schedule, Task
from django_q.signing import SignedPackage

from accounts.models import AuditEntry, SignInLink, User
from accounts.notices import tell
from emailsync.models import Folder, Mailbox, MailboxState, RescanRequest, Source, StoredEmail
from emailsync.storing import Arrival, Place, store
from emailsync.tests.factories import make_mail, make_mailbox, make_scan, make_submission
from flux.testing.purchases import buy, send
from parsers.services import add_sample
from parsers.tests.factories import make_definition
from tracking.models import OrderlessParcel, PendingLink, RemovedParcel
from tracking.services import link_order, set_status, type_value

MAILBOX_PASSWORD = "kestrel-over-the-salt-marsh"
MAILBOX_TOKENS = {"refresh_token": "dunlin-on-the-mud", "access_token": "curlew-in-the-reeds"}
SAMPLE_WORDS = "Sandregenpfeifer"
MAIL_WORDS = "Alpenstrandlaeufer"

_numbers = count(1)


def fill(username: str) -> User:
    """A member of that name with rows everywhere."""
    member = User.objects.create_user(username, email=f"{username}@example.org")
    purchases(member)
    mail(member)
    add_sample(raw=make_mail(body=SAMPLE_WORDS), labels={"orders": []}, definition_key=make_definition().key)
    people(member)
    tasks(f"{username} task")
    return member


def purchases(member: User) -> None:
    """Orders and a parcel, computed and corrected by hand."""
    order = buy(member)
    parcel = send(member, order)
    type_value(order=order, field_name="total", value="21.00")
    link_order(shipment=parcel, order=order)
    set_status(shipment=parcel, status="returned")
    RemovedParcel.objects.create(member=member, shipment_key="k:REMOVED1", sha256s=["e" * 64])
    OrderlessParcel.objects.create(member=member, shipment_key="k:GIFT1")
    PendingLink.objects.create(member=member, sha256="f" * 64, order_key="shop:404")


def mail(member: User) -> Mailbox:
    """A mailbox with a folder, a scan, a hole and a mail that was seen there."""
    secrets = {"password": MAILBOX_PASSWORD, **MAILBOX_TOKENS}
    mailbox = make_mailbox(member, state=MailboxState.BROKEN, last_error_text="No answer.", **secrets)
    folder = Folder.objects.create(mailbox=mailbox, raw_name="INBOX", name="INBOX", watched=True)
    folder.holes.create(uidvalidity=1, uid=2, reason="vanished")
    make_scan(mailbox, state="done", errors=[{"folder": "INBOX", "code": "gone", "text": "Gone."}])
    RescanRequest.objects.create(member=member, mailbox=mailbox, about="shop", about_name="Shop", reason="New format")
    raw = make_mail(body=MAIL_WORDS)
    arrival = Arrival(raw, len(raw), Place(folder.pk, 1, next(_numbers)))
    store(member_id=member.pk, source=Source.IMAP, arrivals=[arrival], authserv_id="")
    make_submission(StoredEmail.objects.of(member).get(), note="A shop")
    StoredEmail.objects.of(member).update(extraction={"orders": [{"order_number": "N1"}]})
    return mailbox


def people(member: User) -> None:
    """What hangs on an account."""
    SignInLink.objects.issue(member)
    EmailAddress.objects.create(user=member, email=member.email, verified=True)
    Group.objects.create(name=f"Friends of {member}")
    tell(member_id=member.pk, key="mailbox:1", title="A mailbox is not read", url="/accounts/settings/mailboxes/")
    AuditEntry.objects.create(action="settings.changed", subject=member.username)
    LogEntry.objects.create(
        user=member, content_type=ContentType.objects.get_for_model(member), object_id=str(member.pk),
        object_repr=str(member), action_flag=CHANGE, change_message="Looked after.",
    )  # fmt: skip


def tasks(name: str) -> None:
    """A task that waits, one that is done, one that failed, and a schedule."""
    now = timezone.now()
    for success in (True, False):
        Task.objects.create(
            id=f"{next(_numbers):032}", name=name, func="emailsync.tasks.recovery_scan", cluster="recovery", args=(),
            started=now - timedelta(seconds=3), stopped=now, success=success, result="ValueError: no such folder",
        )  # fmt: skip
    payload = {"id": f"{next(_numbers):032}", "name": name, "func": "emailsync.tasks.recovery_scan", "args": ()}
    OrmQ.objects.create(key="recovery", payload=SignedPackage.dumps(payload), lock=now)
    Schedule.objects.create(name=name, func="emailsync.tasks.recovery_scan", cluster="recovery", minutes=15)

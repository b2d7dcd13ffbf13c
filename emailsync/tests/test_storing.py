import hashlib
from datetime import UTC, datetime

import pytest
from django_q.models import OrmQ

from emailsync.models import Folder, MessageLocation, Source, State, StoredEmail, Trust
from emailsync.storing import Arrival, Place, store
from emailsync.tests.factories import make_mail, make_mailbox, make_member, store_mail

pytestmark = pytest.mark.django_db


def test_the_bytes_come_back_as_they_were():
    raw = bytes(range(256)) * 40
    mail = store_mail(make_member(), raw)
    mail.refresh_from_db()
    assert mail.raw_bytes == raw
    assert mail.sha256 == hashlib.sha256(raw).hexdigest()
    assert mail.size == len(raw)


def test_the_same_content_is_stored_once_per_member():
    one, other = make_member(), make_member()
    raw = make_mail()
    arrivals = [Arrival(raw, len(raw))] * 2
    first = store(member_id=one.pk, source=Source.FILE, arrivals=arrivals)
    again = store(member_id=one.pk, source=Source.FILE, arrivals=arrivals[:1])
    elsewhere = store(member_id=other.pk, source=Source.FILE, arrivals=arrivals[:1])
    assert [(report.stored, report.known) for report in (first, again, elsewhere)] == [(1, 1), (0, 1), (1, 0)]


def test_one_mail_in_two_folders_has_two_places():
    member = make_member()
    mailbox = make_mailbox(member)
    folders = [Folder.objects.create(mailbox=mailbox, raw_name=name, name=name) for name in ("INBOX", "Archive")]
    raw = make_mail()
    for folder in folders:
        place = Place(folder.pk, 4_000_000_000, 4_294_967_295)
        store(member_id=member.pk, source=Source.IMAP, arrivals=[Arrival(raw, len(raw), place)], authserv_id="")
    mail = StoredEmail.objects.get()
    assert mail.source == Source.IMAP
    assert list(mail.locations.values_list("folder", "uidvalidity", "uid").order_by("folder")) == [
        (folder.pk, 4_000_000_000, 4_294_967_295) for folder in folders
    ]


def test_a_message_that_is_too_big_is_a_visible_row_and_only_one():
    member = make_member()
    folder = Folder.objects.create(mailbox=make_mailbox(member), raw_name="INBOX", name="INBOX")
    head = make_mail(subject="Holiday pictures")
    for uidvalidity in (1, 1, 2):
        arrival = Arrival(head, 99_000_000, Place(folder.pk, uidvalidity, 7), datetime(2026, 3, 2, tzinfo=UTC), True)
        store(member_id=member.pk, source=Source.IMAP, arrivals=[arrival], authserv_id="")
    mail = StoredEmail.objects.get()
    assert (mail.state, mail.reason, mail.subject) == (State.FAILED, "too_big", "Holiday pictures")
    assert (mail.size, mail.raw, mail.sha256) == (99_000_000, None, "")
    with pytest.raises(LookupError):
        _ = mail.raw_bytes


def test_two_messages_that_are_too_big_and_the_same_are_one_row_with_two_places():
    member = make_member()
    folder = Folder.objects.create(mailbox=make_mailbox(member), raw_name="INBOX", name="INBOX")
    head, other = make_mail(), make_mail()
    arrivals = [
        Arrival(raw, 99_000_000, Place(folder.pk, 1, uid), too_big=True)
        for uid, raw in ((1, head), (2, head), (3, other))
    ]
    for _ in range(2):
        store(member_id=member.pk, source=Source.IMAP, arrivals=arrivals, authserv_id="")
    moved = Arrival(head, 99_000_000, Place(folder.pk, 1, 4), too_big=True)
    report = store(member_id=member.pk, source=Source.IMAP, arrivals=[moved], authserv_id="")
    assert (report.too_big, StoredEmail.objects.count()) == (0, 2)
    assert folder.locations.count() == 4


def test_files_are_trusted_and_mail_is_judged():
    member = make_member()
    stamped = b"Authentication-Results: mx.example.net; dmarc=pass header.from=shop.example\r\n"
    assert store_mail(member, make_mail()).trust == Trust.TRUSTED
    assert store_mail(member, make_mail(), authserv_id="mx.example.net").trust == Trust.FAILED
    assert store_mail(member, make_mail(), authserv_id="").trust == Trust.UNKNOWN
    assert store_mail(member, stamped + make_mail(), authserv_id="mx.example.net").trust == Trust.TRUSTED


def test_storing_wakes_the_parsers_in_the_same_transaction():
    member = make_member()
    raw = make_mail()
    store_mail(member, raw)
    store_mail(member, raw)
    assert [task.func() for task in OrmQ.objects.filter(key="parse")] == ["emailsync.tasks.drain_parse_queue"]


def test_a_block_that_was_stored_before_a_crash_is_known_by_its_places():
    member = make_member()
    folder = Folder.objects.create(mailbox=make_mailbox(member), raw_name="INBOX", name="INBOX")
    arrivals = [Arrival(raw, len(raw), Place(folder.pk, 1, uid)) for uid, raw in enumerate([make_mail(), make_mail()])]
    store(member_id=member.pk, source=Source.IMAP, arrivals=arrivals, authserv_id="")
    report = store(member_id=member.pk, source=Source.IMAP, arrivals=arrivals, authserv_id="")
    assert (report.stored, report.known) == (0, 2)
    assert MessageLocation.objects.count() == 2

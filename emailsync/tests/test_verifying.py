import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command

from emailsync.imap.client import connect
from emailsync.models import Mailbox, MessageLocation, StoredEmail
from emailsync.scans import account_of
from emailsync.services import delete_mails
from emailsync.tests.factories import make_mail
from emailsync.tests.test_imap import mailbox_at, scan

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _loopback_allowed(settings):
    settings.FLUX_ALLOW_PRIVATE_MAIL_HOSTS = True


@pytest.fixture
def mailbox(dovecot) -> Mailbox:
    return mailbox_at(dovecot)


def verified(mailbox: Mailbox, capsys, *, complete: bool = True) -> dict[str, dict]:
    """The report of each folder, by name; every message on the server is counted in it once."""
    if complete:
        call_command("verify_mailbox", str(mailbox.pk), "--json")
    else:
        with pytest.raises(CommandError) as caught:
            call_command("verify_mailbox", str(mailbox.pk), "--json")
        assert caught.value.returncode == 1
    report = json.loads(capsys.readouterr().out)
    assert report["mailbox"] == mailbox.pk
    for folder in report["folders"]:
        counted = [folder[name] for name in ("stored", "too_big", "deleted_by_member", "outside")]
        assert sum(counted) + sum(len(folder[name]) for name in ("holes", "missing", "waiting")) == folder["on_server"]
    return {folder["name"]: folder for folder in report["folders"]}


def test_a_mailbox_that_was_read_is_complete(dovecot, mailbox, capsys):
    dovecot.deliver(mailbox.username, [make_mail(), make_mail()])
    scan(mailbox)
    folders = verified(mailbox, capsys)
    assert list(folders) == ["Archive", "INBOX"]
    inbox = folders["INBOX"]
    assert inbox.pop("uidvalidity") == mailbox.folders.get(name="INBOX").uidvalidity
    assert inbox == {
        "name": "INBOX", "on_server": 2, "stored": 2, "too_big": 0, "deleted_by_member": 0, "outside": 0, "holes": [],
        "missing": [], "waiting": [], "gone": 0, "error": "",
    }  # fmt: skip


def test_what_is_missing_is_named_and_nothing_is_changed(dovecot, mailbox, capsys):
    dovecot.deliver(mailbox.username, [make_mail() for _ in range(4)])
    scan(mailbox)
    MessageLocation.objects.get(uid=3).email.delete()
    for _ in range(2):
        inbox = verified(mailbox, capsys, complete=False)["INBOX"]
        assert (inbox["missing"], inbox["stored"]) == ([3], 3)
    assert StoredEmail.objects.count() == 3


def test_what_need_not_be_stored_is_told_from_what_is_missing(dovecot, mailbox, capsys, settings):
    settings.FLUX_FIRST_SCAN_DAYS = 2
    settings.FLUX_MAX_MAIL_BYTES = 5000
    client = connect(account_of(mailbox))
    client.append("INBOX", make_mail(subject="Old"), msg_time=datetime.now(UTC) - timedelta(days=30))
    client.append("INBOX", make_mail(body="x" * 6000))
    for subject in ("Deleted", "Hole", "Gone", "Kept"):
        client.append("INBOX", make_mail(subject=subject))
    scan(mailbox)
    delete_mails(member=mailbox.member, email_ids=[StoredEmail.objects.get(subject="Deleted").pk])
    StoredEmail.objects.get(subject="Hole").delete()
    folder = mailbox.folders.get(name="INBOX")
    folder.holes.create(uidvalidity=folder.uidvalidity, uid=4, reason="refused")
    dovecot.doveadm("expunge", "-u", mailbox.username, "mailbox", "INBOX", "uid", "5")
    client.append("INBOX", make_mail(), msg_time=datetime.now(UTC) - timedelta(days=30))
    client.logout()
    inbox = verified(mailbox, capsys)["INBOX"]
    counts = [inbox[name] for name in ("on_server", "stored", "too_big", "deleted_by_member", "outside", "gone")]
    assert counts == [6, 1, 1, 1, 1, 1]
    assert (inbox["holes"], inbox["waiting"]) == ([{"uid": 4, "reason": "refused"}], [7])


def test_old_mail_that_was_restored_after_the_first_scan_has_to_be_stored(dovecot, mailbox, capsys):
    scan(mailbox)
    client = connect(account_of(mailbox))
    client.append("INBOX", make_mail(), msg_time=datetime.now(UTC) - timedelta(days=400))
    client.logout()
    scan(mailbox)
    StoredEmail.objects.all().delete()
    assert verified(mailbox, capsys, complete=False)["INBOX"]["missing"] == [1]


def test_a_folder_that_is_numbered_anew_waits_for_its_scan(dovecot, mailbox, capsys):
    dovecot.deliver(mailbox.username, [make_mail(), make_mail()])
    scan(mailbox)
    dovecot.doveadm("mailbox", "update", "-u", mailbox.username, "--uid-validity", "1999999999", "INBOX")
    assert verified(mailbox, capsys)["INBOX"]["waiting"] == [1, 2]
    scan(mailbox)
    assert verified(mailbox, capsys)["INBOX"]["stored"] == 2


def test_numbers_that_fell_wait_for_the_scan_that_reads_them_anew(dovecot, mailbox, capsys):
    dovecot.deliver(mailbox.username, [make_mail(), make_mail()])
    scan(mailbox)
    mailbox.folders.filter(name="INBOX").update(last_uid=70)
    assert verified(mailbox, capsys)["INBOX"]["waiting"] == [1, 2]


def test_a_folder_that_is_gone_could_not_be_compared(dovecot, mailbox, capsys):
    dovecot.doveadm("mailbox", "create", "-u", mailbox.username, "Orders")
    scan(mailbox)
    mailbox.folders.filter(name="Orders").update(watched=True)
    dovecot.doveadm("mailbox", "delete", "-u", mailbox.username, "Orders")
    assert verified(mailbox, capsys, complete=False)["Orders"]["error"] == "folder_gone"


def test_a_mailbox_that_cannot_be_reached_is_said(dovecot, mailbox):
    dovecot.set_password(mailbox.username, "changed")
    with pytest.raises(CommandError, match="password") as caught:
        call_command("verify_mailbox", str(mailbox.pk))
    assert caught.value.returncode == 1


def test_a_mailbox_that_is_not_there_is_wrong_use(db):
    with pytest.raises(CommandError) as caught:
        call_command("verify_mailbox", "4040404")
    assert caught.value.returncode == 2

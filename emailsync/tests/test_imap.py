import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from emailsync.imap import fetching
from emailsync.imap.client import connect, connected
from emailsync.imap.scanning import Plan, Tally, scan_folder
from emailsync.models import Folder, Hole, Mailbox, MailboxState, MessageLocation, Scan, ScanKind, State, StoredEmail
from emailsync.scans import account_of, scan_mailbox
from emailsync.services import delete_mails
from emailsync.tests.factories import make_mail, make_mailbox, make_member
from flux.testing.dovecot import HOW_TO_INSTALL, PASSWORD, Dovecot, dovecot_installed, start_dovecot

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _loopback_allowed(settings):
    settings.FLUX_ALLOW_PRIVATE_MAIL_HOSTS = True


@pytest.fixture
def mailbox(dovecot) -> Mailbox:
    return mailbox_at(dovecot)


def mailbox_at(server: Dovecot, **fields) -> Mailbox:
    defaults = {
        "host": server.host,
        "port": server.port,
        "security": "plain",
        "username": server.add_user(),
        "password": PASSWORD,
    }
    return make_mailbox(make_member(), **(defaults | fields))


def scan(mailbox: Mailbox, hours: int = 1, **options):
    mailbox.refresh_from_db()
    return scan_mailbox(mailbox=mailbox, kind=ScanKind.MANUAL, lookback=timedelta(hours=hours), **options)


def server_view(mailbox: Mailbox) -> dict[str, object]:
    """Flags and counts of every folder, as another mail program sees them."""
    client = connect(account_of(mailbox))
    view: dict[str, object] = {}
    for _, _, name in client.list_folders():
        client.select_folder(name, readonly=True)
        flags = client.fetch(client.search(), ["FLAGS"])
        view[str(name)] = {uid: sorted(set(answer[b"FLAGS"]) - {b"\\Recent"}) for uid, answer in flags.items()}
    client.logout()
    return view


def test_a_scan_stores_all_mail_once_and_changes_nothing_on_the_server(dovecot, mailbox):
    mails = [make_mail() for _ in range(120)]
    dovecot.deliver(mailbox.username, mails)
    before = server_view(mailbox)
    first = scan(mailbox)
    assert (first.tally.seen, first.tally.stored, first.folders, first.tally.errors) == (120, 120, 2, [])
    assert sorted(mail.raw_bytes for mail in StoredEmail.objects.all()) == sorted(mails)
    assert server_view(mailbox) == before
    again = scan(mailbox)
    assert (again.tally.seen, again.tally.stored) == (0, 0)
    mailbox.refresh_from_db()
    assert mailbox.state == MailboxState.OK
    assert mailbox.idle_supported
    assert list(Scan.objects.values_list("kind", "state", "stored")) == [("manual", "done", 0), ("first", "done", 120)]


def test_a_second_scan_fetches_no_body(dovecot, mailbox, monkeypatch):
    dovecot.deliver(mailbox.username, [make_mail()])
    scan(mailbox)
    monkeypatch.setattr("emailsync.imap.fetching.fetch", lambda *args, **kwargs: pytest.fail("a body was fetched"))
    assert scan(mailbox, hours=7 * 24).tally.errors == []


def test_new_mail_is_found_by_its_number(dovecot, mailbox):
    dovecot.deliver(mailbox.username, [make_mail()])
    scan(mailbox)
    dovecot.deliver(mailbox.username, [make_mail(), make_mail()])
    assert scan(mailbox).tally.stored == 2


def test_the_same_mail_in_two_folders_is_stored_once(dovecot, mailbox):
    raw = make_mail()
    scan(mailbox)
    dovecot.deliver(mailbox.username, [raw])
    dovecot.deliver(mailbox.username, [raw], "Archive")
    outcome = scan(mailbox)
    assert (outcome.tally.stored, outcome.tally.known) == (1, 1)
    assert MessageLocation.objects.count() == 2


def test_a_changed_uidvalidity_makes_no_duplicates_and_loses_nothing(dovecot, mailbox):
    dovecot.deliver(mailbox.username, [make_mail(), make_mail()])
    scan(mailbox)
    dovecot.doveadm("mailbox", "update", "-u", mailbox.username, "--uid-validity", "1999999999", "INBOX")
    dovecot.deliver(mailbox.username, [make_mail()])
    outcome = scan(mailbox)
    assert (outcome.tally.stored, outcome.tally.known, outcome.tally.errors) == (1, 2, [])
    assert StoredEmail.objects.count() == 3
    assert mailbox.folders.get(name="INBOX").uidvalidity == 1999999999


def test_a_folder_that_is_numbered_anew_all_day_is_given_up_with_its_reason(dovecot, mailbox):
    scan(mailbox)
    for uidvalidity in range(2_000_000_001, 2_000_000_005):
        dovecot.doveadm("mailbox", "update", "-u", mailbox.username, "--uid-validity", str(uidvalidity), "INBOX")
        outcome = scan(mailbox)
    assert [(error["folder"], error["code"]) for error in outcome.tally.errors] == [("INBOX", "unstable_folder")]


def test_uids_near_the_end_of_32_bits_are_stored(dovecot, mailbox):
    dovecot.doveadm("mailbox", "update", "-u", mailbox.username, "--min-next-uid", "4294967000", "INBOX")
    dovecot.deliver(mailbox.username, [make_mail()])
    assert scan(mailbox).tally.stored == 1
    dovecot.deliver(mailbox.username, [make_mail()])
    assert scan(mailbox).tally.stored == 1
    assert mailbox.folders.get(name="INBOX").last_uid == 4294967001


def test_a_message_over_the_limit_is_a_failed_row_and_the_next_is_stored(dovecot, mailbox, settings):
    settings.FLUX_MAX_MAIL_BYTES = 5000
    dovecot.deliver(mailbox.username, [make_mail(subject="Big", body="x" * 6000), make_mail(subject="Small")])
    outcome = scan(mailbox)
    assert (outcome.tally.seen, outcome.tally.stored, outcome.tally.too_big) == (2, 1, 1)
    big = StoredEmail.objects.get(reason="too_big")
    assert (big.state, big.subject, big.raw) == (State.FAILED, "Big", None)
    assert big.size > 6000
    assert scan(mailbox).tally.seen == 0


def test_a_wrong_password_is_said_and_stops_after_three_tries(dovecot, mailbox):
    dovecot.set_password(mailbox.username, "changed")
    for _ in range(3):
        outcome = scan(mailbox)
    mailbox.refresh_from_db()
    assert [error["code"] for error in outcome.tally.errors] == ["login"]
    assert (mailbox.state, mailbox.last_error, mailbox.failures) == (MailboxState.WRONG_CREDENTIALS, "login", 3)
    assert "password" in mailbox.last_error_text
    assert PASSWORD not in mailbox.last_error_text


def test_a_dead_host_backs_off_and_recovers_by_itself(dovecot, mailbox):
    port, mailbox.port = mailbox.port, 1
    mailbox.save(update_fields=["port"])
    outcome = scan(mailbox)
    mailbox.refresh_from_db()
    assert [error["code"] for error in outcome.tally.errors] == ["refused"]
    assert mailbox.state == MailboxState.RETRYING
    assert mailbox.retry_at > mailbox.last_error_at
    mailbox.port = port
    mailbox.save(update_fields=["port"])
    scan(mailbox)
    mailbox.refresh_from_db()
    assert (mailbox.state, mailbox.failures, mailbox.retry_at, mailbox.last_error) == (MailboxState.OK, 0, None, "")


def test_a_vanished_folder_is_said_and_the_others_go_on(dovecot, mailbox):
    dovecot.doveadm("mailbox", "create", "-u", mailbox.username, "Orders")
    scan(mailbox)
    mailbox.folders.filter(name="Orders").update(watched=True)
    assert scan(mailbox).tally.errors == []
    dovecot.doveadm("mailbox", "delete", "-u", mailbox.username, "Orders")
    dovecot.deliver(mailbox.username, [make_mail()])
    outcome = scan(mailbox)
    mailbox.refresh_from_db()
    assert [(error["folder"], error["code"]) for error in outcome.tally.errors] == [("Orders", "folder_gone")]
    assert outcome.tally.stored == 1
    assert mailbox.last_error == "folder_gone"
    assert mailbox.folders.get(name="Orders").missing_since
    dovecot.doveadm("mailbox", "create", "-u", mailbox.username, "Orders")
    assert scan(mailbox).tally.errors == []
    assert mailbox.folders.get(name="Orders").missing_since is None


def test_one_folder_can_be_scanned_by_its_name(dovecot, mailbox):
    scan(mailbox)
    dovecot.doveadm("mailbox", "create", "-u", mailbox.username, "Käufe")
    dovecot.deliver(mailbox.username, [make_mail()], "K&AOQ-ufe")
    outcome = scan(mailbox, folder_name="Käufe")
    assert (outcome.folders, outcome.tally.stored) == (1, 1)
    assert [error["code"] for error in scan(mailbox, folder_name="Nope").tally.errors] == ["folder_gone"]


def test_a_mail_that_was_expunged_in_between_does_not_stop_the_scan(dovecot, mailbox, monkeypatch):
    dovecot.deliver(mailbox.username, [make_mail() for _ in range(5)])
    fetch = fetching.fetch

    def expunge_then_fetch(client, block, **options):
        dovecot.doveadm("expunge", "-u", mailbox.username, "mailbox", "INBOX", "uid", "2")
        return fetch(client, block, **options)

    monkeypatch.setattr(fetching, "fetch", expunge_then_fetch)
    outcome = scan(mailbox)
    inbox = mailbox.folders.get(name="INBOX")
    stored = set(inbox.locations.values_list("uid", flat=True))
    assert outcome.tally.errors == []
    assert stored | set(inbox.holes.values_list("uid", flat=True)) == {1, 2, 3, 4, 5}
    assert inbox.last_uid == 5


def test_a_crash_before_the_cursor_is_saved_stores_nothing_twice(dovecot, mailbox, monkeypatch):
    dovecot.deliver(mailbox.username, [make_mail() for _ in range(60)])
    with monkeypatch.context() as patched:
        patched.setattr("emailsync.imap.ledger.begin_cursor", lambda folder, **_: 1 / (folder.name != "INBOX"))
        assert [error["code"] for error in scan(mailbox).tally.errors] == ["error"]
    assert mailbox.folders.get(name="INBOX").uidvalidity is None
    outcome = scan(mailbox)
    assert (outcome.tally.seen, outcome.tally.stored) == (0, 0)
    assert StoredEmail.objects.count() == 60
    assert mailbox.folders.get(name="INBOX").last_uid == 60


def test_a_first_scan_leaves_old_mail_and_says_so(dovecot, mailbox, settings):
    settings.FLUX_FIRST_SCAN_DAYS = 2
    client = connect(account_of(mailbox))
    client.append("INBOX", make_mail(subject="Old"), msg_time=datetime.now(UTC) - timedelta(days=2, hours=5))
    client.append("INBOX", make_mail(subject="New"), msg_time=datetime.now(UTC) - timedelta(days=1, hours=20))
    client.logout()
    outcome = scan(mailbox)
    assert (outcome.tally.stored, outcome.tally.outside) == (1, 1)
    assert StoredEmail.objects.get().subject == "New"


def remake(dovecot: Dovecot, mailbox: Mailbox, folder: str, *, uidvalidity: int) -> None:
    """Delete a folder and make it again, with the UIDVALIDITY that a careless server would give."""
    dovecot.doveadm("mailbox", "delete", "-u", mailbox.username, folder)
    dovecot.doveadm("mailbox", "create", "-u", mailbox.username, folder)
    dovecot.doveadm("mailbox", "update", "-u", mailbox.username, "--uid-validity", str(uidvalidity), folder)


@pytest.mark.parametrize("careless", [False, True])
def test_a_folder_that_was_deleted_and_made_again_gives_its_new_mail_under_old_numbers(dovecot, mailbox, careless):
    scan(mailbox)
    mails = [make_mail() for _ in range(3)]
    dovecot.deliver(mailbox.username, mails, "Archive")
    scan(mailbox)
    old = mailbox.folders.get(name="Archive").uidvalidity
    remake(dovecot, mailbox, "Archive", uidvalidity=old if careless else old + 1)
    fresh = make_mail(subject="Fresh")
    dovecot.deliver(mailbox.username, [fresh, mails[2]], "Archive")
    outcome = scan(mailbox)
    assert (outcome.tally.stored, outcome.tally.known, outcome.tally.errors) == (1, 1, [])
    assert StoredEmail.objects.count() == 4
    assert mailbox.folders.get(name="Archive").last_uid == 2
    assert scan(mailbox).tally.seen == 0


def test_a_renamed_folder_goes_on_where_it_was(dovecot, mailbox, monkeypatch):
    dovecot.doveadm("mailbox", "create", "-u", mailbox.username, "Orders")
    dovecot.deliver(mailbox.username, [make_mail(), make_mail()], "Orders")
    scan(mailbox)
    mailbox.folders.filter(name="Orders").update(watched=True)
    assert scan(mailbox).tally.stored == 2
    pk = mailbox.folders.get(name="Orders").pk
    dovecot.doveadm("mailbox", "rename", "-u", mailbox.username, "Orders", "Käufe")
    with monkeypatch.context() as patched:
        patched.setattr("emailsync.imap.fetching.fetch", lambda *args, **kwargs: pytest.fail("a body was fetched"))
        assert scan(mailbox).tally.errors == []
    folder = mailbox.folders.get(name="Käufe")
    assert (folder.pk, folder.watched, folder.last_uid) == (pk, True, 2)
    dovecot.deliver(mailbox.username, [make_mail()], folder.raw_name)
    assert scan(mailbox).tally.stored == 1


def test_another_folder_is_not_taken_for_a_renamed_one(dovecot, mailbox):
    dovecot.doveadm("mailbox", "create", "-u", mailbox.username, "Orders")
    dovecot.deliver(mailbox.username, [make_mail()], "Orders")
    scan(mailbox)
    mailbox.folders.filter(name="Orders").update(watched=True)
    scan(mailbox)
    uidvalidity = mailbox.folders.get(name="Orders").uidvalidity
    dovecot.doveadm("mailbox", "create", "-u", mailbox.username, "Other")
    remake(dovecot, mailbox, "Other", uidvalidity=uidvalidity)
    dovecot.deliver(mailbox.username, [make_mail(body="of another size")], "Other")
    dovecot.doveadm("mailbox", "delete", "-u", mailbox.username, "Orders")
    assert [error["code"] for error in scan(mailbox).tally.errors] == ["folder_gone"]
    assert not mailbox.folders.get(name="Other").watched


NAMES = ["A & B", 'say "hi"', "back\\slash", "Übersicht ☂", "/".join(["deep"] * 15), "100%", "*"]


@pytest.mark.parametrize("name", NAMES)
def test_a_folder_of_any_name_is_listed_and_scanned(dovecot, mailbox, name):
    dovecot.doveadm("mailbox", "create", "-u", mailbox.username, name)
    scan(mailbox)
    folder = mailbox.folders.get(name=name)
    client = connect(account_of(mailbox))
    client.append(folder.raw_name, make_mail())
    client.logout()
    outcome = scan(mailbox, folder_name=name)
    assert (outcome.tally.stored, outcome.tally.errors) == (1, [])


def test_each_member_has_their_own_copy_of_the_same_mail(dovecot, mailbox):
    raw = make_mail()
    other = mailbox_at(dovecot)
    for each in (mailbox, other):
        dovecot.deliver(each.username, [raw])
        assert scan(each).tally.stored == 1
    assert set(StoredEmail.objects.values_list("member", flat=True)) == {mailbox.member_id, other.member_id}


@pytest.mark.parametrize("before", [True, False])
def test_a_mail_that_was_moved_before_or_after_a_scan_is_stored_once(dovecot, mailbox, before):
    scan(mailbox)
    dovecot.deliver(mailbox.username, [make_mail()])
    stored = 0 if before else scan(mailbox).tally.stored
    dovecot.doveadm("move", "-u", mailbox.username, "Archive", "mailbox", "INBOX", "all")
    outcome = scan(mailbox)
    assert (stored + outcome.tally.stored, outcome.tally.errors) == (1, [])
    assert mailbox.folders.get(name="Archive").locations.count() == 1
    assert StoredEmail.objects.count() == 1


@pytest.mark.parametrize("hours", [-14, 14, 24 * 365, -24 * 6])
@pytest.mark.parametrize("first", [True, False])
def test_a_wrong_clock_of_the_server_keeps_no_new_mail_out(dovecot, mailbox, hours, first):
    if not first:
        scan(mailbox)
    client = connect(account_of(mailbox))
    client.append("INBOX", make_mail(), msg_time=datetime.now(UTC) + timedelta(hours=hours))
    client.logout()
    assert scan(mailbox).tally.stored == 1


def mail_from(*senders: str) -> list[bytes]:
    return [make_mail(sender=f"Shop <orders@{sender}>") for sender in senders]


def find(mailbox: Mailbox, *senders: str, days: int = 90) -> Tally:
    """A scan of INBOX that only looks for mail of some senders."""
    plan = Plan(timedelta(days=days), timedelta(days=2), senders=senders)
    tally = Tally()
    with connected(account_of(mailbox)) as client:
        scan_folder(client, mailbox, mailbox.folders.get(name="INBOX"), plan, tally)
    return tally


def test_mail_of_some_senders_is_found_however_old_and_the_cursor_stays(dovecot, mailbox, settings):
    settings.FLUX_FIRST_SCAN_DAYS = 2
    client = connect(account_of(mailbox))
    sent = {100: "a.example", 60: "a.example", 50: "b.example", 40: "c.example", 1: "a.example"}
    for days, sender in sent.items():
        (raw,) = mail_from(sender)
        client.append("INBOX", raw, msg_time=datetime.now(UTC) - timedelta(days=days))
    scan(mailbox)
    client.append("INBOX", *mail_from("a.example"))
    client.append("INBOX", *mail_from("c.example"))
    client.logout()
    before = Folder.objects.values().get(mailbox=mailbox, name="INBOX")
    tally = find(mailbox, "A.example", "b.example")
    assert (tally.seen, tally.stored, tally.errors) == (3, 3, [])
    assert Folder.objects.values().get(mailbox=mailbox, name="INBOX") == before
    assert find(mailbox, "a.example", "b.example").seen == 0
    assert scan(mailbox).tally.stored == 1


def test_mail_that_the_member_deleted_is_not_found_again(dovecot, mailbox):
    dovecot.deliver(mailbox.username, mail_from("a.example", "a.example"))
    scan(mailbox)
    delete_mails(member=mailbox.member, email_ids=list(StoredEmail.objects.values_list("pk", flat=True)[:1]))
    assert find(mailbox, "a.example").seen == 0


def test_many_senders_are_searched_in_blocks(dovecot, mailbox):
    senders = [f"shop{number}.example" for number in range(45)]
    scan(mailbox)
    dovecot.deliver(mailbox.username, mail_from(senders[0], senders[20], senders[44], "other.example"))
    assert find(mailbox, *senders).stored == 3


def test_a_scan_that_is_told_to_stop_goes_on_where_it_was(dovecot, mailbox):
    scan(mailbox)
    dovecot.deliver(mailbox.username, [make_mail() for _ in range(120)])
    stops = iter([False, True])
    tally = Tally()
    with connected(account_of(mailbox)) as client:
        plan = Plan(timedelta(days=7), timedelta(days=7), should_stop=lambda: next(stops))
        scan_folder(client, mailbox, mailbox.folders.get(name="INBOX"), plan, tally)
    assert (tally.unfinished, tally.stored, mailbox.folders.get(name="INBOX").last_uid) == (True, 50, 50)
    assert (scan(mailbox).tally.stored, StoredEmail.objects.count()) == (70, 120)


def rows() -> dict[str, str]:
    """A hash for each table that a scan may change, without the times of the last look."""
    times = {"last_scan_at", "last_success_at"}
    hashes = {}
    models: tuple[Any, ...] = (Mailbox, Folder, Hole, MessageLocation, StoredEmail)
    for model in models:
        content = [[row[name] for name in sorted(row.keys() - times)] for row in model.objects.order_by("pk").values()]
        hashes[model.__name__] = hashlib.sha256(repr(content).encode()).hexdigest()
    return hashes


def test_a_second_scan_of_an_unchanged_mailbox_changes_no_row(dovecot, mailbox):
    dovecot.deliver(mailbox.username, [make_mail() for _ in range(60)])
    scan(mailbox)
    dovecot.deliver(mailbox.username, [make_mail()], "Archive")
    scan(mailbox)
    before = rows()
    for hours in (1, 7 * 24):
        assert scan(mailbox, hours=hours).tally.seen == 0
        assert rows() == before


def test_a_scan_signs_in_once(dovecot, mailbox):
    dovecot.deliver(mailbox.username, [make_mail()])
    scan(mailbox)
    log = (dovecot.root / "log").read_text()
    assert log.count(f"Login: user=<{mailbox.username}>") == 1


def test_too_many_connections_are_no_wrong_password():
    if not dovecot_installed():
        pytest.skip(HOW_TO_INSTALL)
    server = start_dovecot(connections=1)
    try:
        mailbox = mailbox_at(server)
        held = connect(account_of(mailbox))
        for _ in range(4):
            assert [error["code"] for error in scan(mailbox).tally.errors] == ["too_many_connections"]
        mailbox.refresh_from_db()
        assert mailbox.state == MailboxState.RETRYING
        assert mailbox.last_error_at
        assert mailbox.retry_at
        assert mailbox.retry_at - mailbox.last_error_at >= timedelta(minutes=1)
        held.logout()
        assert scan(mailbox).tally.errors == []
    finally:
        server.stop()


def test_the_last_number_there_can_be_is_read(dovecot, mailbox):
    scan(mailbox)
    dovecot.doveadm("mailbox", "update", "-u", mailbox.username, "--min-next-uid", "4294967294", "INBOX")
    dovecot.deliver(mailbox.username, [make_mail()])
    assert scan(mailbox).tally.stored == 1
    assert mailbox.folders.get(name="INBOX").last_uid == 4294967294
    assert scan(mailbox).tally.errors == []


def test_a_restored_old_mail_with_a_new_number_is_stored(dovecot, mailbox):
    scan(mailbox)
    client = connect(account_of(mailbox))
    client.append("INBOX", make_mail(), msg_time=datetime.now(UTC) - timedelta(days=400))
    client.logout()
    assert scan(mailbox).tally.stored == 1


def test_a_certificate_that_nobody_vouches_for_is_refused(dovecot):
    mailbox = mailbox_at(dovecot, port=dovecot.tls_port, security="tls")
    assert [error["code"] for error in scan(mailbox).tally.errors] == ["tls"]


@pytest.mark.parametrize(("security", "port"), [("tls", "tls_port"), ("starttls", "port")])
def test_encrypted_connections_work_where_the_certificate_does(dovecot, monkeypatch, security, port):
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.root / "cert.pem"))
    mailbox = mailbox_at(dovecot, host="localhost", port=getattr(dovecot, port), security=security)
    dovecot.deliver(mailbox.username, [make_mail()])
    assert scan(mailbox).tally.stored == 1


@pytest.mark.slow
def test_ten_thousand_mails_are_all_stored_none_twice_and_the_server_is_unchanged(dovecot, mailbox, monkeypatch):
    dovecot.deliver(mailbox.username, (make_mail(body="word " * 200) for _ in range(10_000)))
    before = server_view(mailbox)
    assert scan(mailbox).tally.stored == 10_000
    assert StoredEmail.objects.count() == MessageLocation.objects.count() == 10_000
    assert server_view(mailbox) == before
    monkeypatch.setattr("emailsync.imap.fetching.fetch", lambda *args, **kwargs: pytest.fail("a body was fetched"))
    assert scan(mailbox, hours=7 * 24).tally.seen == 0

"""Whole scans of servers that break the rules: the mailbox is marked, the process lives, nothing wrong is stored."""

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emailsync.imap import wire
from emailsync.imap.client import connected, sequence_set
from emailsync.imap.folders import refresh_folders
from emailsync.imap.problems import Code, Kind, MailboxProblem
from emailsync.imap.scanning import Plan, Tally, scan_folder
from emailsync.models import Folder, Mailbox, StoredEmail
from emailsync.tests.factories import make_mail, make_mailbox, make_member
from emailsync.tests.scripted_imap import DONE, Answer, Request, Server, scripted, searched

pytestmark = pytest.mark.django_db

PLAN = Plan(lookback=timedelta(days=3650), first_reach=timedelta(days=3650))
COMMANDS = ["GREETING", "CAPABILITY", "LOGIN", "LIST", "EXAMINE", "UID SEARCH", "UID FETCH"]
BAD = b"%t BAD what\r\n"


@pytest.fixture(autouse=True)
def _impatient(settings, monkeypatch):
    settings.FLUX_ALLOW_PRIVATE_MAIL_HOSTS = True
    settings.FLUX_MAX_MAIL_BYTES = 100_000
    monkeypatch.setattr(wire, "READ_SECONDS", 0.5)
    monkeypatch.setattr(wire, "CONNECT_SECONDS", 0.5)
    monkeypatch.setattr(wire, "_OVERHEAD", 3_000_000)


@pytest.fixture
def mailbox() -> Mailbox:
    return make_mailbox(make_member(), security="plain")


def scan(server: Server, mailbox: Mailbox, plan: Plan = PLAN) -> Tally:
    """A whole scan of all folders; what is wrong with one of them is noted."""
    tally = Tally()
    with connected(server.account) as client:
        for folder in refresh_folders(client, mailbox):
            try:
                scan_folder(client, mailbox, folder, plan, tally)
            except MailboxProblem as problem:
                tally.note(problem, folder=folder.name)
    return tally


def codes(tally: Tally) -> list[str]:
    return [error["code"] for error in tally.errors]


def stored_at(mailbox: Mailbox) -> dict[int, bytes]:
    """{UID: bytes} of what is stored from INBOX."""
    places = mailbox.folders.get(name="INBOX").locations.select_related("email")
    return {place.uid: place.email.raw_bytes for place in places if place.uidvalidity >= 0}


def said_before(said: bytes, command: str) -> dict[str, Answer]:
    """A script that says something else first, then the right thing."""
    return {command: lambda server, request: said + server.plain(server, request)}


def fetched(said: bytes, *, facts: bool) -> dict[str, Answer]:
    """A script that gives these answers in place of facts, or of bodies."""

    def answer(server: Server, request: Request) -> bytes:
        return server.plain(server, request) if facts == (b"BODY" in request.arguments) else said + DONE

    return {"UID FETCH": answer}


# How it begins.


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ({"GREETING": b""}, Code.TIMEOUT),
        ({"GREETING": None}, Code.LOST),
        ({"GREETING": b"220 mail ESMTP\r\n"}, Code.NOT_IMAP),
        ({"GREETING": b"\x00\xff\x00\r\n"}, Code.NOT_IMAP),
        ({"GREETING": b"* OK " + b"x" * 4_000_000}, Code.LOST),
        ({"GREETING": b"* BYE closing\r\n"}, Code.UNAVAILABLE),
        ({"GREETING": b"* BYE Too many connections from your address\r\n"}, Code.BUSY_ACCOUNT),
        ({"GREETING": b"* PREAUTH come in\r\n"}, Code.PREAUTH),
        ({"CAPABILITY": b"* CAPABILITY \xff\r\n" + DONE}, Code.NOT_IMAP),
        ({"CAPABILITY": BAD}, Code.NOT_IMAP),
        ({"LOGIN": BAD}, Code.ODD_ANSWER),
        ({"LOGIN": b"%t NO [AUTHENTICATIONFAILED] no\r\n"}, Code.LOGIN),
        ({"LOGIN": b"%t NO [UNAVAILABLE] no\r\n"}, Code.UNAVAILABLE),
        ({"LOGIN": b"%t NO [INUSE] no\r\n"}, Code.UNAVAILABLE),
        ({"LOGIN": b"%t NO [LIMIT] no\r\n"}, Code.BUSY_ACCOUNT),
        ({"LOGIN": b"* BYE Too many simultaneous connections\r\n"}, Code.BUSY_ACCOUNT),
        ({"LIST": BAD}, Code.ODD_ANSWER),
        ({"LIST": b"%t NO [UNAVAILABLE] later\r\n"}, Code.UNAVAILABLE),
        *(({command: None}, Code.LOST) for command in COMMANDS[1:]),
        *(({command: b""}, Code.TIMEOUT) for command in COMMANDS[1:]),
        *(({command: b"* BYE bye\r\n"}, Code.LOST) for command in ("LIST", "EXAMINE", "UID SEARCH", "UID FETCH")),
        *(({command: b"zzz9 OK done\r\n"}, Code.LOST) for command in ("LOGIN", "LIST", "EXAMINE", "UID SEARCH")),
    ],
)  # fmt: skip
def test_a_server_that_does_not_go_along_marks_the_mailbox_with_the_reason(script, code, mailbox):
    with scripted(script) as server, pytest.raises(MailboxProblem) as caught:
        scan(server, mailbox)
    assert caught.value.code == code
    assert server.connections == 1


def test_only_a_refused_password_counts_as_one():
    passing = [
        Code.DNS,
        Code.TIMEOUT,
        Code.LOST,
        Code.BUSY_ACCOUNT,
        Code.UNAVAILABLE,
        Code.ODD_ANSWER,
        Code.FOLDER_REFUSED,
    ]
    assert {MailboxProblem(code).kind for code in passing} == {Kind.TRANSIENT}
    assert MailboxProblem(Code.LOGIN).kind == Kind.CREDENTIALS


def test_a_login_that_the_server_forbids_in_clear_text_is_not_sent(mailbox):
    with scripted(capabilities=b"IMAP4rev1 LOGINDISABLED") as server, pytest.raises(MailboxProblem) as caught:
        scan(server, mailbox)
    assert caught.value.code == Code.CLEAR_TEXT
    assert "LOGIN" not in server.requests


def test_a_server_without_starttls_never_sees_the_password(mailbox):
    with scripted(security="starttls") as server, pytest.raises(MailboxProblem) as caught:
        scan(server, mailbox)
    assert caught.value.code == Code.NO_STARTTLS
    assert "LOGIN" not in server.requests


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ({"STARTTLS": b"%t OK go\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n"}, Code.TLS),
        ({"STARTTLS": b"%t OK go\r\nA1 OK done\r\n"}, Code.TLS),
        ({"STARTTLS": b"%t NO never\r\n"}, Code.ODD_ANSWER),
        ({"GREETING": b"* PREAUTH come in\r\n"}, Code.PREAUTH),
    ],
)
def test_what_is_slipped_in_around_starttls_ends_the_connection(script, code, mailbox):
    with (
        scripted(script, security="starttls", capabilities=b"IMAP4rev1 STARTTLS") as server,
        pytest.raises(MailboxProblem) as caught,
    ):
        scan(server, mailbox)
    assert caught.value.code == code
    assert "LOGIN" not in server.requests


def test_capabilities_that_change_with_the_sign_in_are_believed_afterwards():
    script: dict[str, Answer] = {"LOGIN": b"* CAPABILITY IMAP4rev1 IDLE\r\n" + DONE}
    with scripted(script) as server, connected(server.account) as client:
        assert client.idle_supported


# Folders.


def folders_of(listed: bytes, mailbox: Mailbox, **fields) -> dict[str, tuple[str, bool]]:
    with scripted({"LIST": listed + DONE}, **fields) as server, connected(server.account) as client:
        refresh_folders(client, mailbox)
    return {folder.name: (folder.special_use, folder.watched) for folder in mailbox.folders.all()}


def test_inbox_is_read_even_where_it_is_not_listed(mailbox):
    assert folders_of(b'* LIST () "/" Other\r\n', mailbox) == {"INBOX": ("inbox", True), "Other": ("", False)}


def test_inbox_in_another_spelling_is_the_same_folder(mailbox):
    folders_of(b'* LIST () "/" "Inbox"\r\n', mailbox)
    assert folders_of(b'* LIST () "/" INBOX\r\n', mailbox) == {"INBOX": ("inbox", True)}


@pytest.mark.parametrize(
    ("line", "name"),
    [
        (b'* LIST () "/" "K&AOQ-ufe"', "Käufe"),
        ('* LIST () "/" "Übersicht"'.encode(), "Übersicht"),
        (b'* LIST () "/" "\xe4\xfc"', "äü"),
        (b'* LIST () NIL "a \\"b\\" \\\\ c"', 'a "b" \\ c'),
        (b'* LIST () "\\\\" Mail\\2026', "Mail\\2026"),
        (b'* LIST () "/" {4}\r\na"b(', 'a"b('),
        (b'* LIST () "/" 2026', "2026"),
        (b'* LIST () "/" A&-B', "A&B"),
        (b'* LIST () "/" &broken', "&broken"),
        (b'* LIST () "/" ' + b"/".join([b"deep"] * 100), "/".join(["deep"] * 100)),
    ],
)
def test_a_folder_goes_back_to_the_server_under_the_very_name_that_it_gave(line, name, mailbox):
    asked = []

    def examined(server: Server, request: Request) -> bytes:
        asked.append(request.arguments)
        return server.plain(server, request)

    with scripted({"LIST": line + b"\r\n" + DONE, "EXAMINE": examined}) as server:
        assert codes(scan(server, mailbox)) == []
    assert name in mailbox.folders.values_list("name", flat=True)
    folder = mailbox.folders.get(name=name)
    quoted = folder.raw_name.encode("latin-1").replace(b"\\", b"\\\\").replace(b'"', b'\\"')
    assert b'"' + quoted + b'"' in asked


@pytest.mark.parametrize(
    "line",
    [
        b'* LIST (\\Noselect) "/" x\r\n',
        b'* LIST (\\NonExistent) "/" x\r\n',
        b'* LIST () "/" "a\x00b"\r\n',
        b'* LIST () "/" {4}\r\na\r\nb\r\n',
        b'* LIST () "/" "' + b"x" * 1001 + b'"\r\n',
        b"* LIST\r\n",
        b'* LIST ( "/" x\r\n',
        b'* LIST () "/"\r\n',
        b"* LIST ((((((((((((\r\n",
        b"* LIST " + b"(" * 5_000 + b"\r\n",
    ],
)
def test_a_folder_that_cannot_be_opened_or_read_costs_no_other(line, mailbox):
    assert folders_of(line + b'* LIST () "/" Fine\r\n', mailbox) == {"INBOX": ("inbox", True), "Fine": ("", False)}


def test_special_uses_are_asked_for_where_they_do_not_come_by_themselves(mailbox):
    def listed(server: Server, request: Request) -> bytes:
        use = b"\\Archive" if b"RETURN (SPECIAL-USE)" in request.arguments else b""
        return b'* LIST (%s) "/" Ablage\r\n' % use + DONE

    with (
        scripted({"LIST": listed}, capabilities=b"IMAP4rev1 SPECIAL-USE LIST-EXTENDED") as server,
        connected(server.account) as client,
    ):
        refresh_folders(client, mailbox)
    assert mailbox.folders.get(name="Ablage").watched


def test_a_server_that_offers_special_uses_and_refuses_them_is_listed_without(mailbox):
    def listed(server: Server, request: Request) -> bytes:
        return BAD if b"RETURN" in request.arguments else b'* LIST () "/" Other\r\n' + DONE

    with (
        scripted({"LIST": listed}, capabilities=b"IMAP4rev1 SPECIAL-USE LIST-EXTENDED") as server,
        connected(server.account) as client,
    ):
        refresh_folders(client, mailbox)
    assert set(mailbox.folders.values_list("name", flat=True)) == {"INBOX", "Other"}


def test_more_folders_than_can_be_meant_are_said(mailbox):
    listed = b"".join(b'* LIST () "/" f%d\r\n' % number for number in range(10_001))
    with pytest.raises(MailboxProblem) as caught:
        folders_of(listed, mailbox)
    assert caught.value.code == Code.TOO_MANY_FOLDERS


def test_a_folder_list_without_end_is_given_up(mailbox):
    def endless(server: Server, request: Request) -> None:
        with suppress(OSError):
            while True:
                request.line.sendall(b'* LIST () "/" x\r\n' * 1000)

    with scripted({"LIST": endless}) as server, pytest.raises(MailboxProblem) as caught:
        scan(server, mailbox)
    assert caught.value.code == Code.LOST


# Opening and searching a folder.


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ({"EXAMINE": BAD}, Code.FOLDER_REFUSED),
        ({"EXAMINE": b"%t NO Permission denied\r\n"}, Code.FOLDER_REFUSED),
        ({"EXAMINE": b"%t NO [NONEXISTENT] gone\r\n"}, Code.FOLDER_GONE),
        ({"EXAMINE": b"%t NO [INUSE] later\r\n"}, Code.UNAVAILABLE),
        ({"EXAMINE": b"%t NO [LIMIT] later\r\n"}, Code.BUSY_ACCOUNT),
        ({"EXAMINE": b"* OK [UIDVALIDITY soon] ok\r\n" + DONE}, Code.ODD_ANSWER),
        ({"EXAMINE": b"* OK [UIDVALIDITY -1] ok\r\n" + DONE}, Code.ODD_ANSWER),
        ({"EXAMINE": b"* OK [UIDVALIDITY " + b"9" * 30 + b"] ok\r\n" + DONE}, Code.ODD_ANSWER),
        ({"EXAMINE": b"* OK [UIDNEXT x] ok\r\n" + DONE}, Code.ODD_ANSWER),
        ({"UID SEARCH": BAD}, Code.FOLDER_REFUSED),
        ({"UID SEARCH": b"%t NO [BADCHARSET (UTF-8)] no\r\n"}, Code.FOLDER_REFUSED),
        ({"UID SEARCH": b"* SEARCH 0\r\n" + DONE}, Code.ODD_ANSWER),
        ({"UID SEARCH": b"* SEARCH 4294967296\r\n" + DONE}, Code.ODD_ANSWER),
        ({"UID SEARCH": b"* SEARCH " + b"9" * 5000 + b"\r\n" + DONE}, Code.ODD_ANSWER),
        ({"UID SEARCH": b"* SEARCH 1 two\r\n" + DONE}, Code.ODD_ANSWER),
        ({"UID SEARCH": b"* SEARCH -1\r\n" + DONE}, Code.ODD_ANSWER),
        ({"UID SEARCH": b"* SEARCH {3}\r\n1 2\r\n" + DONE}, Code.ODD_ANSWER),
        ({"UID SEARCH": b"* SEARCH \xd9\xa1\r\n" + DONE}, Code.ODD_ANSWER),
        ({"UID FETCH": BAD}, Code.FOLDER_REFUSED),
    ],
)  # fmt: skip
def test_an_odd_answer_about_a_folder_marks_it_and_stores_nothing(script, code, mailbox):
    with scripted(script) as server:
        assert codes(scan(server, mailbox)) == [code]
    assert not StoredEmail.objects.exists()
    assert mailbox.folders.get().uidvalidity is None


@pytest.mark.parametrize(
    "script",
    [
        {"UID SEARCH": b"* SEARCH 1\r\n* SEARCH 2\r\n" + DONE},
        {"UID SEARCH": b"* SEARCH 2 1 2 (MODSEQ 99)\r\n" + DONE},
        said_before(b"* 3 EXISTS\r\n* 9 EXPUNGE\r\n* 2 FETCH (FLAGS (\\Seen))\r\n* OK [ALERT] hello\r\n", "UID SEARCH"),
        said_before(b"* 3 EXISTS\r\n* 9 EXPUNGE\r\n* 2 FETCH (FLAGS (UID 1))\r\n* NO warned\r\n", "UID FETCH"),
        said_before(b"* 1 FETCH (UID 99 RFC822.SIZE 5 INTERNALDATE \"24-Nov-2026 10:00:00 +0000\")\r\n", "UID FETCH"),
        said_before(b"* 1 FETCH (RFC822.SIZE 5)\r\n* 1 FETCH (((\r\n", "UID FETCH"),
        said_before(b"* SEARCH 77\r\n", "EXAMINE"),
        said_before(b"* CAPABILITY IMAP4rev1\r\n* X-NEW thing\r\n", "UID FETCH"),
    ],
)  # fmt: skip
def test_what_is_said_besides_does_no_harm(script, mailbox):
    with scripted(script) as server:
        assert codes(scan(server, mailbox)) == []
        assert stored_at(mailbox) == server.mails


def test_a_search_is_asked_in_ascii_without_charset(mailbox):
    asked = []

    def answer(server: Server, request: Request) -> bytes:
        asked.append(request.arguments)
        return server.plain(server, request)

    with scripted({"UID SEARCH": answer}) as server:
        scan(server, mailbox)
        scan(
            server,
            mailbox,
            Plan(timedelta(days=3650), timedelta(days=3650), senders=["shöp.example", "b.example", "c.example"]),
        )
    assert asked
    assert all(b"CHARSET" not in search and search.isascii() for search in asked)
    assert asked[-1].endswith(b'OR OR FROM "xn--shp-tna.example" FROM "b.example" FROM "c.example"')


# Facts and bodies.


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"* 1 FETCH (RFC822.SIZE 10)\r\n* 2 FETCH (RFC822.SIZE 10)\r\n",
        b"* 1 FETCH (UID 1 RFC822.SIZE x)\r\n",
        b"* 1 FETCH (UID 91 RFC822.SIZE 10)\r\n",
        b"* 1 FETCH (FLAGS (UID 1 RFC822.SIZE 10))\r\n",
        b"* 1 FETCH (UID 1 RFC822.SIZE " + b"9" * 40 + b")\r\n",
        b"* 1 FETCH " + b"(" * 3000 + b"\r\n",
    ],
)
def test_mail_whose_facts_are_kept_back_is_a_hole_and_said(said, mailbox):
    with scripted(fetched(said, facts=True)) as server:
        assert codes(scan(server, mailbox)) == [Code.UNREAD_MAIL]
        assert not StoredEmail.objects.exists()
        holes = mailbox.folders.get().holes
        assert list(holes.values_list("uid", "reason", "tries")) == [(1, "unanswered", 1), (2, "unanswered", 1)]
        server.script = {}
        assert codes(scan(server, mailbox)) == []
        assert stored_at(mailbox) == server.mails
        assert not holes.exists()


@pytest.mark.parametrize(
    ("said", "stored"),
    [
        (b"* 1 FETCH (BODY[] {4}\r\ngood)\r\n", {}),
        (b"* 1 FETCH (UID 9 BODY[] {4}\r\ngood)\r\n", {}),
        (b"* 1 FETCH (UID 1 BODY[HEADER] {4}\r\nhead)\r\n", {}),
        (b"* 1 FETCH (UID 1 BODY[]<0> {4}\r\npart)\r\n", {}),
        (b"* 1 FETCH (UID 1 BODY[] NIL)\r\n", {}),
        (b"* 1 FETCH (UID 1 BODY[] {4}\r\ngood and more)\r\n", {}),
        (b"* 1 FETCH (UID 1 BODY[] {2}\r\ngood)\r\n", {}),
        (b"* 1 FETCH " + b"(" * 3000 + b" BODY[] {1}\r\nx\r\n", {}),
        (b"* 1 FETCH (UID 1 BODY[] {4}\r\ngood)\r\n* 2 FETCH (UID 2 BODY[] {9}\r\n", {}),
        (b"* 2 FETCH (BODY[] {3}\r\ntwo UID 2)\r\n* 1 FETCH (BODY[] {3}\r\none UID 1)\r\n", {1: b"one", 2: b"two"}),
        (b"* 1 FETCH (UID 1 BODY[] {4}\r\n\0\0\0\0)\r\n", {1: b"\0\0\0\0"}),
        (b"* 1 FETCH (UID 1 BODY[] {7}\r\nx)\r\n1 2)\r\n", {1: b"x)\r\n1 2"}),
        (b"* 1 FETCH (UID 1 BODY[] {0}\r\n)\r\n", {1: b""}),
    ],
)
def test_a_body_is_stored_for_the_message_that_it_was_said_to_be_of_or_not_at_all(said, stored, mailbox):
    with scripted(fetched(said, facts=False)) as server, suppress(MailboxProblem):
        scan(server, mailbox)
    folder = mailbox.folders.get()
    assert stored_at(mailbox) == stored
    # The rest is known to be wanting, or the folder counts as unread.
    assert folder.uidvalidity is None or {*stored, *folder.holes.values_list("uid", flat=True)} == {1, 2}


@pytest.mark.parametrize("size", [b"99999999999999", b"9" * 400, b"200000000"])
def test_a_literal_that_is_larger_than_can_be_held_ends_the_connection(size, mailbox):
    with (
        scripted(fetched(b"* 1 FETCH (UID 1 BODY[] {" + size + b"}\r\nx", facts=False)) as server,
        pytest.raises(MailboxProblem) as caught,
    ):
        scan(server, mailbox)
    assert caught.value.code == Code.LOST


@pytest.mark.parametrize(
    "date",
    [
        b"24-Nov-2099 10:00:00 +0000", b"", b"yesterday", b"31-Feb-2026 10:00:00 +0000", b"24-Nov-2026 10:00:00",
        b"24-Nov-2026 10:00:00 +9999", b" 1-Jan-0001 00:00:00 +1400", b"31-Dec-9999 23:59:59 -1400", b"\xff\x00",
        b"01-Jan-99999999999999999999 00:00:00 +0000",
    ],
)  # fmt: skip
def test_no_date_keeps_new_mail_out(date, mailbox):
    with scripted(date=date, mails={}) as server:
        scan(server, mailbox)
        server.mails = {1: make_mail(), 2: make_mail()}
        assert codes(scan(server, mailbox, Plan(timedelta(hours=1), timedelta(days=1)))) == []
        assert stored_at(mailbox) == server.mails


def test_a_message_that_is_refused_holds_up_no_other_and_is_tried_again(mailbox):
    def moody(server: Server, request: Request) -> bytes:
        of_two = b"BODY" in request.arguments and request.arguments.split()[0] in (b"1:2", b"2")
        return b"%t NO cannot\r\n" if of_two else server.plain(server, request)

    with scripted({"UID FETCH": moody}) as server:
        assert codes(scan(server, mailbox)) == [Code.UNREAD_MAIL]
        assert set(stored_at(mailbox)) == {1}
        assert list(mailbox.folders.get().holes.values_list("uid", "reason")) == [(2, "refused")]
        server.script = {}
        scan(server, mailbox)
        assert stored_at(mailbox) == server.mails


def test_a_mail_that_is_refused_again_and_again_is_tried_once_a_day(mailbox):
    with scripted(fetched(b"", facts=True)) as server:
        for _ in range(5):
            scan(server, mailbox, Plan(timedelta(seconds=1), timedelta(days=3650)))
        folder = mailbox.folders.get()
        assert set(folder.holes.values_list("tries", flat=True)) == {3}
        folder.holes.update(seen_at="2026-01-01T00:00Z")
        scan(server, mailbox, Plan(timedelta(seconds=1), timedelta(days=3650)))
        assert set(folder.holes.values_list("tries", flat=True)) == {4}


# Numbers.


def test_numbers_that_fall_under_the_same_uidvalidity_are_a_new_numbering(mailbox):
    first = {uid: make_mail() for uid in range(1, 6)}
    with scripted(mails=dict(first)) as server:
        scan(server, mailbox)
        kept = make_mail(subject="Kept")
        server.mails = {1: kept, 2: first[5]}
        assert codes(scan(server, mailbox)) == []
        assert stored_at(mailbox) == server.mails
        assert StoredEmail.objects.count() == 6
        folder = mailbox.folders.get()
        assert (folder.last_uid, folder.resets) == (2, 1)
        assert folder.locations.filter(uidvalidity__lt=0).count() == 5
        server.mails[3] = make_mail()
        scan(server, mailbox)
        assert StoredEmail.objects.count() == 7


def test_a_folder_that_was_emptied_is_no_new_numbering(mailbox):
    with scripted(mails={5: make_mail()}) as server:
        scan(server, mailbox)
        server.mails = {}
        server.script = {"EXAMINE": b"* 0 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 6] ok\r\n" + DONE}
        scan(server, mailbox)
    assert mailbox.folders.get().resets == 0


def test_a_uidnext_that_its_own_folder_belies_is_left_aside(mailbox):
    opened = b"* 2 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 1] ok\r\n" + DONE
    with scripted({"EXAMINE": opened}) as server:
        scan(server, mailbox)
        scan(server, mailbox)
        assert mailbox.folders.get().resets == 0
        assert stored_at(mailbox) == server.mails


@pytest.mark.parametrize("uidnext", [b"", b"* OK [UIDNEXT 4294967295] ok\r\n", b"* OK [UIDNEXT 0] ok\r\n"])
def test_new_mail_is_found_whatever_uidnext_promises(uidnext, mailbox):
    with scripted({"EXAMINE": b"* OK [UIDVALIDITY 7] ok\r\n" + uidnext + DONE}) as server:
        scan(server, mailbox)
        server.mails[3] = make_mail()
        scan(server, mailbox, Plan(timedelta(seconds=1), timedelta(days=1)))
        assert stored_at(mailbox) == server.mails


def test_a_server_whose_uidvalidity_is_always_zero_is_read_by_its_numbers(mailbox):
    with scripted(uidvalidity=0) as server:
        scan(server, mailbox)
        server.mails[3] = make_mail()
        tally = scan(server, mailbox)
        assert (tally.stored, codes(tally)) == (1, [])
        assert stored_at(mailbox) == server.mails


def test_a_folder_whose_first_scan_was_cut_short_is_searched_again_but_not_fetched_again(mailbox):
    bodies: list[bytes] = []

    def counted(server: Server, request: Request) -> bytes:
        if b"BODY" in request.arguments:
            bodies.append(request.arguments)
        return server.plain(server, request)

    mails = {uid: make_mail() for uid in range(1, 131)}
    stops = iter([False, False, True])
    with scripted({"UID FETCH": counted}, mails=mails) as server:
        cut = Plan(PLAN.lookback, PLAN.first_reach, should_stop=lambda: next(stops))
        assert scan(server, mailbox, cut).unfinished
        assert mailbox.folders.get().uidvalidity is None
        assert not scan(server, mailbox).unfinished
        assert stored_at(mailbox) == server.mails
    assert [arguments.split()[0] for arguments in bodies] == [b"1:50", b"51:100", b"101:130"]


def test_a_cut_short_scan_after_a_new_numbering_counts_as_one_reset(mailbox):
    with scripted() as server:
        scan(server, mailbox)
        server.uidvalidity = 8
        for _ in range(5):
            assert scan(server, mailbox, Plan(PLAN.lookback, PLAN.first_reach, should_stop=lambda: True)).unfinished
        scan(server, mailbox)
        folder = mailbox.folders.get()
        assert (folder.uidvalidity, folder.resets) == (8, 1)


def test_a_folder_that_was_numbered_anew_is_read_back_to_its_last_scan(mailbox):
    with scripted() as server:
        scan(server, mailbox)
        Folder.objects.update(last_scan_at="2026-01-10T00:00Z")
        server.uidvalidity, server.date = 8, b"10-Jan-2026 05:00:00 +0000"
        server.mails = {1: make_mail()}
        tally = scan(server, mailbox, Plan(timedelta(hours=1), timedelta(days=1)))
        assert (tally.stored, tally.outside) == (1, 0)


@pytest.mark.slow
def test_two_hundred_thousand_numbers_are_searched_in_blocks(mailbox):
    many = range(1, 400_001, 2)
    said = searched(many) + DONE
    asked: list[int] = []

    def facts(server: Server, request: Request) -> bytes:
        uids = request.arguments.split()[0].split(b",")
        asked.append(len(uids))
        return (
            b"".join(
                b'* 1 FETCH (UID %s RFC822.SIZE 9 INTERNALDATE "24-Nov-1999 10:00:00 +0000")\r\n' % uid for uid in uids
            )
            + DONE
        )

    with scripted({"UID SEARCH": said, "UID FETCH": facts}) as server:
        tally = scan(server, mailbox)
    assert (tally.outside, codes(tally), sum(asked), max(asked)) == (200_000, [], 200_000, 500)
    assert mailbox.folders.get().last_uid == 2  # UIDNEXT, which the script leaves at 3, decides


@pytest.mark.parametrize(
    ("date", "utc"),
    [
        (b"24-Nov-2026 10:00:00 +0130", "2026-11-24 08:30:00+00:00"),
        (b" 1-jan-2026 00:15:00 -0030", "2026-01-01 00:45:00+00:00"),
    ],
)
def test_the_date_of_arrival_is_kept_in_utc(date, utc, mailbox):
    with scripted(date=date) as server:
        scan(server, mailbox)
    assert {str(moment) for moment in StoredEmail.objects.values_list("received_at", flat=True)} == {utc}


def test_runs_of_numbers_are_written_as_ranges():
    assert sequence_set([1, 2, 3, 7, 9, 10]) == "1:3,7,9:10"


# Anything at all.

MUTATIONS = st.tuples(
    st.sampled_from(COMMANDS),
    st.sampled_from(["flip", "cut", "insert", "repeat"]),
    st.integers(0, 10_000),
    st.binary(min_size=1, max_size=12)
    | st.sampled_from([b"\r\n", b"{99}\r\n", b"(", b'"', b"* BYE x\r\n", b" UID 2 "]),
)


def mutated(said: bytes, how: str, place: int, piece: bytes) -> bytes:
    place %= len(said) + 1
    parts = {
        "flip": said[:place] + piece + said[place + len(piece) :],
        "cut": said[:place] + said[place + len(piece) :],
        "insert": said[:place] + piece + said[place:],
        "repeat": said[:place] + said,
    }
    return parts[how]


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
@given(st.lists(MUTATIONS, min_size=1, max_size=2))
def test_whatever_bytes_come_only_a_problem_or_a_right_result_comes_out(mutations):
    """And within a bounded number of commands, each of whose answers is bounded by itself."""
    wire.READ_SECONDS = 0.1

    def spoilt(server: Server, request: Request) -> bytes:
        said = server.plain(server, request).replace(b"%t", request.tag)
        for command, *change in mutations:
            said = mutated(said, *change) if command == request.name else said
        return said

    mailbox = make_mailbox(make_member(), security="plain")
    with scripted(dict.fromkeys(COMMANDS, spoilt)) as server, suppress(MailboxProblem):
        scan(server, mailbox)
    assert len(server.requests) < 200
    assert server.connections == 1
    stored = stored_at(mailbox) if mailbox.folders.filter(name="INBOX").exists() else {}
    if "UID FETCH" not in [command for command, *_ in mutations]:
        assert stored.items() <= server.mails.items()

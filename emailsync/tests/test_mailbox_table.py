"""Mailboxes as a CSV file: out without passwords, in after a look, signed in to only once a password is there."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django_q.models import OrmQ

from accounts.models import User
from common.table_import import Verdict
from emailsync.imap.client import connected
from emailsync.imap.folders import refresh_folders
from emailsync.mailbox_table import MOST_BYTES, MOST_ROWS, plan_import
from emailsync.models import Folder, Mailbox, ScanKind
from emailsync.queries import due_for_scan
from emailsync.scans import account_of, scan_mailbox
from emailsync.services import add_listed_mailboxes, request_scan
from emailsync.tests.factories import make_mailbox, make_member
from flux.testing.dovecot import PASSWORD

EXPORT = "/accounts/settings/mailboxes/export/"
IMPORT = "/accounts/settings/mailboxes/import/"
HEADER = "Name,Server,Port,Encryption,User name,Primary folder,Watched folders,Authentication server,Enabled\r\n"


@pytest.fixture
def member(db: None, client: Client) -> User:
    member = make_member("mara")
    client.force_login(member)
    return member


def exported(client: Client) -> bytes:
    return b"".join(client.get(EXPORT).streaming_content)  # type: ignore[attr-defined]


def table(*rows: str) -> bytes:
    return (HEADER + "".join(f"{row}\r\n" for row in rows)).encode()


def look(client: Client, content: bytes) -> Any:
    return client.post(IMPORT, {"table": SimpleUploadedFile("mailboxes.csv", content)})


def confirm(client: Client, preview: Any) -> Any:
    """Press the button of a preview, sending what the page holds with the line ends of a browser."""
    found = re.search(r'name="table" value="([^"]*)"', preview.content.decode())
    assert found, "nothing to confirm"
    return client.post(IMPORT, {"confirmed": "1", "table": re.sub(r"\r?\n", "\r\n", html.unescape(found[1]))})


def full_mailboxes(member: User) -> None:
    shop = make_mailbox(member, name="=Shop", host="imap.shop.example", username="a@shop.example", authserv_id="mx.s")
    for raw_name, watched in (("INBOX", True), ("Entw&APw-rfe", True), ('A, "b"; c', True), ("Spam", False)):
        Folder.objects.create(mailbox=shop, raw_name=raw_name, name=raw_name, watched=watched)
    make_mailbox(member, name="Élan", host="imap.two.example", port=143, security="starttls", username="b",
                 primary_folder="Posta", enabled=False)  # fmt: skip


def test_export_import_export_gives_the_same_bytes_but_for_the_state(member: User, client: Client) -> None:
    full_mailboxes(member)
    first = exported(client)
    Mailbox.objects.all().delete()
    answer = confirm(client, look(client, first))
    assert answer.status_code == 302
    second = exported(client)
    assert second == re.sub(rb",yes\r\n", b",no\r\n", first)
    assert Mailbox.objects.of(member).count() == 2


def test_an_export_holds_the_own_mailboxes_and_no_secret(member: User, client: Client) -> None:
    make_mailbox(member, username="mara@shop.example", password="pebble-42")
    make_mailbox(make_member(), username="bo@shop.example")
    content = exported(client).decode()
    assert "mara@shop.example" in content
    assert "bo@shop.example" not in content
    assert "pebble-42" not in content


def test_nothing_is_stored_before_it_is_confirmed_and_the_same_file_twice_adds_none(
    member: User, client: Client
) -> None:
    content = table("Shop,imap.shop.example,993,tls,mara@shop.example,INBOX,,,yes")
    preview = look(client, content)
    assert "1 new. Nothing is stored yet." in preview.content.decode()
    assert not Mailbox.objects.exists()
    confirm(client, preview)
    confirm(client, preview)
    assert Mailbox.objects.of(member).count() == 1
    again = look(client, content).content.decode()
    assert "0 new, 1 already there" in again
    assert 'name="confirmed"' not in again


def test_every_line_says_what_would_happen_and_which_field_is_wrong(member: User, client: Client) -> None:
    make_mailbox(member, host="imap.one.example", username="one")
    content = table(
        "One,IMAP.one.example,993,TLS,one,,,,yes",
        ",imap.new.example,993,tls,new,,,,yes",
        ",imap.new.example,993,tls,new,,,,no",
        ",https://imap.x.example,993,tls,x,,,,yes",
        ",imap.x.example,70000,none,x,,,,yes",
        ",,,,mara@gmail.com,,,,",
        ",,,,,,,,yes",
        ',imap.x.example,993,tls,y,,"IN\tBOX",,yes',
    )
    rows = plan_import(member, content).rows
    assert [(row.row.line, row.verdict) for row in rows] == [
        (2, Verdict.KNOWN), (3, Verdict.NEW), (4, Verdict.KNOWN), (5, Verdict.WRONG), (6, Verdict.WRONG),
        (7, Verdict.NEW), (8, Verdict.WRONG), (9, Verdict.WRONG),
    ]  # fmt: skip
    assert rows[2].note == "It is the account of line 3."
    assert [label for label, _ in rows[3].faults] == ["Server"]
    assert [label for label, _ in rows[4].faults] == ["Port", "Encryption"]
    assert [label for label, _ in rows[7].faults] == ["Watched folders"]
    body = look(client, content).content.decode()
    assert "2 new, 2 already there, 4 wrong" in body
    assert "Write the server’s name alone" in body


def test_an_account_of_another_member_is_no_matter(member: User) -> None:
    make_mailbox(make_member(), host="imap.x.example", username="x")
    plan = plan_import(member, table(",imap.x.example,993,tls,x,,,,yes"))
    assert len(plan.drafts) == 1


def test_all_are_made_or_none(member: User, client: Client) -> None:
    content = table(*(f",imap.x.example,993,tls,user{number},,,,yes" for number in range(3)))
    drafts = plan_import(member, content).drafts
    make_mailbox(member, host="imap.x.example", username="user2")
    with pytest.raises(Exception, match="mailbox_account_once"):
        add_listed_mailboxes(member=member, drafts=drafts)


def test_an_account_that_was_connected_meanwhile_stays_as_it_is(member: User, client: Client) -> None:
    preview = look(client, table(*(f",imap.x.example,993,tls,user{number},,,,yes" for number in range(3))))
    make_mailbox(member, host="imap.x.example", username="user2", name="Mine")
    confirm(client, preview)
    assert Mailbox.objects.of(member).count() == 3
    assert Mailbox.objects.of(member).get(username="user2").name == "Mine"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n", "not UTF-8"),
        (b"Name\nShop\n", "User name"),
        (b"User name\n" + b"x\n" * (MOST_ROWS + 1), f"at most {MOST_ROWS}"),
        (b"User name\n" + b"x" * MOST_BYTES, "bigger than 256 KB"),
    ],
    ids=["empty", "picture", "headings", "rows", "bytes"],
)
def test_a_file_that_is_no_list_is_refused_whole(member: User, client: Client, content: bytes, words: str) -> None:
    answer = look(client, content)
    assert answer.status_code == 422
    assert words in html.unescape(answer.content.decode())
    forged = client.post(IMPORT, {"confirmed": "1", "table": content.decode("latin-1")})
    assert forged.status_code == 422
    assert client.post(IMPORT).status_code == 422
    assert not Mailbox.objects.exists()


def test_a_file_that_only_looks_confirmed_is_checked_like_any_other(member: User, client: Client) -> None:
    client.post(IMPORT, {"confirmed": "1", "table": table(",http://10.0.0.1/,993,tls,x,,,,yes").decode()})
    assert not Mailbox.objects.exists()


@pytest.fixture
def waiting(member: User, client: Client) -> Mailbox:
    """A mailbox that was imported and has no password yet."""
    confirm(client, look(client, table("Shop,imap.shop.example,993,tls,mara@shop.example,INBOX,,,yes")))
    mailbox: Mailbox = Mailbox.objects.of(member).get()
    return mailbox


def test_an_imported_mailbox_rests_and_its_card_and_home_ask_for_the_password(waiting: Mailbox, client: Client) -> None:
    assert not waiting.enabled
    assert not request_scan(mailbox_id=waiting.pk)
    assert not due_for_scan().exists()
    assert not OrmQ.objects.exists()
    body = client.get(reverse("emailsync:mailboxes")).content.decode()
    assert "Needs a password" in body
    assert "Enter the password" in body
    assert "Resume" not in body
    assert "A mailbox needs a password" in client.get("/orders/").content.decode(), "the line of mail health"


def test_it_is_not_resumed_without_its_password(waiting: Mailbox, client: Client) -> None:
    answer = client.post(reverse("emailsync:mailbox-resume", args=[waiting.pk]), follow=True)
    assert "has no password yet" in answer.content.decode()
    waiting.refresh_from_db()
    assert not waiting.enabled


def test_its_password_wakes_it(waiting: Mailbox, client: Client) -> None:
    url = reverse("emailsync:mailbox", args=[waiting.pk])
    body = client.get(url).content.decode()
    assert "Once it is entered, the mailbox is read." in body
    fields = {"username": waiting.username, "name": "Shop", "host": waiting.host, "port": 993, "security": "tls"}
    assert client.post(url, fields | {"password": ""}).status_code == 422
    client.post(url, fields | {"password": "pebble-42"})
    waiting.refresh_from_db()
    assert waiting.enabled
    assert OrmQ.objects.count() == 1


def test_only_the_folders_of_the_list_are_read_where_it_names_any(
    member: User, client: Client, dovecot: Any, settings: Any
) -> None:
    settings.FLUX_ALLOW_PRIVATE_MAIL_HOSTS = True
    users = [dovecot.add_user(), dovecot.add_user()]
    rows = [
        f",127.0.0.1,{dovecot.port},plain,{users[0]},,Archive,,yes",
        f",127.0.0.1,{dovecot.port},plain,{users[1]},,,,yes",
    ]
    confirm(client, look(client, table(*rows)))
    watched = []
    for user in users:
        Mailbox.objects.filter(username=user).update(enabled=True)
        mailbox = Mailbox.objects.get(username=user)
        mailbox.password = PASSWORD
        mailbox.save(update_fields=["password"])
        with connected(account_of(mailbox)) as one:
            refresh_folders(one, mailbox)
        scan_mailbox(mailbox=mailbox, kind=ScanKind.FIRST, lookback=timedelta(hours=1))
        watched.append(sorted(mailbox.folders.filter(watched=True).values_list("raw_name", flat=True)))
    assert watched[0] == ["Archive"]
    assert "INBOX" in watched[1]

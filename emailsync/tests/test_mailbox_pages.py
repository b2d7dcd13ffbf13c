"""Mailboxes among the settings: connecting, testing, watching, pausing and removing them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import lxml.html
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_q.models import OrmQ, Schedule

from accounts.models import User
from emailsync.forms import MOST_FILES
from emailsync.models import Folder, Mailbox, MessageLocation, Scan, ScanKind, StoredEmail
from emailsync.scans import scan_mailbox
from emailsync.schedules import RECOVERY
from emailsync.tests.factories import make_mail, make_mailbox, make_member, make_scan, store_mail
from flux.testing.dovecot import PASSWORD

ALL = "/accounts/settings/mailboxes/"
ADD = f"{ALL}add/"
FIELDS: dict[str, Any] = {
    "username": "mara@shop.example",
    "password": "pebble-42",
    "name": "",
    "host": "imap.shop.example",
    "port": "993",
    "security": "tls",
    "authserv_id": "",
}


@pytest.fixture
def member(db: None, client: Client) -> User:
    member = make_member("mara")
    client.force_login(member)
    return member


def page(client: Client, url: str, **headers: str) -> str:
    answer = client.get(url, headers=headers)
    assert answer.status_code == 200, url
    return answer.content.decode()


def one(mailbox: Mailbox, name: str) -> str:
    return reverse(f"emailsync:{name}", args=[mailbox.pk])


def stored_fields(mailbox: Mailbox) -> dict[str, Any]:
    """A form as the browser sends it back untouched."""
    return {name: getattr(mailbox, name) for name in FIELDS} | {"password": ""}


def test_a_mailbox_is_connected_and_its_first_scan_queued(member: User, client: Client) -> None:
    answer = client.post(ADD, FIELDS)
    assert answer.status_code == 302
    mailbox = Mailbox.objects.of(member).get()
    assert (mailbox.name, mailbox.host, str(mailbox.password)) == (
        "mara@shop.example",
        "imap.shop.example",
        "pebble-42",
    )
    assert OrmQ.objects.count() == 1
    assert "A scan is about to start" in page(client, ALL)


def test_a_preset_fills_in_the_server_and_says_what_to_do(member: User, client: Client) -> None:
    body = page(client, f"{ADD}?preset=gmail")
    assert 'value="imap.gmail.com"' in body
    assert 'value="mx.google.com"' in body
    assert "app password" in body
    client.post(
        ADD, {"preset": "gmail", "username": "mara@gmail.com", "password": "x", "port": "993", "security": "tls"}
    )
    assert Mailbox.objects.of(member).get().host == "imap.gmail.com", "known by its address"
    outlook = page(client, f"{ADD}?preset=outlook")
    assert "no longer accepts passwords" in outlook
    assert 'name="password"' not in outlook
    assert page(client, f"{ADD}?preset=nonsense")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"host": "https://imap.shop.example/"}, "server’s name alone"),
        ({"host": "imap shop"}, "no name of a server"),
        ({"host": ""}, "Name the IMAP server"),
        ({"port": "0"}, "greater than or equal to 1"),
        ({"port": "99999"}, "less than or equal to 65535"),
        ({"port": "x"}, "whole number"),
        ({"security": "none"}, "not one of the available choices"),
        ({"username": ""}, "required"),
        ({"username": "a\x00b"}, "Null characters"),
        ({"username": "x" * 400}, "at most 320"),
        ({"password": ""}, "required"),
        ({"username": "mara@hotmail.com"}, "no longer accepts passwords"),
        ({"host": "outlook.office365.com"}, "no longer accepts passwords"),
    ],
)
def test_a_fault_is_said_at_its_field(member: User, client: Client, changed: dict[str, str], words: str) -> None:
    answer = client.post(ADD, FIELDS | changed)
    body = answer.content.decode()
    assert answer.status_code == 422
    assert words in body
    assert 'aria-invalid="true"' in body
    assert "pebble-42" not in body
    assert not Mailbox.objects.exists()


def test_the_same_account_is_not_connected_twice(member: User, client: Client) -> None:
    make_mailbox(member, host="imap.shop.example", username="mara@shop.example")
    assert "connected already" in client.post(ADD, FIELDS).content.decode()
    make_mailbox(make_member(), host="imap.two.example", username="mara@shop.example")
    assert client.post(ADD, FIELDS | {"host": "imap.two.example"}).status_code == 302, "another member’s is no matter"


def test_a_password_is_never_shown_and_stays_when_left_blank(member: User, client: Client) -> None:
    mailbox = make_mailbox(member, password="pebble-42")
    assert "pebble-42" not in page(client, one(mailbox, "mailbox"))
    client.post(one(mailbox, "mailbox"), stored_fields(mailbox) | {"name": "Shopping"})
    mailbox.refresh_from_db()
    assert (mailbox.name, str(mailbox.password)) == ("Shopping", "pebble-42")
    client.post(one(mailbox, "mailbox"), stored_fields(mailbox) | {"password": "quartz-7"})
    mailbox.refresh_from_db()
    assert str(mailbox.password) == "quartz-7"


@pytest.mark.parametrize(
    "changed", [{"host": "imap.elsewhere.example"}, {"port": 143}, {"security": "plain"}, {"username": "x"}]
)
@pytest.mark.parametrize("name", ["mailbox", "mailbox-test-known"])
def test_a_stored_password_is_not_sent_to_another_server(
    member: User, client: Client, monkeypatch: pytest.MonkeyPatch, name: str, changed: dict[str, Any]
) -> None:
    sent: list[Any] = []
    monkeypatch.setattr("emailsync.mailbox_views.test_connection", lambda **fields: sent.append(fields))
    mailbox = make_mailbox(member, password="pebble-42")
    answer = client.post(one(mailbox, name), stored_fields(mailbox) | changed)
    assert "enter the password again" in answer.content.decode()
    mailbox.refresh_from_db()
    assert (mailbox.host, sent) == ("imap.example.org", [])


def test_a_new_password_revives_a_refused_mailbox(member: User, client: Client) -> None:
    mailbox = make_mailbox(member, state="wrong_credentials", last_error="login", last_error_text="It was refused.")
    body = page(client, ALL)
    assert "Enter a new password" in body
    assert "so that the account is not locked" in body
    assert "Scan now" not in body
    client.post(one(mailbox, "mailbox"), stored_fields(mailbox) | {"password": "quartz-7"})
    mailbox.refresh_from_db()
    assert mailbox.state == "new"
    assert OrmQ.objects.count() == 1


def test_a_connection_is_tried_without_saving(member: User, client: Client, dovecot: Any, settings: Any) -> None:
    settings.FLUX_ALLOW_PRIVATE_MAIL_HOSTS = True
    url = reverse("emailsync:mailbox-test")
    fields = FIELDS | {"host": "127.0.0.1", "port": dovecot.port, "security": "plain", "username": dovecot.add_user()}
    good = client.post(url, fields | {"password": PASSWORD}, headers={"HX-Request": "true"}).content.decode()
    assert "It works: 3 folders found" in good
    assert "<html" not in good
    bad = client.post(url, fields | {"password": "no"}, headers={"HX-Request": "true"}).content.decode()
    assert "refused the user name or password" in bad
    whole = client.post(url, fields | {"password": PASSWORD}).content.decode()
    assert "It works" in whole
    assert "<html" in whole
    assert PASSWORD not in whole
    assert not Mailbox.objects.exists()


def test_a_test_of_a_faulty_form_says_what_is_missing(member: User, client: Client) -> None:
    answer = client.post(reverse("emailsync:mailbox-test"), {}, headers={"HX-Request": "true"}).content.decode()
    assert "E-mail address or user name: This field is required." in answer


def test_a_known_mailbox_is_tried_with_its_stored_password(
    member: User, client: Client, dovecot: Any, settings: Any
) -> None:
    settings.FLUX_ALLOW_PRIVATE_MAIL_HOSTS = True
    mailbox = make_mailbox(
        member, host="127.0.0.1", port=dovecot.port, security="plain", username=dovecot.add_user(), password=PASSWORD
    )
    answer = client.post(one(mailbox, "mailbox-test-known"), stored_fields(mailbox), headers={"HX-Request": "true"})
    assert "It works" in answer.content.decode()


def test_folders_are_chosen_from_those_of_the_server(member: User, client: Client, dovecot: Any, settings: Any) -> None:
    settings.FLUX_ALLOW_PRIVATE_MAIL_HOSTS = True
    mailbox = make_mailbox(
        member, host="127.0.0.1", port=dovecot.port, security="plain", username=dovecot.add_user(), password=PASSWORD
    )
    assert "with the first scan" in page(client, one(mailbox, "mailbox-folders"))
    scan_mailbox(mailbox=mailbox, kind=ScanKind.MANUAL, lookback=timedelta(hours=1))
    folders = list(mailbox.folders.all())
    assert folders[0].name in page(client, one(mailbox, "mailbox-folders"))
    none = client.post(one(mailbox, "mailbox-folders"), {"primary": "INBOX"})
    assert none.status_code == 422
    assert "Choose at least one folder" in none.content.decode()
    chosen = {"watched": [folders[-1].pk], "primary": folders[-1].raw_name}
    client.post(one(mailbox, "mailbox-folders"), chosen)
    mailbox.refresh_from_db()
    assert list(mailbox.folders.filter(watched=True)) == [folders[-1]]
    assert mailbox.primary_folder == folders[-1].raw_name
    stranger = Folder.objects.create(mailbox=make_mailbox(make_member()), raw_name="INBOX", name="INBOX")
    assert client.post(one(mailbox, "mailbox-folders"), chosen | {"watched": [stranger.pk]}).status_code == 422
    stranger.refresh_from_db()
    assert not stranger.watched


def test_a_scan_by_hand_looks_as_far_back_as_chosen_and_no_further(member: User, client: Client) -> None:
    mailbox = make_mailbox(member)
    for hours in ("0", "999", "x", "", "-1"):
        client.post(one(mailbox, "mailbox-scan"), {"hours": hours})
    assert not OrmQ.objects.exists()
    client.post(one(mailbox, "mailbox-scan"), {"hours": "168"})
    client.post(one(mailbox, "mailbox-scan"), {"hours": "1"})
    assert [(scan.state, scan.lookback) for scan in Scan.objects.all()] == [("queued", timedelta(days=7))]
    assert OrmQ.objects.count() == 1


@pytest.mark.parametrize("fields", [{"enabled": False}, {"state": "wrong_credentials"}])
def test_a_mailbox_that_cannot_be_scanned_is_not_queued(member: User, client: Client, fields: dict[str, Any]) -> None:
    client.post(one(make_mailbox(member, **fields), "mailbox-scan"), {"hours": "1"})
    assert not OrmQ.objects.exists()


def test_a_running_scan_shows_its_progress_and_asking_stops_with_it(member: User, client: Client) -> None:
    mailbox = make_mailbox(member, state="ok")
    scan = make_scan(mailbox, folders=6, folders_done=3, seen=1840, stored=1142)
    body = page(client, one(mailbox, "mailbox-health"), HX_Request="true")
    assert "3 of 6 folders done" in body
    assert "1,142 new" in body
    assert "every 2s" in body
    Scan.objects.filter(pk=scan.pk).update(state="done")
    assert "every 2s" not in page(client, one(mailbox, "mailbox-health"))


def test_what_scans_found_and_what_failed_is_told_in_words(member: User, client: Client) -> None:
    mailbox = make_mailbox(member, state="retrying", last_error="timeout", last_error_text="It did not answer in time.")
    error = {"folder": "Archive", "code": "folder_gone", "text": "The folder Archive is no longer there."}
    make_scan(
        mailbox, kind="recovery", state="done", folders=2, folders_done=1, seen=14, stored=2, known=3,
        too_big=1, outside=5, errors=[error],
    )  # fmt: skip
    body = page(client, ALL)
    assert "14 seen, 2 new, 3 known already, 1 too big, 5 older than the first scan reaches" in body
    assert "The folder Archive is no longer there." in body
    assert "It did not answer in time. Check server and port, or try again later." in body


@pytest.mark.parametrize(
    ("fields", "idle", "shown", "hidden"),
    [
        ({"state": "ok"}, True, ["Next scan", "New mail shows at once."], ["Next try"]),
        ({"state": "ok"}, False, ["Next scan", "so Flux looks every few minutes"], ["at once"]),
        ({"state": "new"}, None, ["Next scan"], ["at once", "every few minutes"]),
        ({"state": "retrying", "retry": 5}, True, ["Next try"], ["Next scan", "at once"]),
        ({"state": "retrying", "retry": -5}, True, ["Next scan"], ["Next try", "at once"]),
        ({"state": "wrong_credentials"}, True, [], ["Next scan", "Next try", "at once"]),
        ({"state": "ok", "enabled": False}, True, [], ["Next scan", "Next try", "at once"]),
    ],
)
def test_a_card_says_when_its_mailbox_is_scanned_next_and_how_soon_new_mail_shows(
    member: User, client: Client, fields: dict[str, Any], idle: bool | None, shown: list[str], hidden: list[str]
) -> None:
    minutes = fields.pop("retry", None)
    retry_at = None if minutes is None else timezone.now() + timedelta(minutes=minutes)
    mailbox = make_mailbox(member, idle_supported=idle, retry_at=retry_at, **fields)
    Schedule.objects.create(name=RECOVERY, func="x.y", next_run=timezone.now() + timedelta(minutes=7))
    for body in (page(client, ALL), page(client, one(mailbox, "mailbox-health"))):
        assert [words for words in shown if words not in body] == []
        assert [words for words in hidden if words in body] == []


def test_a_scan_that_is_due_or_not_scheduled_is_told_without_a_time(member: User, client: Client) -> None:
    make_mailbox(member, state="ok")
    assert "Next scan" not in page(client, ALL)
    Schedule.objects.create(name=RECOVERY, func="x.y", next_run=timezone.now() - timedelta(seconds=7))
    assert "The next scan is due now." in page(client, ALL)


def test_a_code_of_tomorrow_still_has_words(member: User, client: Client) -> None:
    make_mailbox(member, state="broken", last_error="eclipse", last_error_text="")
    assert "Needs attention" in page(client, ALL)


def test_a_mailbox_rests_while_paused(member: User, client: Client) -> None:
    mailbox = make_mailbox(member, state="ok", last_success_at=timezone.now())
    client.post(one(mailbox, "mailbox-pause"))
    mailbox.refresh_from_db()
    assert not mailbox.enabled
    assert not OrmQ.objects.exists()
    assert "Nothing is fetched until you resume." in page(client, ALL)
    client.post(one(mailbox, "mailbox-resume"))
    mailbox.refresh_from_db()
    assert mailbox.enabled
    assert OrmQ.objects.count() == 1


def test_a_removed_mailbox_leaves_its_mail(member: User, client: Client) -> None:
    mailbox, mail = make_mailbox(member), store_mail(member, make_mail())
    folder = Folder.objects.create(mailbox=mailbox, raw_name="INBOX", name="INBOX")
    MessageLocation.objects.create(email=mail, folder=folder, uidvalidity=1, uid=1)
    assert "1 e-mail that came from it" in client.post(one(mailbox, "mailbox-remove")).content.decode()
    assert Mailbox.objects.exists()
    client.post(one(mailbox, "mailbox-remove"), {"confirmed": "1"})
    assert not Mailbox.objects.exists()
    assert StoredEmail.objects.of(member).get() == mail


def test_the_numbers_of_mailboxes_need_few_queries(
    member: User, client: Client, django_assert_max_num_queries: Any
) -> None:
    for _ in range(8):
        make_scan(make_mailbox(member), kind="idle", state="done")
    page(client, ALL)
    with django_assert_max_num_queries(18):
        page(client, ALL)


def test_a_newcomer_is_led_to_mailbox_and_import(member: User, client: Client) -> None:
    body = page(client, "/")
    assert f"{ADD}?preset=gmail" in body
    assert reverse("emailsync:import") in body
    assert "Add a mailbox" in page(client, ALL)


def upload(client: Client, *files: tuple[str, bytes]) -> Any:
    return client.post(
        reverse("emailsync:import"), {"mails": [SimpleUploadedFile(name, content) for name, content in files]}
    )


def test_files_are_imported_and_those_refused_are_named_with_the_reason(
    member: User, client: Client, settings: Any
) -> None:
    settings.FLUX_MAX_MAIL_BYTES = 2_000
    mail, mbox = make_mail(), b"From x\r\n" + make_mail() + b"\r\nFrom y\r\n" + b"a" * 3_000 + b"\r\n"
    answer = upload(
        client,
        ("order.eml", mail), ("again.EML", mail), ("../../export.mbox", mbox), ("empty.eml", b""), ("fake.mbox", b"no"),
        ("big.eml", b"b" * 3_000), ("notes.txt", b"Milk\nEggs\n"),
    )  # fmt: skip
    said = told(answer)
    assert answer.context["report"].stored == 2
    assert said["order.eml"] == "1 e-mail stored"
    assert said["again.EML"] == "1 e-mail here already"
    assert said["empty.eml"] == "It is empty."
    assert said["fake.mbox"].startswith("It is called an mbox")
    assert said["big.eml"] == "It is bigger than 25 MB."
    assert said["export.mbox"] == "Message 2: It is bigger than 25 MB. 1 e-mail stored"
    assert said["notes.txt"].startswith("It is no e-mail")
    assert StoredEmail.objects.of(member).count() == 2


def told(answer: Any) -> dict[str, str]:
    """What a page says of each uploaded file, by its name."""
    said = {}
    for line in lxml.html.fromstring(answer.content).cssselect(".import-files > li"):
        name, *words = (" ".join(part.text_content().split()) for part in line.cssselect("span"))
        said[name] = " ".join(words)
    return said


def test_a_script_that_sends_files_gets_only_what_became_of_them(member: User, client: Client) -> None:
    url, script = reverse("emailsync:import"), {"HX-Request": "true"}
    good = client.post(url, {"mails": SimpleUploadedFile("a.eml", make_mail())}, headers=script)
    assert told(good) == {"a.eml": "1 e-mail stored"}
    assert b"<html" not in good.content
    none = client.post(url, headers=script)
    assert none.status_code == 422
    assert b"Choose one or more files." in none.content


def test_too_many_files_or_none_are_refused(member: User, client: Client) -> None:
    assert "Choose one or more files." in upload(client).content.decode()
    many = upload(client, *((f"{index}.eml", b"x") for index in range(MOST_FILES + 1)))
    assert many.status_code == 422
    assert "at most 500" in many.content.decode()
    assert client.post(reverse("emailsync:import"), {"mails": "text"}).status_code == 422
    assert not StoredEmail.objects.exists()

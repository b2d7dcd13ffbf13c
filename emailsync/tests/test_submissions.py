"""What a member can do with mail that Flux did not recognise: hand a redacted copy over, or put it aside."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Notice, User
from emailsync.detection.models import Says, Submission
from emailsync.detection.redacting import person_of, redact_mails
from emailsync.detection.services import NotHeld, hand_over, refuse_submission, take_submission
from emailsync.models import SET_ASIDE, State, StoredEmail
from emailsync.pipeline import drain
from emailsync.services import delete_mails, read_again, set_aside, take_up
from emailsync.tests.factories import make_mail, make_mailbox, make_member, make_submission, store_mail
from emailsync.tests.shop_mails import incomplete_mail, order_mail
from orders.models import Order

LIST = "/email/?view=unmatched"
BODY = "Hi Mara,\r\nOur Sandregenpfeifer will come to 12 Sea Road.\r\nRef A100123, ask mara77@example.org\r\n"


@pytest.fixture
def member(db: None, client: Client) -> User:
    member = make_member("mara")
    client.force_login(member)
    return member


@pytest.fixture
def mail(member: User) -> StoredEmail:
    """A mail that announces nothing in words that Flux knows."""
    return unknown(member)


def unknown(member: User, subject: str = "News of a bird") -> StoredEmail:
    mail = store_mail(member, make_mail(subject=subject, body=BODY))
    drain()
    mail.refresh_from_db()
    assert mail.state == State.UNMATCHED
    return mail


def post(client: Client, name: str, mail: StoredEmail | None = None, **data: Any) -> Any:
    ids = {"pk": mail.pk} if mail else {}
    return client.post(reverse(f"emailsync:{name}"), {"next": LIST, **ids, **data})


def send(client: Client, mail: StoredEmail, name: str = "submit-order", **data: Any) -> Any:
    return post(client, name, mail, step="send", consent="on", **data)


# Not relevant.


def test_what_is_not_relevant_is_ignored_with_its_reason_and_can_be_taken_up_again(
    member: User, client: Client, mail: StoredEmail
) -> None:
    post(client, "not-relevant", only=mail.pk)
    mail.refresh_from_db()
    assert (mail.state, mail.reason) == (State.IGNORED, SET_ASIDE)
    body = client.get("/email/?view=ignored").content.decode()
    assert "You said that it is not relevant." in body
    assert reverse("emailsync:take-up") in body, "the undo of what was just done"
    post(client, "take-up", mail)
    mail.refresh_from_db()
    assert (mail.state, mail.reason) == (State.UNMATCHED, "nothing_announced")


def test_what_is_not_relevant_stays_so_however_often_it_is_read(member: User, mail: StoredEmail) -> None:
    set_aside(member=member, email_ids=[mail.pk])
    read_again(member=member, email_ids=[mail.pk])
    drain()
    mail.refresh_from_db()
    assert (mail.state, mail.reason) == (State.IGNORED, SET_ASIDE)


def test_what_a_later_reading_understands_is_used_only_once_it_is_taken_up(member: User) -> None:
    mail = store_mail(member, order_mail())
    StoredEmail.objects.filter(pk=mail.pk).update(state=State.IGNORED, reason=SET_ASIDE)
    read_again(member=member, email_ids=[mail.pk])
    drain()
    mail.refresh_from_db()
    assert mail.state == State.IGNORED
    assert not Order.objects.of(member).exists()
    assert take_up(member=member, email_ids=[mail.pk]) == 1
    drain()
    mail.refresh_from_db()
    assert mail.state == State.PARSED
    assert Order.objects.of(member).count() == 1


def test_only_what_was_not_recognised_is_put_aside(member: User) -> None:
    read, lacking = store_mail(member, order_mail()), store_mail(member, incomplete_mail())
    drain()
    assert set_aside(member=member, email_ids=[read.pk, lacking.pk]) == [lacking.pk]


# Handing over.


def test_nothing_leaves_before_the_click_and_the_consent(client: Client, mail: StoredEmail) -> None:
    for data in ({}, {"step": "show", "words": "Sandregenpfeifer"}, {"step": "send", "words": "", "note": "x"}):
        answer = post(client, "submit-order", mail, **data)
        assert answer.status_code == (422 if data.get("step") == "send" else 200)
        assert not Submission.objects.exists()
    assert "Tick this to hand it over" in answer.content.decode()


def test_what_is_handed_over_is_the_redacted_copy_encrypted(member: User, client: Client, mail: StoredEmail) -> None:
    answer = send(client, mail, "submit-parcel", words="Sandregenpfeifer\n12 Sea Road", note="A bird shop")
    assert (answer.status_code, answer["Location"]) == (302, LIST)
    submission = Submission.objects.of(member).get()
    assert (submission.says, submission.note, submission.sha256) == ("parcel", "A bird shop", mail.sha256)
    text = submission.raw_bytes.decode()
    for secret in ("Sandregenpfeifer", "Sea Road", "mara", "Mara"):
        assert secret not in text
    assert "A100123" in text
    assert b"A100123" not in bytes(submission.sealed or b"")
    assert submission.blanked["blanked"] == 2


def test_the_words_are_applied_at_once_without_scripts_and_stand_in_no_address(
    client: Client, mail: StoredEmail
) -> None:
    body = post(client, "submit-order", mail, step="show", words="Sandregenpfeifer").content.decode()
    assert "1 place with your words" in body
    assert "Sandregenpfeifer</textarea>" in body
    frame = re.findall(r'src="([^"]*/redacted/[^"]*)"', body)[0]
    assert "Sandregenpfeifer" not in unquote(frame)
    shown = client.get(frame)
    assert "sandbox" in shown["Content-Security-Policy"]
    assert "Our [blanked] will come" in shown.content.decode()
    plain = client.get(reverse("emailsync:redacted", args=[mail.sha256])).content.decode()
    assert "Our Sandregenpfeifer will come" in plain
    assert client.get(reverse("emailsync:redacted", args=[mail.sha256]), {"w": "nonsense"}).status_code == 404


def test_too_short_a_word_is_refused_and_nothing_is_sent(client: Client, mail: StoredEmail) -> None:
    answer = send(client, mail, words="or")
    assert answer.status_code == 422
    assert "too short" in answer.content.decode()
    assert not Submission.objects.exists()


def test_several_mails_are_listed_each_with_its_preview_and_sent_with_one_consent(
    member: User, client: Client, mail: StoredEmail
) -> None:
    other = unknown(member, "A second bird")
    ids = {"pk": [mail.pk, other.pk]}
    body = client.post(reverse("emailsync:submit-order"), ids).content.decode()
    for one in (mail, other):
        address = reverse("emailsync:preview", args=[one.sha256])
        assert f'href="{address}"' in body
        assert "Before: as it came" in client.get(address).content.decode()
    assert body.count('name="consent"') == 1
    client.post(reverse("emailsync:submit-order"), {**ids, "step": "send", "consent": "on"})
    assert Submission.objects.of(member).count() == 2


def test_all_that_the_list_matches_can_be_handed_over_twenty_at_a_time(member: User, client: Client) -> None:
    for number in range(22):
        store_mail(member, make_mail(subject=f"Bird {number}", body=BODY))
    drain()
    body = post(client, "submit-order", all="1", query="?view=unmatched").content.decode()
    assert body.count('name="pk"') == 20
    assert "2 more e-mails have to wait" in body


def test_a_mail_is_handed_over_once_and_says_so(member: User, client: Client, mail: StoredEmail) -> None:
    send(client, mail)
    first = Submission.objects.of(member).get()
    page = client.get(reverse("emailsync:detail", args=[mail.sha256])).content.decode()
    assert "You handed a redacted copy to the admins as an order." in page
    assert "This is an order" not in page
    assert "Handed over" in client.get(LIST).content.decode()
    answer = send(client, mail)
    assert answer.status_code == 302
    again = Submission.objects.of(member).get()
    assert (again.pk, again.consented_at) == (first.pk, first.consented_at)
    assert "handed over already" in client.get(LIST).content.decode()
    found = redact_mails([mail.raw_bytes], person=person_of(member))[0]
    assert hand_over(member=member, redacted={mail.pk: found}, says=Says.PARCEL) == 0


def test_withdrawing_deletes_the_copy_and_the_mail_can_be_handed_over_anew(
    member: User, client: Client, mail: StoredEmail
) -> None:
    send(client, mail)
    post(client, "withdraw", mail)
    submission = Submission.objects.of(member).get()
    assert (submission.state, submission.sealed) == ("withdrawn", None)
    assert "This is an order" in client.get(reverse("emailsync:detail", args=[mail.sha256])).content.decode()
    send(client, mail, "submit-parcel")
    submission.refresh_from_db()
    assert (submission.state, submission.says) == ("sent", "parcel")


def test_a_copy_is_there_exactly_as_long_as_somebody_needs_it(mail: StoredEmail) -> None:
    for fields in ({"sealed": None}, {"state": "withdrawn"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_submission(mail, **fields)


def test_a_deleted_mail_takes_its_submission_along(member: User, mail: StoredEmail) -> None:
    make_submission(mail)
    delete_mails(member=member, email_ids=[mail.pk])
    assert not Submission.objects.exists()


def test_what_was_recognised_cannot_be_handed_over(member: User, client: Client) -> None:
    read = store_mail(member, order_mail())
    drain()
    assert send(client, read).status_code == 302
    assert not Submission.objects.exists()
    assert "Only e-mails that Flux did not recognise" in client.get(LIST).content.decode()


def test_a_mail_that_cannot_be_redacted_is_not_handed_over_and_says_why(member: User, client: Client) -> None:
    raw = b"".join(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" for _ in range(99))
    deep = store_mail(member, raw)
    StoredEmail.objects.filter(pk=deep.pk).update(state=State.UNMATCHED)
    body = post(client, "submit-order", deep).content.decode()
    assert "It cannot be redacted" in body
    assert 'value="send"' not in body
    send(client, deep)
    assert not Submission.objects.exists()


def test_names_and_addresses_of_the_account_and_its_mailboxes_are_known(member: User) -> None:
    member.first_name, member.last_name, member.email = "Tove", "Berg", "tove@berg.example"
    member.save()
    make_mailbox(member, username="box77@berg.example")
    person = person_of(member)
    assert set(person.names) == {"Tove Berg", "Tove", "Berg", "mara"}
    assert set(person.addresses) == {"tove@berg.example", "box77@berg.example"}


def test_the_child_that_redacts_is_replaced_when_it_dies(member: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("emailsync.detection.redacting._WALL_SECONDS", 0.0)
    slow = redact_mails([make_mail()], person=person_of(member))[0]
    assert slow.refused == "too_slow"
    monkeypatch.undo()
    first, second = redact_mails([make_mail(subject="One"), make_mail(subject="Two")], person=person_of(member))
    assert (first.refused, second.refused) == ("", "")
    assert b"Two" in second.raw


# The admins.


@pytest.fixture
def boss(client: Client, mail: StoredEmail) -> User:
    boss = User.objects.create_superuser("boss")
    client.force_login(boss)
    return boss


def act(client: Client, name: str, submission: Submission, method: str = "post") -> Any:
    url = reverse(f"admin:emailsync_submission_{name}", args=[submission.pk])
    return getattr(client, method)(url)


def test_taking_a_submission_asks_first_is_logged_and_told(boss: User, client: Client, mail: StoredEmail) -> None:
    submission = make_submission(mail)
    assert b"is told" in act(client, "take_this", submission, "get").content
    submission.refresh_from_db()
    assert submission.state == "sent"
    act(client, "take_this", submission)
    submission.refresh_from_db()
    assert (submission.state, submission.decided_by) == ("taken", boss)
    notice = Notice.objects.of(mail.member_id).get()
    assert "took an e-mail" in notice.title
    assert notice.url == reverse("emailsync:detail", args=[mail.sha256])
    assert LogEntry.objects.filter(object_id=str(submission.pk)).count() == 1


def test_leaving_a_submission_unused_deletes_the_copy(boss: User, client: Client, mail: StoredEmail) -> None:
    submission = make_submission(mail)
    act(client, "refuse_this", submission)
    submission.refresh_from_db()
    assert (submission.state, submission.sealed) == ("refused", None)
    assert act(client, "download", submission, "get").status_code == 404
    with pytest.raises(NotHeld):
        take_submission(submission=submission, by=boss)
    with pytest.raises(NotHeld):
        refuse_submission(submission=submission, by=boss)


def test_admins_look_at_and_download_the_redacted_copy_alone(boss: User, client: Client, mail: StoredEmail) -> None:
    submission = make_submission(mail)
    for name in ("look", "download"):
        answer = act(client, name, submission, "get")
        assert "sandbox" in answer["Content-Security-Policy"]
        assert b"A100123" in answer.content
        assert b"mara77" not in answer.content
    assert "attachment" in answer["Content-Disposition"]
    page = client.get(reverse("admin:emailsync_submission_change", args=[submission.pk])).content.decode()
    assert mail.sha256 not in page
    assert "1 name" in page


def test_one_who_may_only_look_decides_nothing(boss: User, client: Client, mail: StoredEmail) -> None:
    staff = User.objects.create_user("sam", is_staff=True)
    staff.user_permissions.add(Permission.objects.get(codename="view_submission"))
    client.force_login(staff)
    submission = make_submission(mail)
    assert act(client, "look", submission, "get").status_code == 200
    assert act(client, "take_this", submission).status_code == 403

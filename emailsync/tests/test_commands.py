"""The operators' commands: names, options, exit codes and JSON keys are a contract."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from emailsync.models import StoredEmail
from emailsync.tests.factories import make_mail, make_mailbox, make_member, store_mail
from emailsync.tests.shop_mails import ignored_mail, incomplete_mail, order_mail, shipped_mail
from flux.testing.dovecot import PASSWORD

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def refused(*arguments: str) -> tuple[int, str]:
    """Exit code and message of a command that fails."""
    with pytest.raises(CommandError) as caught:
        call_command(*arguments, stdout=StringIO())
    return caught.value.returncode, str(caught.value)


def test_import_mail_reports_what_it_took_and_what_not(tmp_path):
    make_member("mara")
    (tmp_path / "a.eml").write_bytes(order_mail())
    (tmp_path / "same.eml").write_bytes((tmp_path / "a.eml").read_bytes())
    (tmp_path / "empty.eml").write_bytes(b"")
    report = json.loads(run("import_mail", "--member", "mara", "--json", str(tmp_path)))
    assert report == {
        "stored": 1,
        "duplicates": 1,
        "rejected": [{"path": str(tmp_path / "empty.eml"), "reason": "empty"}],
    }
    assert json.loads(run("import_mail", "--member", "mara", "--json", str(tmp_path)))["duplicates"] == 2


def test_import_mail_fails_only_if_nothing_was_taken(tmp_path):
    make_member("mara")
    (tmp_path / "empty.eml").write_bytes(b"")
    assert refused("import_mail", "--member", "mara", str(tmp_path))[0] == 1


def test_import_mail_for_nobody_says_what_to_do(tmp_path):
    code, message = refused("import_mail", "--member", "nobody", str(tmp_path))
    assert code == 2
    assert "create_member nobody" in message


def test_import_mail_judges_senders_by_the_named_server(tmp_path):
    make_member("mara")
    stamp = b"Authentication-Results: mx.example.net; dkim=fail header.d=shop.example\r\n"
    (tmp_path / "a.eml").write_bytes(stamp + order_mail())
    run("import_mail", "--member", "mara", "--authserv-id", "mx.example.net", str(tmp_path))
    assert StoredEmail.objects.get().trust == "failed"


def test_parse_mail_counts_the_mails_that_reached_each_state():
    member = make_member("mara")
    mails = [order_mail(), make_mail(), incomplete_mail(), shipped_mail("B200200", tracking_number=""), ignored_mail()]
    mails += [b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" * 99]
    for raw in mails:
        store_mail(member, raw)
    store_mail(member, order_mail("C300300"), authserv_id="mx.example.net")
    expected = dict.fromkeys(("parsed", "unmatched", "incomplete", "deferred", "held", "ignored", "failed"), 1)
    report = json.loads(run("parse_mail", "--member", "mara", "--json"))
    assert report.pop("seconds") > 0
    assert report == expected
    again = json.loads(run("parse_mail", "--member", "mara", "--json"))
    assert set(again.values()) - {again["seconds"]} == {0}
    assert set(again) == {*expected, "seconds"}
    report = json.loads(run("parse_mail", "--member", "mara", "--reparse", "--json"))
    assert {key: value for key, value in report.items() if key != "seconds"} == expected


def test_parse_mail_of_one_member_leaves_the_others_waiting():
    make_member("mara")
    store_mail(make_member("noor"), order_mail())
    assert json.loads(run("parse_mail", "--member", "mara", "--json"))["parsed"] == 0
    assert json.loads(run("parse_mail", "--json"))["parsed"] == 1
    assert refused("parse_mail", "--member", "nobody")[0] == 2


def test_scan_mailboxes_reports_every_mailbox_and_fails_if_one_cannot_be_read(dovecot, settings):
    settings.FLUX_ALLOW_PRIVATE_MAIL_HOSTS = True
    at = {"host": dovecot.host, "port": dovecot.port, "security": "plain", "username": dovecot.add_user()}
    good = make_mailbox(make_member(), **at, password=PASSWORD)
    dovecot.deliver(good.username, [make_mail(), make_mail()])
    report = json.loads(run("scan_mailboxes", "--lookback", "7d", "--json"))
    assert report == [{"mailbox": good.pk, "folders": 2, "seen": 2, "stored": 2, "errors": []}]
    bad = make_mailbox(make_member(), **at, password="wrong")
    out = StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("scan_mailboxes", "--lookback", "1h", "--mailbox", str(bad.pk), "--json", stdout=out)
    assert caught.value.returncode == 1
    (failed,) = json.loads(out.getvalue())
    assert failed["mailbox"] == bad.pk
    assert failed["errors"][0]["code"] == "login"


@pytest.mark.parametrize("lookback", ["8d", "0h", "200h", "soon", "1w", ""])
def test_scan_mailboxes_takes_hours_and_days_up_to_seven_days(lookback):
    assert refused("scan_mailboxes", "--lookback", lookback)[0] == 2


def test_scan_mailboxes_of_an_unknown_mailbox_is_wrong_use():
    assert refused("scan_mailboxes", "--lookback", "1h", "--mailbox", "1")[0] == 2


def test_explain_mail_tells_the_values_with_their_characters(tmp_path):
    path = tmp_path / "a.eml"
    path.write_bytes(order_mail())
    told = run("explain_mail", str(path))
    assert "outcome     parsed" in told
    assert "orders[1].order_number = A100123" in told
    assert "orders[1].lines[1].title = Blue Lamp" in told


def test_explain_mail_finds_a_stored_mail_by_its_hash():
    member = make_member("mara")
    mail = store_mail(member, shipped_mail(), authserv_id="mx.example.net")
    told = run("explain_mail", mail.sha256[:12], "--member", "mara")
    assert "sender      failed" in told
    assert "outcome     held (sender_failed)" in told
    make_member("noor")
    assert refused("explain_mail", mail.sha256, "--member", "noor")[0] == 2
    assert refused("explain_mail", "no such file")[0] == 2


@pytest.mark.parametrize(
    "command", ["import_mail", "parse_mail", "scan_mailboxes", "watch_mailboxes", "explain_mail", "export_member"]
)
def test_every_command_shows_an_example_in_its_help(command, capsys):
    with pytest.raises(SystemExit):
        call_command(command, "--help")
    assert f"python manage.py {command}" in capsys.readouterr().out

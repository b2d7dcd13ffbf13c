import mailbox
from pathlib import Path

import pytest

from emailsync.files import FileMessage, Rejected, messages_in
from emailsync.tests.factories import make_mail


def read(*paths: Path, max_bytes: int = 1000) -> list[FileMessage | Rejected]:
    return list(messages_in(paths, max_bytes=max_bytes))


def raws(*paths: Path) -> list[bytes]:
    return [item.raw for item in read(*paths) if isinstance(item, FileMessage)]


def test_an_eml_that_begins_with_from_is_one_message_byte_for_byte(tmp_path):
    raw = b"From mara Mon Mar  2 10:00:00 2026\nSubject: a\n\nFrom here on\n>From there\n"
    (tmp_path / "a.eml").write_bytes(raw)
    assert read(tmp_path / "a.eml") == [FileMessage(str(tmp_path / "a.eml"), raw)]


def test_what_the_standard_library_writes_as_mbox_comes_back_byte_for_byte(tmp_path):
    mails = [b"Subject: a\n\nFrom the start\n>From quoted\n\n", b"Subject: b\n\nx\n", b"Subject: c\n\n"]
    box = mailbox.mbox(tmp_path / "a.mbox")
    for mail in mails:
        box.add(mail)
    box.close()
    # The library quotes `From ` but not `>From `, so the second line of the first mail loses its mark.
    mails[0] = mails[0].replace(b">From", b"From")
    assert raws(tmp_path / "a.mbox") == mails


def test_an_mbox_with_crlf_is_split_and_one_mark_unquoted(tmp_path):
    (tmp_path / "a.mbox").write_bytes(b"From x\r\nSubject: a\r\n\r\n>>From me\r\n\r\nFrom y\r\nSubject: b\r\n\r\nb\r\n")
    assert raws(tmp_path / "a.mbox") == [
        b"Subject: a\r\n\r\n>From me\r\n",
        b"Subject: b\r\n\r\nb\r\n",
    ]


def test_a_maildir_gives_the_files_of_cur_and_new_and_nothing_else(tmp_path):
    box = mailbox.Maildir(tmp_path / "mail")
    box.add(b"Subject: new\n\n")
    (tmp_path / "mail/cur/1.2.host:2,S").write_bytes(b"From me: no mbox\nSubject: cur\n\n")
    (tmp_path / "mail/tmp/3").write_bytes(b"Subject: half\n\n")
    (tmp_path / "mail/dovecot-uidlist").write_bytes(b"3 V1\n")
    assert sorted(raws(tmp_path / "mail")) == [
        b"From me: no mbox\nSubject: cur\n\n",
        b"Subject: new\n\n",
    ]


def test_other_files_in_a_folder_are_skipped_and_folders_inside_are_read(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/b.EML").write_bytes(b"Subject: b\n\n")
    (tmp_path / "a.eml").write_bytes(b"Subject: a\n\n")
    (tmp_path / "a.json").write_text("{}")
    (tmp_path / "README.md").write_text("# hi")
    assert raws(tmp_path) == [b"Subject: a\n\n", b"Subject: b\n\n"]


def test_empty_too_big_and_missing_files_are_rejected_with_path_and_reason(tmp_path):
    (tmp_path / "empty.eml").write_bytes(b"")
    (tmp_path / "big.eml").write_bytes(b"x" * 1001)
    (tmp_path / "limit.eml").write_bytes(b"x" * 1000)
    (tmp_path / "none.mbox").write_bytes(b"")
    (tmp_path / "text.mbox").write_bytes(b"hello\n")
    (tmp_path / "mixed.mbox").write_bytes(b"From x\nA: 1\n\n" + b"y" * 1001 + b"\nFrom x\nFrom x\nB: 2\n\n")
    found = read(tmp_path, tmp_path / "gone.eml")
    assert {(Path(item.path).name, item.reason) for item in found if isinstance(item, Rejected)} == {
        ("empty.eml", "empty"),
        ("big.eml", "too_big"),
        ("none.mbox", "empty"),
        ("text.mbox", "not_mbox"),
        ("mixed.mbox#1", "too_big"),
        ("mixed.mbox#2", "empty"),
        ("gone.eml", "not_found"),
    }
    assert {item.raw for item in found if isinstance(item, FileMessage)} == {b"x" * 1000, b"B: 2\n"}


def test_a_file_named_by_itself_is_a_message_whatever_it_is_called(tmp_path):
    raw = make_mail()
    (tmp_path / "message").write_bytes(raw)
    assert read(tmp_path / "message") == [FileMessage(str(tmp_path / "message"), raw)]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_message_of_nothing_but_the_separator_is_empty(tmp_path, end):
    (tmp_path / "a.mbox").write_bytes(b"From x" + end + end)
    assert read(tmp_path / "a.mbox") == [Rejected(f"{tmp_path / 'a.mbox'}#1", "empty")]

"""Files of mail dropped in a real browser: what is mail is stored, and of every file it is said what became of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from accounts.models import User
from emailsync.models import StoredEmail
from emailsync.tests.factories import make_mail
from flux.testing.browser import violations
from flux.tests.test_browser import member, visit

__all__ = ["member", "visit"]

IMPORT = "/email/import/"


def drag(page: Any, *paths: Path, drop: bool = True) -> None:
    """Bring files of the disk over the page as a file manager does, and let them go."""
    session = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", *(["drop"] if drop else [])):
        session.send("Input.dispatchDragEvent", {"type": kind, "x": 700, "y": 300, "data": data})


def told(page: Any) -> dict[str, str]:
    """What the page says of each file, once it has said something."""
    page.locator(".import-files > li").first.wait_for()
    page.locator(".js-progress").wait_for(state="hidden")
    lines = page.locator(".import-files > li").all()
    return {line.locator("span").first.inner_text(): line.locator("span").last.inner_text() for line in lines}


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """A mail, an mbox of it and another one, a list that is no mail, and a folder with mail and other things."""
    mail = make_mail()
    contents = {
        "order.eml": mail,
        "all.mbox": b"From x\r\n" + mail + b"\r\nFrom y\r\n" + make_mail() + b"\r\n",
        "notes.txt": b"Milk\nEggs\n",
        "folder/deep/one.eml": make_mail(),
        "folder/two.EML": make_mail(),
        "folder/photo.jpg": b"\xff\xd8",
    }
    for name, content in contents.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return {name: tmp_path / name for name in (*contents, "folder")}


def test_dropped_files_are_stored_and_each_is_spoken_of(member: User, visit: Any, files: dict[str, Path]) -> None:
    one = visit(member)
    page = one.open(IMPORT)
    drag(page, files["order.eml"], files["all.mbox"], files["notes.txt"])
    said = told(page)
    assert said["order.eml"] == "1 e-mail stored"
    assert said["all.mbox"] == "1 e-mail stored, 1 e-mail here already"
    assert said["notes.txt"].startswith("It is no e-mail")
    assert page.locator("[data-sum]").all_inner_texts() == ["2", "1", "1"]
    assert StoredEmail.objects.of(member).count() == 2
    assert violations(page) == []
    assert one.complaints == []


def test_of_a_dropped_folder_only_what_is_mail_is_taken(member: User, visit: Any, files: dict[str, Path]) -> None:
    page = visit(member).open(IMPORT)
    drag(page, files["folder"])
    assert told(page) == {"one.eml": "1 e-mail stored", "two.EML": "1 e-mail stored"}


def test_the_list_of_mails_shows_where_to_drop_and_takes_it(member: User, visit: Any, files: dict[str, Path]) -> None:
    page = visit(member).open("/email/")
    zone = page.locator(".js-drop")
    assert not zone.is_visible()
    drag(page, files["order.eml"], drop=False)
    zone.wait_for()
    drag(page, files["order.eml"])
    assert told(page) == {"order.eml": "1 e-mail stored"}
    page.get_by_role("link", name="Look at the e-mails").click()
    page.get_by_role("link", name="Hello", exact=True).wait_for()


def test_many_files_are_sent_in_parts_and_counted_together(member: User, visit: Any, tmp_path: Path) -> None:
    paths = [tmp_path / f"{number:03}.eml" for number in range(230)]
    for path in paths:
        path.write_bytes(make_mail())
    page = visit(member).open(IMPORT)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method) if request.method == "POST" else None)
    drag(page, *paths)
    assert len(told(page)) == 230
    assert page.locator("[data-sum]").all_inner_texts() == ["230", "0", "0"]
    assert len(sent) == 3


def test_chosen_files_are_sent_without_scripts_too(member: User, visit: Any, files: dict[str, Path]) -> None:
    for scripts, words in ((False, "1 e-mail stored"), (True, "1 e-mail here already")):
        page = visit(member, java_script_enabled=scripts).open(IMPORT)
        page.set_input_files("[name=mails]", str(files["order.eml"]))
        page.get_by_role("button", name="Import").click()
        assert told(page) == {"order.eml": words}


def test_a_drop_without_an_answer_says_so_and_can_be_tried_again(
    member: User, visit: Any, files: dict[str, Path]
) -> None:
    page = visit(member).open(IMPORT)
    page.context.set_offline(True)
    drag(page, files["order.eml"])
    page.get_by_text("Flux does not answer.").wait_for()
    page.context.set_offline(False)
    drag(page, files["order.eml"])
    assert told(page) == {"order.eml": "1 e-mail stored"}


def test_a_folder_without_mail_is_answered_at_once(member: User, visit: Any, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_bytes(b"x")
    page = visit(member).open(IMPORT)
    drag(page, tmp_path / "photos")
    page.get_by_text("No mail files found").wait_for()
    assert not StoredEmail.objects.exists()

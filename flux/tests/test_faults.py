"""What people see when something is wrong, and that the files from elsewhere are the ones we chose."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.db import OperationalError
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import User
from flux.views import server_error


def test_a_database_that_does_not_answer_is_a_503_that_asks_it_nothing(rf: RequestFactory) -> None:
    try:
        raise OperationalError("connection refused")
    except OperationalError:
        answer = server_error(rf.get("/"))
    assert answer.status_code == 503
    assert b"cannot reach its database" in answer.content


def test_any_other_fault_is_a_500_without_its_details(rf: RequestFactory) -> None:
    try:
        raise ValueError("secret of the house")
    except ValueError:
        answer = server_error(rf.get("/"))
    assert answer.status_code == 500
    assert b"secret of the house" not in answer.content


def test_a_fault_inside_a_page_reaches_the_page_for_faults(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.create_user("mara"))
    monkeypatch.setattr("flux.views.is_new", lambda member: 1 / 0)
    answer = client.get(reverse("home"))
    assert answer.status_code == 500
    assert b"Flux made a mistake" in answer.content


def test_a_form_without_its_token_is_refused_in_the_design(db: None) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(reverse("account_login"), {"login": "mara"})
    assert answer.status_code == 403
    assert b"too old to send" in answer.content


def test_vendored_files_are_those_of_the_manifest() -> None:
    script = settings.BASE_DIR / "scripts" / "vendor_assets.py"
    subprocess.run([sys.executable, str(script), "--check"], check=True)


def test_the_manifest_names_the_versions_of_the_lock_file() -> None:
    manifest = json.loads((settings.BASE_DIR / "static/vendor/MANIFEST.json").read_text())
    locked = json.loads((settings.BASE_DIR / "package-lock.json").read_text())["packages"]
    for name, version in manifest["packages"].items():
        assert locked[f"node_modules/{name}"]["version"] == version


def test_every_icon_that_a_page_names_is_in_the_sprite() -> None:
    root = Path(settings.BASE_DIR)
    sprite = ElementTree.parse(root / "static/vendor/icons.svg").getroot()
    drawn = {symbol.attrib["id"].removeprefix("i-") for symbol in sprite}
    for template in (root / "templates").rglob("*.html"):
        for piece in template.read_text().split('{% icon "')[1:]:
            name = piece.partition('"')[0]
            assert name in drawn, f"{template.name} names the icon {name}"

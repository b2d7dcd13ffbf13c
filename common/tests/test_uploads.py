"""How much a form may send."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from common.requests import MOST_IDS


def test_an_upload_beyond_the_limit_is_refused_before_it_is_written_even_of_a_stranger(
    db: None, settings: Any, tmp_path: Path
) -> None:
    User.objects.create_user("mara")
    settings.FLUX_MAX_UPLOAD_BYTES = 10_000
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    settings.FILE_UPLOAD_HANDLERS = [settings.FILE_UPLOAD_HANDLERS[0], settings.FILE_UPLOAD_HANDLERS[2]]
    strict = Client(enforce_csrf_checks=True)
    strict.get(reverse("account_login"))
    answer = strict.post(reverse("account_login"), {"file": SimpleUploadedFile("a.mbox", b"x" * 20_000)})
    assert answer.status_code in (400, 413)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["orders:restore", "emailsync:undismiss"])
def test_as_many_rows_as_a_form_can_name_can_be_taken_back_at_once(db: None, client: Client, name: str) -> None:
    client.force_login(User.objects.create_user("mara"))
    answer = client.post(reverse(name), {"pk": list(range(1, MOST_IDS + 1)), "next": "/", "query": "?view=held"})
    assert answer.status_code == 302

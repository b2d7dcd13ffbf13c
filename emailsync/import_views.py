"""Mail that a member uploads as files."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.access import member_of
from emailsync.forms import ImportForm
from emailsync.importing import ImportReport, import_files

_SUFFIXES = {".mbox", ".mbx"}
_REASONS = {
    "empty": "It is empty.",
    "too_big": "It is bigger than 25 MB.",
    "not_mbox": "It is called an mbox, but does not begin like one.",
    "unreadable": "It could not be read.",
    "not_found": "It did not arrive.",
}


@dataclass(frozen=True, slots=True)
class Refused:
    """A file, or a message of an mbox, that was not taken, and why."""

    name: str
    why: str


@require_http_methods(["GET", "HEAD", "POST"])
def import_mail(request: HttpRequest) -> HttpResponse:
    """Choose files; then what became of them."""
    if request.method != "POST":
        return render(request, "emailsync/import.html", {"form": ImportForm()})
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "emailsync/import.html", {"form": form}, status=422)
    report, refused = _import(member_of(request).pk, form.cleaned_data["mails"])
    return render(request, "emailsync/import.html", {"form": ImportForm(), "report": report, "refused": refused})


def _import(member_id: int, uploads: list[Any]) -> tuple[ImportReport, list[Refused]]:
    """Store uploads by way of files of our own naming: a name that somebody typed never becomes a path."""
    names: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="flux-import-") as folder:
        for number, upload in enumerate(uploads):
            suffix = Path(upload.name).suffix.lower()
            path = Path(folder) / f"{number}{suffix if suffix in _SUFFIXES else '.eml'}"
            with path.open("wb") as file:
                file.writelines(upload.chunks())
            names[str(path)] = upload.name
        report = import_files(member_id=member_id, paths=list(names))
    return report, [Refused(_named(one.path, names), _REASONS[one.reason]) for one in report.rejected]


def _named(path: str, names: dict[str, str]) -> str:
    """What the member calls a file; a message of an mbox with its number."""
    file, mark, number = path.partition("#")
    return f"{names[file]}, message {number}" if mark else names[file]

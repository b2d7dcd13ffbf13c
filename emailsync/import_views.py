"""Mail that a member uploads as files."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from accounts.access import member_of
from common.htmx import wants_fragment
from emailsync.forms import ImportForm
from emailsync.importing import ImportReport, import_files

_SUFFIXES = {".mbox", ".mbx"}
_REASONS = {
    "empty": "It is empty.",
    "too_big": "It is bigger than 25 MB.",
    "not_mbox": "It is called an mbox, but does not begin like one.",
    "no_mail": "It is no e-mail: it has no sender, no date, no subject, nothing of a mail’s head.",
    "unreadable": "It could not be read.",
    "not_found": "It did not arrive.",
}


@dataclass(frozen=True, slots=True)
class Refused:
    """A file, or a message of an mbox, that was not taken, and why. `part`: "message 2", "" for a whole file."""

    part: str
    why: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one file."""

    name: str
    stored: int
    known: int
    refused: Sequence[Refused]


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
def import_mail(request: HttpRequest) -> HttpResponse:
    """Choose files; then what became of each. Scripts that send them one part after the other get only that."""
    if request.method != "POST":
        return render(request, "emailsync/import.html", {"form": ImportForm()})
    template = "emailsync/_import_report.html" if wants_fragment(request) else "emailsync/import.html"
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, template, {"form": form}, status=422)
    report, files = _import(member_of(request).pk, form.cleaned_data["mails"])
    return render(request, template, {"form": ImportForm(), "report": report, "files": files})


def _import(member_id: int, uploads: list[Any]) -> tuple[ImportReport, list[Taken]]:
    """Store uploads by way of files of our own naming: a name that somebody typed never becomes a path."""
    names: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="flux-import-") as folder:
        for number, upload in enumerate(uploads):
            suffix = Path(upload.name).suffix.lower()
            path = Path(folder) / f"{number}{suffix if suffix in _SUFFIXES else '.eml'}"
            with path.open("wb") as file:
                file.writelines(upload.chunks())
            names[str(path)] = upload.name
        report = import_files(member_id=member_id, paths=list(names), only_mail=True)
    return report, _files(report, names)


def _files(report: ImportReport, names: dict[str, str]) -> list[Taken]:
    """What became of each file by the name that the member knows, those with something refused first."""
    refused: dict[str, list[Refused]] = {path: [] for path in names}
    for one in report.rejected:
        path, mark, number = one.path.partition("#")
        refused[path].append(Refused(f"message {number}" if mark else "", _REASONS[one.reason]))
    files = [Taken(name, report.stored_of[path], report.known_of[path], refused[path]) for path, name in names.items()]
    return sorted(files, key=lambda file: not file.refused)

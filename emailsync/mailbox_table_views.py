"""A member's mailboxes to and from a CSV file: looked at first, then made all together or not at all."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import member_of
from common.spreadsheet import csv_response
from common.table_import import TableUnreadable
from emailsync.forms import TableForm
from emailsync.mailbox_table import HEADER, HEADINGS, MOST_BYTES, MOST_ROWS, export_rows, plan_import
from emailsync.services import add_listed_mailboxes


@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """The member's mailboxes as CSV, without passwords."""
    return csv_response("mailboxes.csv", HEADER, export_rows(member_of(request)))


@require_http_methods(["GET", "HEAD", "POST"])
def import_table(request: HttpRequest) -> HttpResponse:
    """Choose a file; see what would become of each line; confirm, and the new mailboxes are made."""
    if request.method != "POST":
        return _page(request)
    if request.POST.get("confirmed") == "1":
        return _confirm(request, request.POST.get("table", "").encode())
    form = TableForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form=form, status=422)
    return _preview(request, form.cleaned_data["table"].read(MOST_BYTES + 1))


def _preview(request: HttpRequest, content: bytes) -> HttpResponse:
    try:
        plan = plan_import(member_of(request), content)
    except TableUnreadable as error:
        return _page(request, fault=str(error), status=422)
    return _page(request, plan=plan, table=content.decode("utf-8-sig"))


def _confirm(request: HttpRequest, content: bytes) -> HttpResponse:
    """Make what the file holds that is still new; the file is read again, so nothing is taken on trust."""
    member = member_of(request)
    try:
        count = add_listed_mailboxes(member=member, drafts=plan_import(member, content).drafts)
    except TableUnreadable:
        return _preview(request, content)
    except IntegrityError:
        messages.error(request, "One of these accounts was connected meanwhile. Look at the list once more.")
        return _preview(request, content)
    if count:
        words = "1 mailbox is added. It waits" if count == 1 else f"{count} mailboxes are added. They wait"
        messages.success(request, f"{words} for a password.")
    return redirect("emailsync:mailboxes")


def _page(request: HttpRequest, *, form: TableForm | None = None, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "form": form or TableForm(),
        "headings": HEADINGS.values(),
        "most_rows": MOST_ROWS,
        "most_kb": MOST_BYTES // 1024,
    }
    return render(request, "emailsync/mailbox_import.html", context | more, status=status)

"""What the admin pages of all apps share: rows that are only looked at, and acts that ask before they are done.

Most of what Flux stores is a ledger or is computed from one. Such rows are shown, never edited; what an admin may do
with them is a named act that calls a service, by POST, and leaves an entry in the log of admin actions.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.utils import flatten_fieldsets
from django.db.models import Model, QuerySet, TextChoices
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin, TabularInline

NOTHING = "–"


class Shown:
    """Mix-in: every field that is named is shown, also those that no form could hold, and nothing is ever written."""

    fields: Any
    fieldsets: Any
    readonly_fields: Any

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        named = flatten_fieldsets(self.fieldsets) if self.fieldsets else self.fields or ()
        return list(dict.fromkeys([*self.readonly_fields, *named]))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ActingAdmin(ModelAdmin):
    """An admin whose acts need the right to change the model, and are logged."""

    def has_operate_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether the visitor may act on rows of this model; `obj` makes no difference here."""
        return bool(request.user.has_perm(f"{self.opts.app_label}.change_{self.opts.model_name}"))

    def row(self, request: HttpRequest, object_id: str) -> Any:
        """The row of an address. Raises Http404 if there is none that the visitor may see."""
        found = self.get_object(request, object_id)
        if found is None or not self.has_view_permission(request, found):
            raise Http404
        return found

    def question(
        self,
        request: HttpRequest,
        row: Model,
        *,
        words: str,
        button: str,
        findings: Sequence[str] = (),
        form: Form | None = None,
    ) -> HttpResponse:
        """A page that asks; its button posts to the same address.

        findings: what to know first, a line each. form: what to fill in before.
        """
        context = {"title": str(row), "question": words, "button": button, "back": self.address(row), "opts": self.opts}
        context |= {"findings": findings, "form": form}
        return render(request, "admin/confirm.html", {**self.admin_site.each_context(request), **context})

    def ask(
        self,
        request: HttpRequest,
        row: Model,
        *,
        question: str,
        button: str,
        act: Callable[[], str],
        refusals: tuple[type[Exception], ...] = (),
        findings: Sequence[str] = (),
        form: Form | None = None,
    ) -> HttpResponse:
        """Ask first (GET), act on the button (POST).

        act: does it and says what it did; refusals: what it may raise. findings: what to know first, a line each. form:
        must be filled in well before `act` is called, which reads it.
        """
        if request.method != "POST" or not (form is None or form.is_valid()):
            return self.question(request, row, words=question, button=button, findings=findings, form=form)
        try:
            done = act()
        except refusals as refusal:
            messages.error(request, str(refusal))
        else:
            self.log_change(request, row, done)
            messages.success(request, done)
        return redirect(self.address(row))

    def address(self, row: Model) -> str:
        """The page of a row of this model."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk])

    def log_acts(self, request: HttpRequest, rows: QuerySet[Any], words: str) -> None:
        """Enter one act on many rows into the log of admin actions."""
        LogEntry.objects.log_actions(str(request.user.pk), rows, CHANGE, words)


class ReadOnlyAdmin(Shown, ActingAdmin):
    """Rows that nobody adds, changes or deletes by hand."""

    list_per_page = 50
    show_full_result_count = False
    list_filter_submit = True

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may = f"{self.opts.app_label}.view_{self.opts.model_name}"
        return bool(request.user.has_perm(may)) or self.has_operate_permission(request)


class ReadOnlyInline(Shown, TabularInline):
    """Rows below another row, to look at."""

    extra = 0
    max_num = 0
    can_delete = False
    hide_title = True


def list_url(model: str, **filters: Any) -> str:
    """Address of an admin list with filters. model: "app_model"; by name, so that lower apps can point at higher."""
    url = reverse(f"admin:{model}_changelist")
    return f"{url}?{urlencode(filters)}" if filters else url


def link(words: Any, url: str) -> SafeString:
    return format_html('<a class="fx-link" href="{}">{}</a>', url, words)


def links(entries: Iterable[tuple[Any, str]]) -> SafeString:
    """Links (words, address) on a line each."""
    return format_html_join("", '<a class="fx-link fx-line" href="{1}">{0}</a>', entries) or SafeString(NOTHING)


def mail_links(member_id: int, hashes: Iterable[str]) -> SafeString:
    """Links to e-mails of a member by their sha256; each opens the list with just that e-mail."""
    return links(
        (sha[:12], list_url("emailsync_storedemail", member__id__exact=member_id, sha256__exact=sha)) for sha in hashes
    )


def colours(choices: type[TextChoices], special: dict[Any, str]) -> dict[Any, str]:
    """A label's colour for each choice: those of `special`, and plain for all others."""
    return dict.fromkeys(choices.values, "") | special


def pretty(value: Any) -> SafeString:
    """JSON as people read it."""
    if value in (None, "", [], {}):
        return SafeString(NOTHING)
    text = json.dumps(value, ensure_ascii=False, indent=2, default=repr)
    return format_html('<pre class="fx-json" tabindex="0">{}</pre>', text)

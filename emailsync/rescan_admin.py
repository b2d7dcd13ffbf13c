"""Requests for ninety days of mail in the admin, and the two acts that decide them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Case, Value, When
from django.http import HttpRequest, HttpResponse
from unfold.decorators import action, display

from common.admin import ReadOnlyAdmin, colours, link, list_url
from emailsync.models import RequestState, RescanRequest, secrets_of
from emailsync.rescans import RescanRefused, approve_rescan, may_decide, refuse_rescan

COLOURS = colours(
    RequestState,
    {RequestState.ASKED: "warning", RequestState.APPROVED: "success", RequestState.REFUSED: "danger"},
)
_DECISIONS = {"approve", "refuse"}
_ASKED_FIRST = Case(When(state=RequestState.ASKED, then=Value(0)), default=Value(1))


class NoteForm(forms.Form):
    """A word for the member with the decision."""

    note = forms.CharField(
        label="Note for the member",
        max_length=500,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why: the member reads it."},
    )

    def __init__(self, data: Any, *, required: bool) -> None:
        super().__init__(data)
        self.fields["note"].required = required
        self.fields["note"].help_text = (
            "The member reads it." if required else "The member reads it. It may stay empty."
        )


@admin.register(RescanRequest)
class RescanRequestAdmin(ReadOnlyAdmin):
    list_display = ["about_name", "member", "state_label", "reason", "asked_at", "decided_by", "decided_at"]
    list_filter = ["state"]
    list_select_related = ["member", "decided_by"]
    search_fields = ["about", "about_name", "member__username"]
    search_help_text = "Retailer, definition or member"
    ordering = [_ASKED_FIRST, "-pk"]
    fieldsets = [
        (None, {"fields": ["member", "about_name", "about", "mailbox", "reason", "state", "asked_at"]}),
        ("Decision", {"fields": ["decided_by", "decided_at", "decision_note", "scans"]}),
    ]
    readonly_fields = ["scans"]
    actions_detail = ["approve", "refuse"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer(*secrets_of("mailbox"))

    @display(description="State", ordering="state", label=COLOURS)
    def state_label(self, wish: RescanRequest) -> tuple[str, str]:
        return wish.state, wish.get_state_display()

    @display(description="Scans")
    def scans(self, wish: RescanRequest) -> Any:
        return link("Scans that it set off", list_url("emailsync_scan", request__id__exact=wish.pk))

    @action(description="Approve", url_path="approve", icon="check", permissions=["operate"])
    def approve(self, request: HttpRequest, object_id: str) -> HttpResponse:
        wish = self.row(request, object_id)
        question = f"Have ninety days of {wish.about_name} read for {wish.member}? It runs at once, and once."
        return self._decide(request, wish, question=question, button="Approve", decide=approve_rescan, must_say=False)

    @action(description="Refuse", url_path="refuse", icon="block", permissions=["operate"])
    def refuse(self, request: HttpRequest, object_id: str) -> HttpResponse:
        wish = self.row(request, object_id)
        question = f"Refuse {wish.member} ninety days of {wish.about_name}? They are told, and may ask again."
        return self._decide(request, wish, question=question, button="Refuse", decide=refuse_rescan, must_say=True)

    def get_actions_detail(self, request: HttpRequest, object_id: int) -> list[Any]:
        """The decisions only while one is due, and only for who may take it."""
        found = super().get_actions_detail(request, object_id)
        wish = RescanRequest.objects.filter(pk=object_id, state=RequestState.ASKED).first()
        if wish is not None and may_decide(request.user, wish):  # type: ignore[arg-type]  # the admin is signed in
            return found
        return [one for one in found if one.path not in _DECISIONS]

    def _decide(
        self,
        request: HttpRequest,
        wish: RescanRequest,
        *,
        question: str,
        button: str,
        decide: Callable[..., RescanRequest],
        must_say: bool,
    ) -> HttpResponse:
        form = NoteForm(request.POST if request.method == "POST" else None, required=must_say)

        def act() -> str:
            decided = decide(request_id=wish.pk, by=request.user, note=form.cleaned_data["note"])
            return f"{decided.get_state_display()}. {wish.member} is told."

        where = f"In {wish.mailbox.name}" if wish.mailbox else "In all mailboxes"
        findings = [f"Reason: {wish.reason}", f"{where}."]
        return self.ask(
            request, wish, question=question, button=button, act=act, refusals=(RescanRefused,), findings=findings,
            form=form,
        )  # fmt: skip

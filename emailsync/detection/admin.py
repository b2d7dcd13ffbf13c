"""What members handed over: the redacted copies, and what is decided about them. The originals are not to be seen."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from unfold.decorators import action, display

from common.admin import NOTHING, ReadOnlyAdmin, colours
from common.encryption import SecretUnreadable
from emailsync.detection.models import Submission, SubmissionState
from emailsync.detection.services import NotHeld, refuse_submission, take_submission
from emailsync.detection.words import blanked_words
from emailsync.mail_views import as_download, framed

COLOURS = colours(SubmissionState, {SubmissionState.SENT: "info", SubmissionState.TAKEN: "success"})
_ONLY_WAITING = {"take", "refuse"}
_ONLY_HELD = {"look", "download"}


@admin.register(Submission)
class SubmissionAdmin(ReadOnlyAdmin):
    list_display = ["title", "sender", "says", "member", "state_label", "consented_at"]
    list_filter = ["state", "says", "consented_at"]
    list_select_related = ["member", "decided_by"]
    search_fields = ["subject", "sender", "note", "member__username"]
    search_help_text = "Subject, sender, note or member"
    fieldsets = [
        (None, {"fields": ["member", "says", "state", "note", "consented_at"]}),
        ("The redacted copy", {"fields": ["subject", "sender", "what_was_blanked"]}),
        ("Decision", {"fields": ["decided_by", "decided_at"]}),
    ]
    readonly_fields = ["what_was_blanked"]
    actions_detail = ["look", "download", "take_this", "refuse_this"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Submission]:
        submissions: QuerySet[Submission] = super().get_queryset(request).defer("sealed")
        return submissions

    @display(description="Subject", ordering="subject")
    def title(self, submission: Submission) -> str:
        return submission.subject[:90] or NOTHING

    @display(description="State", ordering="state", label=COLOURS)
    def state_label(self, submission: Submission) -> tuple[str, str]:
        return submission.state, submission.get_state_display()

    @display(description="What was blanked")
    def what_was_blanked(self, submission: Submission) -> str:
        return ", ".join(blanked_words(submission.blanked)) or NOTHING

    @action(
        description="Look at it", url_path="look", icon="visibility", permissions=["view"], attrs={"target": "_blank"}
    )
    def look(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return framed(request, self._copy(request, object_id)[1])

    @action(description="Download", url_path="download", icon="download", permissions=["view"])
    def download(self, request: HttpRequest, object_id: str) -> HttpResponse:
        submission, raw = self._copy(request, object_id)
        return as_download(raw, f"submission-{submission.pk}")

    @action(description="Take", url_path="take", icon="check", permissions=["operate"])
    def take_this(self, request: HttpRequest, object_id: str) -> HttpResponse:
        submission = self.row(request, object_id)

        def act() -> str:
            take_submission(submission=submission, by=request.user)
            return "Taken; its member is told."

        question = f"Take “{submission}” to teach Flux with? {submission.member} is told. The copy stays here."
        return self.ask(request, submission, question=question, button="Take", act=act, refusals=(NotHeld,))

    @action(description="Leave unused", url_path="refuse", icon="block", permissions=["operate"])
    def refuse_this(self, request: HttpRequest, object_id: str) -> HttpResponse:
        submission = self.row(request, object_id)

        def act() -> str:
            refuse_submission(submission=submission, by=request.user)
            return "Left unused; the copy is deleted and its member is told."

        question = f"Leave “{submission}” unused? The copy is deleted at once and {submission.member} is told."
        return self.ask(request, submission, question=question, button="Leave unused", act=act, refusals=(NotHeld,))

    def get_actions_detail(self, request: HttpRequest, object_id: int) -> list[Any]:
        """What can be done: a copy that is gone is not to be looked at, one that is decided not decided again."""
        submission = Submission.objects.filter(pk=object_id).defer("sealed").first()
        idle = set() if submission and submission.held else set(_ONLY_HELD)
        idle |= set() if submission and submission.state == SubmissionState.SENT else _ONLY_WAITING
        return [one for one in super().get_actions_detail(request, object_id) if one.path not in idle]

    def _copy(self, request: HttpRequest, object_id: str) -> tuple[Submission, bytes]:
        submission = self.row(request, object_id)
        try:
            return submission, submission.raw_bytes
        except (LookupError, SecretUnreadable) as error:
            raise Http404 from error

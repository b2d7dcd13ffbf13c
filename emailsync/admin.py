"""Mailboxes and mail in the admin. Passwords and the bytes of mails are not even read from the database here."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import action, display

from common.admin import NOTHING, ReadOnlyAdmin, ReadOnlyInline, colours, link, links, list_url, pretty
from emailsync import rescan_admin as _rescans  # noqa: F401 - registers what it holds
from emailsync.detection import admin as _detection  # noqa: F401 - registers what it holds
from emailsync.models import (
    Folder,
    Hole,
    Mailbox,
    MailboxState,
    MessageLocation,
    Scan,
    ScanState,
    State,
    StoredEmail,
    Trust,
    secrets_of,
)
from emailsync.parking import PARKED, park, take_from_worker
from emailsync.services import change_mailbox, read_again, request_scan

MAILBOX_COLOURS = colours(
    MailboxState,
    {
        MailboxState.OK: "success",
        MailboxState.RETRYING: "warning",
        MailboxState.WRONG_CREDENTIALS: "danger",
        MailboxState.BROKEN: "danger",
    },
)
MAIL_COLOURS = colours(
    State,
    {
        State.PARSED: "success",
        State.STORED: "info",
        State.PARSING: "info",
        State.INCOMPLETE: "warning",
        State.DEFERRED: "warning",
        State.HELD: "warning",
        State.FAILED: "danger",
    },
)
SCAN_COLOURS = colours(ScanState, {ScanState.DONE: "success", ScanState.RUNNING: "info", ScanState.FAILED: "danger"})
TRUST_COLOURS = colours(Trust, {Trust.TRUSTED: "success", Trust.FAILED: "danger"})
_MEMBER = ("member", AutocompleteSelectFilter)


class FolderInline(ReadOnlyInline):
    model = Folder
    fields = ["name", "special_use", "watched", "last_uid", "last_scan_at", "missing_since"]


@admin.register(Mailbox)
class MailboxAdmin(ReadOnlyAdmin):
    list_display = ["name", "member", "host", "state_label", "enabled", "last_success_at", "failures", "last_error"]
    list_filter = ["state", "enabled", _MEMBER]
    list_select_related = ["member"]
    search_fields = ["name", "host", "username", "member__username"]
    search_help_text = "Name, server, account or member"
    inlines = [FolderInline]
    fieldsets = [
        (None, {"fields": ["member", "name", "enabled", "state", "related"]}),
        ("Server", {"fields": ["host", "port", "security", "username", "sign_in", "authserv_id", "idle_supported"]}),
        ("Last success", {"fields": ["last_success_at", "primary_folder", "created_at"]}),
        ("Last failure", {"fields": ["last_error", "last_error_text", "last_error_at", "failures", "retry_at"]}),
    ]
    readonly_fields = ["related"]
    actions = ["scan_now", "pause", "resume"]
    actions_detail = ["scan_this", "pause_this", "resume_this"]

    @display(description="State", ordering="state", label=MAILBOX_COLOURS)
    def state_label(self, mailbox: Mailbox) -> tuple[str, str]:
        return mailbox.state, mailbox.get_state_display()

    @display(description="Scans")
    def related(self, mailbox: Mailbox) -> Any:
        return link("Scans of this mailbox", list_url("emailsync_scan", mailbox__id__exact=mailbox.pk))

    @admin.action(description="Scan now", permissions=["operate"])
    def scan_now(self, request: HttpRequest, mailboxes: QuerySet[Mailbox]) -> None:
        queued = sum(request_scan(mailbox_id=pk) for pk in mailboxes.values_list("pk", flat=True))
        self.log_acts(request, mailboxes, "Asked for a scan.")
        self.message_user(request, f"{queued} scans queued; others are paused or queued already.", messages.SUCCESS)

    @admin.action(description="Pause", permissions=["operate"])
    def pause(self, request: HttpRequest, mailboxes: QuerySet[Mailbox]) -> None:
        self._enable(request, mailboxes, enabled=False)

    @admin.action(description="Resume", permissions=["operate"])
    def resume(self, request: HttpRequest, mailboxes: QuerySet[Mailbox]) -> None:
        self._enable(request, mailboxes, enabled=True)

    @action(description="Scan now", url_path="scan", icon="refresh", permissions=["operate"])
    def scan_this(self, request: HttpRequest, object_id: str) -> HttpResponse:
        mailbox = self.row(request, object_id)

        def act() -> str:
            return "Scan queued." if request_scan(mailbox_id=mailbox.pk) else "A scan is queued already."

        question = f"Look into {mailbox} now? The folders that are watched are read, one hour back."
        return self.ask(request, mailbox, question=question, button="Scan now", act=act)

    @action(description="Pause", url_path="pause", icon="pause", permissions=["operate"])
    def pause_this(self, request: HttpRequest, object_id: str) -> HttpResponse:
        mailbox = self.row(request, object_id)
        question = f"Pause {mailbox}? Its new mail is not read until it is resumed; nothing is lost."
        return self._ask_to_enable(request, mailbox, question=question, button="Pause", enabled=False)

    @action(description="Resume", url_path="resume", icon="play_arrow", permissions=["operate"])
    def resume_this(self, request: HttpRequest, object_id: str) -> HttpResponse:
        mailbox = self.row(request, object_id)
        question = f"Read {mailbox} again? It is scanned at once, even if it failed before."
        return self._ask_to_enable(request, mailbox, question=question, button="Resume", enabled=True)

    def get_actions_detail(self, request: HttpRequest, object_id: int) -> list[Any]:
        """What would change something: a paused mailbox can only be resumed."""
        enabled = Mailbox.objects.filter(pk=object_id, enabled=True).exists()
        idle = {"resume"} if enabled else {"scan", "pause"}
        return [one for one in super().get_actions_detail(request, object_id) if one.path not in idle]

    def _enable(self, request: HttpRequest, mailboxes: QuerySet[Mailbox], *, enabled: bool) -> None:
        changing = list(mailboxes.exclude(enabled=enabled))
        for mailbox in changing:
            change_mailbox(mailbox=mailbox, enabled=enabled)
        words = "resumed" if enabled else "paused"
        self.log_acts(request, mailboxes.filter(pk__in=[one.pk for one in changing]), f"{words.capitalize()}.")
        self.message_user(request, f"{len(changing)} mailboxes {words}.", messages.SUCCESS)

    def _ask_to_enable(
        self, request: HttpRequest, mailbox: Mailbox, *, question: str, button: str, enabled: bool
    ) -> HttpResponse:
        def act() -> str:
            change_mailbox(mailbox=mailbox, enabled=enabled)
            return f"{mailbox} is {'read again' if enabled else 'paused'}."

        return self.ask(request, mailbox, question=question, button=button, act=act)


@admin.register(Folder)
class FolderAdmin(ReadOnlyAdmin):
    list_display = ["name", "mailbox", "special_use", "watched", "last_uid", "last_scan_at", "missing_since"]
    list_filter = ["watched", "special_use"]
    list_select_related = ["mailbox"]
    search_fields = ["name", "mailbox__name", "mailbox__member__username"]
    search_help_text = "Folder, mailbox or member"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Folder]:
        return super().get_queryset(request).defer(*secrets_of("mailbox"))


class PlaceAdmin(ReadOnlyAdmin):
    """Something at a UID of a folder."""

    list_select_related = ["folder__mailbox"]
    ordering = ["-pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer(*secrets_of("folder__mailbox"))

    @display(description="Mailbox", ordering="folder__mailbox__name")
    def mailbox(self, row: Any) -> str:
        return str(row.folder.mailbox)


@admin.register(Hole)
class HoleAdmin(PlaceAdmin):
    list_display = ["uid", "folder", "mailbox", "reason", "tries", "seen_at"]
    list_filter = ["reason"]
    search_fields = ["folder__name", "folder__mailbox__name", "reason"]
    fields = ["folder", "uidvalidity", "uid", "reason", "tries", "seen_at"]


@admin.register(MessageLocation)
class MessageLocationAdmin(PlaceAdmin):
    list_display = ["uid", "folder", "mailbox", "email"]
    list_select_related = ["folder__mailbox", "email"]
    search_fields = ["folder__name", "folder__mailbox__name", "email__sha256"]
    raw_id_fields = ["email", "folder"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer(*secrets_of("folder__mailbox"), "email__raw", "email__extraction")


@admin.register(Scan)
class ScanAdmin(ReadOnlyAdmin):
    list_display = ["asked_at", "mailbox", "kind", "state_label", "folders_done", "seen", "stored", "faults"]
    list_filter = ["state", "kind"]
    list_select_related = ["mailbox"]
    search_fields = ["mailbox__name", "mailbox__member__username"]
    search_help_text = "Mailbox or member"
    date_hierarchy = "asked_at"
    fieldsets = [
        (None, {"fields": ["mailbox", "kind", "state", "lookback", "folder_name", "senders"]}),
        ("When", {"fields": ["asked_at", "started_at", "finished_at", "lease_until", "owner", "attempts"]}),
        ("Found", {"fields": ["folders", "folders_done", "expected", "seen", "stored", "known", "too_big", "outside"]}),
        ("Faults", {"fields": ["what_failed"]}),
    ]
    readonly_fields = ["what_failed"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Scan]:
        return super().get_queryset(request).defer(*secrets_of("mailbox"))

    @display(description="State", ordering="state", label=SCAN_COLOURS)
    def state_label(self, scan: Scan) -> tuple[str, str]:
        return scan.state, scan.get_state_display()

    @display(description="Faults")
    def faults(self, scan: Scan) -> int:
        return len(scan.errors)

    @display(description="Faults")
    def what_failed(self, scan: Scan) -> Any:
        return pretty(scan.errors)


class LocationInline(ReadOnlyInline):
    model = MessageLocation
    verbose_name_plural = "Where it was seen"
    fields = ["folder", "uidvalidity", "uid"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("folder")


@admin.register(StoredEmail)
class StoredEmailAdmin(ReadOnlyAdmin):
    list_display = ["title", "sender", "member", "state_label", "reason", "kind", "trust_label", "sent_at"]
    list_filter = ["state", "trust", "source", _MEMBER, "stored_at"]
    list_select_related = ["member"]
    search_fields = ["subject", "sender", "sha256", "definition_key", "member__username"]
    search_help_text = "Subject, sender, sha256, definition or member"
    ordering = ["-pk"]
    inlines = [LocationInline]
    fieldsets = [
        (None, {"fields": ["member", "subject", "sender", "sender_name", "sent_at", "received_at"]}),
        (
            "What became of it",
            {"fields": ["state", "reason", "author", "author_name", "kind", "confidence", "went", "accepted_at"]},
        ),
        ("Read by", {"fields": ["definition_key", "definition_version", "norm_version", "parsed_at"]}),
        ("Whether to trust it", {"fields": ["trust", "trust_note"]}),
        ("The message", {"fields": ["sha256", "size", "source", "message_id", "stored_at"]}),
        ("Queue", {"fields": ["attempts", "claim_no", "owner", "lease_until"]}),
        ("What it says", {"fields": ["says"]}),
    ]
    readonly_fields = ["says", "went"]
    actions = ["have_read_again", "give_back"]
    actions_detail = ["have_this_read_again", "park_this", "give_this_back"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[StoredEmail]:
        mails: QuerySet[StoredEmail] = super().get_queryset(request).defer("raw", "extraction")
        return mails

    @display(description="Subject", ordering="subject")
    def title(self, mail: StoredEmail) -> str:
        return str(mail)[:90] or NOTHING

    @display(description="State", ordering="state", label=MAIL_COLOURS)
    def state_label(self, mail: StoredEmail) -> tuple[str, str]:
        return mail.state, mail.get_state_display()

    @display(description="Sender is", ordering="trust", label=TRUST_COLOURS)
    def trust_label(self, mail: StoredEmail) -> tuple[str, str]:
        return mail.trust, mail.get_trust_display()

    @display(description="Went into")
    def went(self, mail: StoredEmail) -> Any:
        """Lists of what this e-mail contributed, found by its sha256."""
        owner = {"member__id__exact": mail.member_id, "sha256__exact": mail.sha256}
        return links(
            [
                ("What it says of orders", list_url("orders_ordercontribution", **owner)),
                ("What it says of parcels", list_url("tracking_shipmentcontribution", **owner)),
                ("Orders it waits for", list_url("tracking_pendinglink", **owner)),
            ]
        )

    @display(description="What it says")
    def says(self, mail: StoredEmail) -> Any:
        return pretty(mail.extraction)

    @admin.action(description="Read again", permissions=["operate"])
    def have_read_again(self, request: HttpRequest, mails: QuerySet[StoredEmail]) -> None:
        count = read_again(member=None, email_ids=list(mails.values_list("pk", flat=True)))
        self.log_acts(request, mails, "Asked for it to be read again.")
        self.message_user(request, f"{count} e-mails wait to be read again.", messages.SUCCESS)

    @action(description="Read again", url_path="read-again", icon="refresh", permissions=["operate"])
    def have_this_read_again(self, request: HttpRequest, object_id: str) -> HttpResponse:
        mail = self.row(request, object_id)

        def act() -> str:
            count = read_again(member=None, email_ids=[mail.pk])
            return "It waits to be read again." if count else "It is being read, or its bytes were not fetched."

        question = f"Read “{mail}” again with today's definitions? What it said before is replaced."
        return self.ask(request, mail, question=question, button="Read again", act=act)

    @action(description="Park", url_path="park", icon="local_parking", permissions=["operate"])
    def park_this(self, request: HttpRequest, object_id: str) -> HttpResponse:
        mail = self.row(request, object_id)

        def act() -> str:
            withdrawn = park(mail=mail)
            return "Parked. What it gave to orders and parcels is withdrawn." if withdrawn else "Parked."

        question = (
            f"Put “{mail}” aside? It ends as failed and is not read until somebody has it read again. What it gave to "
            "orders and parcels, if anything, is withdrawn."
        )
        return self.ask(request, mail, question=question, button="Park", act=act)

    @action(description="Take from its worker", url_path="give-back", icon="undo", permissions=["operate"])
    def give_this_back(self, request: HttpRequest, object_id: str) -> HttpResponse:
        mail = self.row(request, object_id)

        def act() -> str:
            return "It waits again." if take_from_worker(email_ids=[mail.pk]) else "No worker holds it."

        question = f"Let “{mail}” wait again? Should its worker live after all, what that reads is dropped."
        return self.ask(request, mail, question=question, button="Take from its worker", act=act)

    @admin.action(description="Take from their workers", permissions=["operate"])
    def give_back(self, request: HttpRequest, mails: QuerySet[StoredEmail]) -> None:
        ids = list(mails.filter(state=State.PARSING).values_list("pk", flat=True))
        count = take_from_worker(email_ids=ids)
        self.log_acts(request, mails.model._default_manager.filter(pk__in=ids), "Taken from its worker.")
        self.message_user(request, f"{count} e-mails wait again; others were not being read.", messages.SUCCESS)

    def get_actions_detail(self, request: HttpRequest, object_id: int) -> list[Any]:
        """What would change something: only claimed mail can be taken from a worker, and parked mail is parked."""
        mail = StoredEmail.objects.filter(pk=object_id).only("state", "reason").first()
        idle = set() if mail is None or mail.state == State.PARSING else {"give-back"}
        if mail is not None and (mail.state, mail.reason) == (State.FAILED, PARKED):
            idle.add("park")
        return [one for one in super().get_actions_detail(request, object_id) if one.path not in idle]

"""Definitions in the admin: which of them read mail, what each version says. Versions are never edited here."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from unfold.decorators import action, display

from common.admin import NOTHING, ReadOnlyAdmin, ReadOnlyInline, colours, link, list_url, pretty
from parsers.carriers import known_carriers
from parsers.gate import GateClosed, Report
from parsers.models import (
    FieldMapping,
    MatcherRow,
    ParserDefinition,
    ParserDefinitionVersion,
    RowScopeRow,
    Sample,
    State,
)
from parsers.services import NotChecked, activate_after_check, set_enabled

STATE_COLOURS = colours(State, {State.ACTIVE: "success", State.CANDIDATE: "warning", State.DRAFT: "info"})


class VersionInline(ReadOnlyInline):
    model = ParserDefinitionVersion
    verbose_name_plural = "Versions"
    fields = ["number", "state", "origin", "note", "created_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("settings").select_related("definition")


@admin.register(ParserDefinition)
class ParserDefinitionAdmin(ReadOnlyAdmin):
    list_display = ["name", "author", "author_type", "kind", "reads_mail", "in_force", "changed_at"]
    list_filter = ["enabled", "author_type", "kind"]
    search_fields = ["key", "name", "author"]
    inlines = [VersionInline]
    fields = ["name", "key", "author", "author_type", "kind", "enabled", "changed_at", "mails"]
    readonly_fields = ["mails"]
    actions = ["enable", "disable"]
    actions_detail = ["switch_on", "switch_off"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ParserDefinition]:
        active = ParserDefinitionVersion.objects.filter(state=State.ACTIVE).defer("settings")
        return super().get_queryset(request).prefetch_related(Prefetch("versions", active, to_attr="active"))

    @display(description="Reads mail", label={"yes": "success", "off": "danger"}, ordering="enabled")
    def reads_mail(self, definition: ParserDefinition) -> str:
        return "yes" if definition.enabled else "off"

    @display(description="Version")
    def in_force(self, definition: Any) -> str:
        return f"v{definition.active[0].number}" if definition.active else NOTHING

    @display(description="E-mails")
    def mails(self, definition: ParserDefinition) -> Any:
        return link("E-mails read by it", list_url("emailsync_storedemail", definition_key__exact=definition.key))

    @admin.action(description="Switch on", permissions=["operate"])
    def enable(self, request: HttpRequest, definitions: QuerySet[ParserDefinition]) -> None:
        self._switch(request, definitions, enabled=True)

    @admin.action(description="Switch off", permissions=["operate"])
    def disable(self, request: HttpRequest, definitions: QuerySet[ParserDefinition]) -> None:
        self._switch(request, definitions, enabled=False)

    @action(description="Switch on", url_path="switch-on", icon="toggle_on", permissions=["operate"])
    def switch_on(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._ask_to_switch(request, object_id, enabled=True)

    @action(description="Switch off", url_path="switch-off", icon="toggle_off", permissions=["operate"])
    def switch_off(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._ask_to_switch(request, object_id, enabled=False)

    def get_actions_detail(self, request: HttpRequest, object_id: int) -> list[Any]:
        """Of switching on and off, the one that would change something."""
        on = ParserDefinition.objects.filter(pk=object_id, enabled=True).exists()
        idle = "switch-on" if on else "switch-off"
        return [one for one in super().get_actions_detail(request, object_id) if one.path != idle]

    def _switch(self, request: HttpRequest, definitions: QuerySet[ParserDefinition], *, enabled: bool) -> None:
        words = "switched on" if enabled else "switched off"
        changed = set_enabled(keys=definitions.values_list("key", flat=True), enabled=enabled)
        self.log_acts(request, definitions, f"{words.capitalize()}.")
        self.message_user(request, f"{changed} definitions {words}.", messages.SUCCESS)

    def _ask_to_switch(self, request: HttpRequest, object_id: str, *, enabled: bool) -> HttpResponse:
        definition = self.row(request, object_id)
        words = "on" if enabled else "off"
        effect = "New mail is read by it from now on." if enabled else "Mail that only it can read stays unread."

        def act() -> str:
            set_enabled(keys=[definition.key], enabled=enabled)
            return f"{definition} is switched {words}."

        question = f"Switch {definition} {words}? {effect}"
        return self.ask(request, definition, question=question, button=f"Switch {words}", act=act)


class MatcherInline(ReadOnlyInline):
    model = MatcherRow
    fields = ["position", "role", "target", "header", "op", "value", "weight"]


class FieldMappingInline(ReadOnlyInline):
    model = FieldMapping
    fields = ["position", "field", "priority", "method", "selector", "scope", "transforms", "required", "multiple"]


class RowScopeInline(ReadOnlyInline):
    model = RowScopeRow
    fields = ["position", "name", "of", "how", "selector", "parent", "start_after", "stop_before"]


@admin.register(ParserDefinitionVersion)
class ParserDefinitionVersionAdmin(ReadOnlyAdmin):
    list_display = ["name", "state_label", "origin", "note", "created_at"]
    list_filter = ["state", "origin", "created_at"]
    list_select_related = ["definition"]
    search_fields = ["definition__key", "definition__name", "hash"]
    ordering = ["definition__author", "definition__key", "-number"]
    inlines = [MatcherInline, FieldMappingInline, RowScopeInline]
    fieldsets = [
        (None, {"fields": ["definition", "number", "state", "origin", "parent", "note", "created_at"]}),
        ("What it says", {"fields": ["hash", "document"]}),
    ]
    readonly_fields = ["document"]
    actions_detail = ["activate"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ParserDefinitionVersion]:
        return super().get_queryset(request).defer("settings")

    @display(description="Version", ordering="number")
    def name(self, version: ParserDefinitionVersion) -> str:
        return str(version)

    @display(description="State", ordering="state", label=STATE_COLOURS)
    def state_label(self, version: ParserDefinitionVersion) -> tuple[str, str]:
        return version.state, version.get_state_display()

    @display(description="Settings")
    def document(self, version: ParserDefinitionVersion) -> Any:
        return pretty(version.settings)

    @action(description="Activate", url_path="activate", icon="play_arrow", permissions=["operate"])
    def activate(self, request: HttpRequest, object_id: str) -> HttpResponse:
        version = self.row(request, object_id)
        before = version.definition.versions.filter(state=State.ACTIVE).exclude(pk=version.pk).first()
        retires = f" v{before.number} retires and can be activated again." if before else ""
        known = version.state == State.RETIRED
        check = "It read mail before and is not checked again." if known else "Every stored sample is checked first."

        def act() -> str:
            activate_after_check(version, carriers=known_carriers())
            return f"{version} reads mail from now on."

        question = f"Let {version} read new mail from now on?{retires} {check}"
        try:
            return self.ask(request, version, question=question, button="Activate", act=act, refusals=(NotChecked,))
        except GateClosed as closed:
            words, findings = _refusal(version, closed.report), [str(one) for one in closed.report.failures]
            return self.question(request, version, words=words, button="Check again", findings=findings)

    def get_actions_detail(self, request: HttpRequest, object_id: int) -> list[Any]:
        active = ParserDefinitionVersion.objects.filter(pk=object_id, state=State.ACTIVE).exists()
        return [] if active else super().get_actions_detail(request, object_id)


def _refusal(version: ParserDefinitionVersion, report: Report) -> str:
    """Why a version was not activated, and what to do about it."""
    refused = f"{version} was not activated; nothing has changed."
    if version.definition.key in report.unproven:
        return f"{refused} No sample shows that it reads rightly: import its document again with a sample or more."
    return (
        f"{refused} What is listed would be read wrongly. Correct the definition or, where a label is wrong, the label "
        f"of that sample in its document, import it again, and activate what was imported."
    )


class PartAdmin(ReadOnlyAdmin):
    """One row of a version."""

    list_select_related = ["version__definition"]
    ordering = ["-version", "position"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("version__settings")


@admin.register(MatcherRow)
class MatcherRowAdmin(PartAdmin):
    list_display = ["version", "position", "role", "target", "header", "op", "value", "weight"]
    list_display_links = ["position"]
    list_filter = ["role", "target", "op"]
    search_fields = ["value", "version__definition__key"]
    search_help_text = "Value or key of a definition"


@admin.register(FieldMapping)
class FieldMappingAdmin(PartAdmin):
    list_display = ["version", "field", "method", "selector", "scope", "priority", "required", "multiple"]
    list_display_links = ["field"]
    list_filter = ["field", "method", "required"]
    search_fields = ["field", "selector", "version__definition__key"]
    search_help_text = "Field, selector or key of a definition"


@admin.register(RowScopeRow)
class RowScopeRowAdmin(PartAdmin):
    list_display = ["version", "name", "of", "how", "selector", "parent"]
    list_display_links = ["name"]
    list_filter = ["of", "how"]
    search_fields = ["name", "selector", "version__definition__key"]


@admin.register(Sample)
class SampleAdmin(ReadOnlyAdmin):
    """Samples without their bytes: those are somebody's mail."""

    list_display = ["short", "definition", "negative", "created_at"]
    list_filter = ["negative", "created_at"]
    list_select_related = ["definition"]
    search_fields = ["sha256", "definition__key"]
    ordering = ["-pk"]
    fields = ["sha256", "definition", "negative", "created_at", "says"]
    readonly_fields = ["says"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Sample]:
        return super().get_queryset(request).defer("sealed", "labels")

    @display(description="Sample", ordering="sha256")
    def short(self, sample: Sample) -> str:
        return str(sample)

    @display(description="What it is known to say")
    def says(self, sample: Sample) -> Any:
        return pretty(sample.labels)

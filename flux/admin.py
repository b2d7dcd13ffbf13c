"""The queue and the log of admin actions. Tasks are code: they are shown, and only known ones run again."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.db.models import QuerySet
from django.http import HttpRequest
from django_q.models import Failure, OrmQ, Schedule, Success
from unfold.decorators import display

from common.admin import NOTHING, ReadOnlyAdmin, pretty
from flux.queue import run_again, run_now

for _model in (Success, Failure, Schedule, OrmQ):
    admin.site.unregister(_model)


class TaskAdmin(ReadOnlyAdmin):
    """A task that has run."""

    list_filter = ["cluster", "func"]
    search_fields = ["name", "func"]
    date_hierarchy = "stopped"
    fields = [
        "name", "func", "cluster", "started", "stopped", "attempt_count", "called_with", "answered",
    ]  # fmt: skip
    readonly_fields = ["called_with", "answered"]

    @display(description="Called with")
    def called_with(self, task: Any) -> Any:
        return pretty([*(task.args or ()), *([task.kwargs] if task.kwargs else [])])

    @display(description="Result")
    def answered(self, task: Any) -> Any:
        return pretty(task.result)


@admin.register(Success)
class SuccessAdmin(TaskAdmin):
    list_display = ["name", "func", "cluster", "stopped", "seconds"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Success]:
        return super().get_queryset(request).defer("args", "kwargs", "result")

    @display(description="Took")
    def seconds(self, task: Success) -> str:
        return f"{task.time_taken():.1f} s"


@admin.register(Failure)
class FailureAdmin(TaskAdmin):
    list_display = ["name", "func", "cluster", "stopped", "attempt_count", "fault"]
    actions = ["run_these_again"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Failure]:
        return super().get_queryset(request).defer("args", "kwargs")

    @display(description="Fault")
    def fault(self, task: Failure) -> str:
        return str(task.result or "").strip().partition("\n")[0][:100] or NOTHING

    @admin.action(description="Run again", permissions=["operate"])
    def run_these_again(self, request: HttpRequest, failures: QuerySet[Failure]) -> None:
        whole = failures.defer(None)
        self.log_acts(request, whole, "Asked for it to be run again.")
        count = run_again(failures=whole)
        self.message_user(request, f"{count} tasks queued again; unknown ones are left alone.", messages.SUCCESS)


@admin.register(OrmQ)
class QueuedAdmin(ReadOnlyAdmin):
    list_display = ["task_name", "func", "key", "lock"]
    list_display_links = ["task_name"]
    list_filter = ["key"]
    search_fields = ["key"]
    ordering = ["lock"]
    fields = ["task_name", "func", "key", "lock", "called_with"]
    readonly_fields = ["task_name", "func", "called_with"]

    @display(description="Task")
    def task_name(self, queued: OrmQ) -> str:
        return str(queued.name() or NOTHING)

    @display(description="Function")
    def func(self, queued: OrmQ) -> str:
        return str(queued.func())

    @display(description="Called with")
    def called_with(self, queued: OrmQ) -> Any:
        return pretty(list(queued.args() or ()))


@admin.register(Schedule)
class ScheduleAdmin(ReadOnlyAdmin):
    """Schedules are declared in code; a row here names code that would be run, so none is made or changed by hand."""

    list_display = ["name", "func", "cluster", "every", "next_run"]
    list_filter = ["cluster"]
    search_fields = ["name", "func"]
    fields = ["name", "func", "args", "cluster", "schedule_type", "minutes", "repeats", "next_run"]
    actions = ["run_these_now"]

    @display(description="Every", ordering="minutes")
    def every(self, schedule: Schedule) -> str:
        return f"{schedule.minutes} min" if schedule.minutes else schedule.get_schedule_type_display()

    @admin.action(description="Run now", permissions=["operate"])
    def run_these_now(self, request: HttpRequest, schedules: QuerySet[Schedule]) -> None:
        count = run_now(names=schedules.values_list("name", flat=True))
        self.log_acts(request, schedules, "Run by hand.")
        self.message_user(request, f"{count} tasks queued.", messages.SUCCESS)


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyAdmin):
    list_display = ["action_time", "user", "what", "content_type", "object_repr"]
    list_filter = ["action_flag"]
    list_select_related = ["user", "content_type"]
    search_fields = ["user__username", "object_repr", "change_message"]
    date_hierarchy = "action_time"
    fields = ["action_time", "user", "content_type", "object_repr", "what"]
    readonly_fields = ["what"]

    @display(description="What was done")
    def what(self, entry: LogEntry) -> str:
        return entry.get_change_message() or entry.get_action_flag_display()

"""The first page of the admin: what there is, what waits, what needs a person.

Every number is counted with the filters of the list that it opens, so that list shows exactly that many rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.http import HttpRequest
from django.utils import timezone

from common.admin import list_url
from emailsync.models import Mailbox, MailboxState, RequestState, State
from emailsync.pipeline import WORKER_DIED
from flux.control.navigation import may_see
from flux.queue import SILENT_AFTER, status
from parsers.models import State as VersionState

_NEEDS_MAILBOXES = 5
_LATEST = 6
_LATE_S = 300
ATTENTION = (MailboxState.WRONG_CREDENTIALS, MailboxState.BROKEN)
WAITING = (State.STORED, State.PARSING)
_MAIL_FAMILIES = {State.FAILED: "bad", State.INCOMPLETE: "warn", State.HELD: "warn", State.UNMATCHED: "warn"}


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, its words, and the list that shows just what it counts. family: "", "warn" or "bad"."""

    value: int
    words: str
    href: str
    family: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    title: str
    icon: str
    main: Figure
    more: Sequence[Figure]

    @property
    def family(self) -> str:
        """The worst of what it counts."""
        families = {figure.family for figure in (self.main, *self.more) if figure.value}
        return "bad" if "bad" in families else "warn" if "warn" in families else ""


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that needs a person, and where it is solved."""

    title: str
    note: str
    href: str
    button: str
    family: str


@dataclass(frozen=True, slots=True)
class Cluster:
    name: str
    waiting: Figure
    failed: Figure
    oldest_s: float | None
    heartbeat_s: float | None

    @property
    def silent(self) -> bool:
        return self.heartbeat_s is not None and self.heartbeat_s > SILENT_AFTER.total_seconds()


@dataclass(frozen=True, slots=True)
class Centre:
    tiles: Sequence[Tile]
    states: Sequence[Figure]
    clusters: Sequence[Cluster]
    needs: Sequence[Need]
    latest: Sequence[LogEntry]
    at: Any


def centre_for(request: HttpRequest) -> Centre:
    """The control centre as this visitor may see it."""
    queue = status()
    tiles: list[tuple[str, Callable[[], Tile]]] = [
        ("emailsync_mailbox", _mailboxes),
        ("emailsync_storedemail", lambda: _mail(queue)),
        ("django_q_ormq", _queue),
        ("parsers_parserdefinition", _definitions),
        ("accounts_user", _members),
        ("orders_order", _orders),
        ("tracking_shipment", _parcels),
    ]
    sees_mail = may_see(request, "emailsync_storedemail")
    clusters = _clusters(queue) if may_see(request, "django_q_ormq") else []
    return Centre(
        tiles=[make() for model, make in tiles if may_see(request, model)],
        states=[_in_state(queue, state, state.label) for state in State] if sees_mail else [],
        clusters=clusters,
        needs=[
            *(_late(queue) if sees_mail else []),
            *_silent(clusters),
            *(_asked_rescans() if may_see(request, "emailsync_rescanrequest") else []),
            *(_broken_mailboxes() if may_see(request, "emailsync_mailbox") else []),
        ],
        latest=_latest_actions() if may_see(request, "admin_logentry") else [],
        at=timezone.now(),
    )


def figure(words: str, model: str, family: str = "", **filters: Any) -> Figure:
    """Count the rows of "app_model" under the filters of its list. A tuple stands for any of its values."""
    app, _, name = model.rpartition("_")
    asked = {key: _in_url(value) for key, value in filters.items()}
    rows = apps.get_model(app, name)._default_manager.filter(**filters)
    return Figure(rows.count(), words, list_url(model, **asked), family)


def _in_url(value: Any) -> Any:
    """A filter's value as the lists of the admin spell it."""
    if isinstance(value, tuple):
        return ",".join(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return int(value) if isinstance(value, bool) else value


def _mailboxes() -> Tile:
    model = "emailsync_mailbox"
    return Tile(
        "Mailboxes",
        "inbox",
        figure("need attention", model, "bad", enabled__exact=True, state__in=ATTENTION),
        [
            figure("read", model, enabled__exact=True),
            figure("trying again", model, "warn", enabled__exact=True, state__exact=MailboxState.RETRYING.value),
            figure("paused", model, enabled__exact=False),
        ],
    )


def _mail(queue: dict[str, Any]) -> Tile:
    """From the one count by state: mail is the largest table."""
    counts, model = queue["states"], "emailsync_storedemail"
    waiting = sum(counts.get(state.value, 0) for state in WAITING)
    return Tile(
        "E-mails",
        "mail",
        Figure(waiting, "waiting to be read", list_url(model, state__in=_in_url(WAITING))),
        [
            _in_state(queue, State.FAILED, "failed"),
            _in_state(queue, State.INCOMPLETE, "incomplete"),
            figure("broke off three times", model, "warn", state__exact=State.FAILED.value, reason__exact=WORKER_DIED),
            figure(
                "held by workers that are gone",
                model,
                "warn",
                state__exact=State.PARSING.value,
                lease_until__lt=timezone.now(),
            ),
            Figure(sum(counts.values()), "stored", list_url(model)),
        ],
    )


def _queue() -> Tile:
    return Tile(
        "Queue",
        "queue",
        figure("tasks waiting", "django_q_ormq"),
        [figure("failed", "django_q_failure", "warn"), figure("schedules", "django_q_schedule")],
    )


def _definitions() -> Tile:
    model = "parsers_parserdefinition"
    return Tile(
        "Definitions",
        "layers",
        figure("read mail", model, enabled__exact=True),
        [
            figure("switched off", model, enabled__exact=False),
            figure("candidates", "parsers_parserdefinitionversion", state__exact=VersionState.CANDIDATE.value),
        ],
    )


def _members() -> Tile:
    model = "accounts_user"
    return Tile(
        "Members",
        "group",
        figure("active", model, is_active__exact=True),
        [
            figure("staff", model, is_active__exact=True, is_staff__exact=True),
            figure("never signed in", model, is_active__exact=True, last_login__isnull=True),
            figure("kept out", model, is_active__exact=False),
        ],
    )


def _orders() -> Tile:
    return Tile(
        "Orders",
        "shopping_bag",
        figure("orders", "orders_order"),
        [figure("mails wait for an order", "tracking_pendinglink"), figure("brands", "orders_retailer")],
    )


def _parcels() -> Tile:
    model = "tracking_shipment"
    return Tile(
        "Parcels",
        "package_2",
        figure("parcels", model),
        [figure("with a problem", model, "warn", needs_attention__exact=True), figure("carriers", "tracking_carrier")],
    )


def _in_state(queue: dict[str, Any], state: State, words: str) -> Figure:
    url = list_url("emailsync_storedemail", state__exact=state.value)
    return Figure(queue["states"].get(state.value, 0), words, url, _MAIL_FAMILIES.get(state, ""))


def _clusters(queue: dict[str, Any]) -> list[Cluster]:
    return [
        Cluster(
            name,
            Figure(one["depth"], "waiting", list_url("django_q_ormq", key__exact=name)),
            Figure(one["failed"], "failed", list_url("django_q_failure", cluster__exact=name), "warn"),
            one["oldest_s"],
            one["heartbeat_s"],
        )
        for name, one in queue["clusters"].items()
    ]


def _late(queue: dict[str, Any]) -> list[Need]:
    """Mail that waits for longer than any reading takes."""
    if (queue["oldest_s"] or 0) < _LATE_S:
        return []
    waited = f"{queue['oldest_s'] / 60:,.0f} minutes"
    url = list_url("emailsync_storedemail", state__in=_in_url(WAITING))
    return [
        Need(f"E-mail waits to be read since {waited}", "Look whether the cluster parse gets on.", url, "Show", "warn")
    ]


def _silent(clusters: Sequence[Cluster]) -> list[Need]:
    return [
        Need(
            f"The workers of {one.name} are silent",
            "They finish no task; the supervisor restarts those it started itself.",
            one.waiting.href,
            "Queue",
            "bad",
        )
        for one in clusters
        if one.silent
    ]


def _asked_rescans() -> list[Need]:
    """What members asked for and nobody has decided."""
    asked = figure("wait for a decision", "emailsync_rescanrequest", state__exact=RequestState.ASKED.value)
    if not asked.value:
        return []
    words = "rescan waits" if asked.value == 1 else "rescans wait"
    note = "A super admin approves or refuses what a member asked for."
    return [Need(f"{asked.value} {words} for a decision", note, asked.href, "Open", "warn")]


def _broken_mailboxes() -> list[Need]:
    """The mailboxes that have failed for longest."""
    broken = Mailbox.objects.filter(enabled=True, state__in=ATTENTION).select_related("member")
    return [
        Need(
            f"{one.name} of {one.member} is not read",
            one.last_error_text or one.get_state_display(),
            f"{list_url('emailsync_mailbox')}{one.pk}/change/",
            "Open",
            "bad",
        )
        for one in broken.order_by("last_success_at")[:_NEEDS_MAILBOXES]
    ]


def _latest_actions() -> list[LogEntry]:
    return list(LogEntry.objects.select_related("user", "content_type").order_by("-action_time")[:_LATEST])

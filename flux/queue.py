"""The queues as they stand: what waits, since when, and whether the clusters get on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.db import Error, transaction
from django.db.models import Count, Min
from django.utils import timezone
from django_q.models import Failure, OrmQ, Schedule
from django_q.tasks import async_task

from emailsync.models import State, StoredEmail
from emailsync.schedules import SCHEDULES
from emailsync.services import WATCHER_BEAT
from flux.supervisor.run import CLUSTERS, WATCHER

_HEARTBEAT = "flux.heartbeat.{}"
SILENT_AFTER = timedelta(minutes=6)


def sync_schedules() -> int:
    """Bring the schedules declared in code into the queue, and only those. Returns how many there are."""
    for one in SCHEDULES:
        Schedule.objects.update_or_create(
            name=one.name,
            defaults={
                "func": one.func,
                "args": repr(one.args) if one.args else None,
                "cluster": one.cluster,
                "schedule_type": Schedule.MINUTES,
                "minutes": one.minutes,
                "repeats": -1,
            },
        )
    for cluster in CLUSTERS:
        Schedule.objects.update_or_create(
            name=f"Heartbeat {cluster}",
            defaults={
                "func": "flux.queue.heartbeat",
                "args": repr((cluster,)),
                "cluster": cluster,
                "schedule_type": Schedule.MINUTES,
                "minutes": 2,
                "repeats": -1,
            },
        )
    names = [one.name for one in SCHEDULES] + [f"Heartbeat {cluster}" for cluster in CLUSTERS]
    Schedule.objects.exclude(name__in=names).delete()
    return len(names)


def heartbeat(cluster: str) -> str:
    """Queue task: leave a sign that the cluster took and finished a task just now."""
    cache.set(_HEARTBEAT.format(cluster), timezone.now().timestamp(), timeout=None)
    return "alive"


def catch_up() -> None:
    """At start-up: scan what came while Flux was down, parse what waited; forget the last run's signs of life."""
    cache.delete_many([*(_HEARTBEAT.format(cluster) for cluster in CLUSTERS), WATCHER_BEAT])
    async_task("emailsync.tasks.catch_up_scan", cluster="recovery")
    async_task("emailsync.tasks.drain_parse_queue", cluster="parse")


def wake(cluster: str) -> None:
    """Have a cluster that begins look at once for what its predecessor left."""
    for one in SCHEDULES:
        if one.cluster == cluster and one.at_start:
            async_task(one.func, *one.args, cluster=cluster)


def run_now(*, names: Iterable[str]) -> int:
    """Queue the tasks of these schedules at once, if they are declared in code. Returns how many."""
    wanted = set(names)
    known = [one for one in SCHEDULES if one.name in wanted]
    for one in known:
        async_task(one.func, *one.args, cluster=one.cluster)
    return len(known)


@transaction.atomic
def run_again(*, failures: Iterable[Failure]) -> int:
    """Queue failed tasks once more and forget the failure; only tasks that Flux itself queues. Returns how many."""
    known = {one.func for one in SCHEDULES}
    again = [task for task in failures if task.func in known]
    for task in again:
        async_task(task.func, *(task.args or ()), cluster=task.cluster)
    Failure.objects.filter(pk__in=[task.pk for task in again]).delete()
    return len(again)


def status() -> dict[str, Any]:
    """`{"states": {STATE: n}, "oldest_s", "clusters": {NAME: {"depth", "oldest_s", "failed", "heartbeat_s"}}}`.

    oldest_s: seconds that the oldest waiting mail or task has waited, None if nothing waits.
    """
    now = timezone.now()
    waiting = StoredEmail.objects.filter(state__in=[State.STORED, State.PARSING])
    oldest = waiting.aggregate(at=Min("stored_at"))["at"]
    return {
        "states": dict(StoredEmail.objects.values_list("state").annotate(count=Count("pk")).order_by("state")),
        "oldest_s": _seconds(now, oldest),
        "clusters": {cluster: _cluster(cluster, now) for cluster in CLUSTERS},
    }


def stuck() -> set[str]:
    """Clusters and the watcher, as far as they have given no sign of progress for too long, or none yet.

    While the database is away, nobody can give a sign and nobody is blamed.
    """
    try:
        ages = _ages()
    except Error:
        return set()
    return {name for name, age in ages.items() if age is None or age > SILENT_AFTER.total_seconds()}


def silent() -> set[str]:
    """Those of which signs were seen in this run, and no more for too long."""
    return {name for name, age in _ages().items() if age is not None and age > SILENT_AFTER.total_seconds()}


def _ages() -> dict[str, float | None]:
    """Seconds since the last sign of life of each cluster and of the watcher; None if there was none."""
    now = timezone.now().timestamp()
    keys = {cluster: _HEARTBEAT.format(cluster) for cluster in CLUSTERS} | {WATCHER: WATCHER_BEAT}
    beats = cache.get_many(keys.values())
    return {name: now - beats[key] if key in beats else None for name, key in keys.items()}


def _cluster(cluster: str, now: Any) -> dict[str, Any]:
    queued = OrmQ.objects.filter(key=cluster)
    beat = cache.get(_HEARTBEAT.format(cluster))
    return {
        "depth": queued.count(),
        "oldest_s": _seconds(now, _oldest_task(cluster)),
        "failed": Failure.objects.filter(cluster=cluster).count(),
        "heartbeat_s": None if beat is None else round(now.timestamp() - beat, 1),
    }


def _oldest_task(cluster: str) -> Any:
    """When the longest waiting task was queued: until a cluster takes it, its lock is the time it was put there."""
    return OrmQ.objects.filter(key=cluster).aggregate(at=Min("lock"))["at"]


def _seconds(now: Any, since: Any) -> float | None:
    return None if since is None else round(max(0.0, (now - since).total_seconds()), 1)

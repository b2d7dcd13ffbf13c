"""One cluster of the queue, until SIGTERM or Ctrl-C."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType
from typing import Any

from django.core.management.base import CommandParser
from django.db import connections
from django_q import cluster
from django_q.conf import Conf

from common import stopping
from common.commands import OperatorCommand
from flux.queue import wake
from flux.supervisor.run import CLUSTERS

_TIMED_OUT, _RECYCLED = 0, -2
"""What django-q2's worker leaves in its timer before it is replaced for a good reason."""


class Command(OperatorCommand):
    help = (
        "Run one cluster of the queue; any number of each may run, on any number of machines against one database. "
        "SIGTERM or Ctrl-C ends it: mail that is being read is finished, the rest of its batch is given back. "
        f"There are: {', '.join(CLUSTERS)}."
    )
    example = "python manage.py run_cluster parse"
    needs_tables = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", choices=CLUSTERS, help="whose tasks it does")

    def handle(self, *args: Any, **options: Any) -> None:
        # django-q2 reads the name of its queue from the environment when its settings are first imported; on Linux it
        # takes no other word for it. By now they are imported, so the process starts over with the right one.
        name = options["name"]
        if name != Conf.CLUSTER_NAME:
            os.environ["Q_CLUSTER_NAME"] = name
            os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606
        wake(name)
        connections.close_all()
        cluster.Sentinel = EndingSentinel  # the cluster looks it up by this name
        StoppingCluster().start()


class EndingSentinel(cluster.Sentinel):
    """Ends the whole cluster when one of its processes was killed, so that whoever supervises it starts a sound one.

    Such a process may have died with a lock of the queue that all of them share. A new one in its place would then wait
    for ever, and the cluster would look alive and take nothing (django-q2 issues 23 and 339).
    """

    def reincarnate(self, process: Any) -> None:
        timer = getattr(process, "timer", None)
        if timer is not None and int(timer.value) in (_TIMED_OUT, _RECYCLED):
            super().reincarnate(process)
            return
        for other in (*self.pool, self.monitor, self.pusher):
            other.kill()
        os.kill(self.parent_pid, signal.SIGKILL)
        os._exit(1)


class StoppingCluster(cluster.Cluster):
    """A cluster that lets its running tasks know that it ends."""

    def sig_handler(self, signum: int, frame: FrameType | None) -> None:
        stopping.ask()
        if self.sentinel is None:
            sys.exit(0)
        super().sig_handler(signum, frame)

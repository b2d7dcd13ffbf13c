"""The supervisor over real processes: what dies is started again, and nothing is left when it ends, however it ends."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flux.testing.supervised import Family

# Two children that each start a worker, as the queue's clusters do; a child ignores nothing and its worker everything.
_STUBBORN_WORKER = (
    "import signal; [signal.signal(n, signal.SIG_IGN) for n in (signal.SIGTERM, signal.SIGINT)]; signal.pause()"
)
_CHILD = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {_STUBBORN_WORKER!r}, 'worker', sys.argv[1]])"
_SUPERVISOR = f"""
import sys
from pathlib import Path
from flux.supervisor.child import Child
from flux.supervisor.run import Supervisor
children = [Child(name, [sys.executable, "-c", {_CHILD!r}, name]) for name in ("one", "two")]
stuck = lambda: {{"one"}} if Path(sys.argv[1]).exists() else set()
Supervisor(children, stuck, look_every_s=0.1, patience_s=0.1).run()
"""


@pytest.fixture
def family(tmp_path: Path) -> Iterator[Family]:
    started = Family(["-c", _SUPERVISOR, str(tmp_path / "stuck")], mark=str(tmp_path), log=tmp_path / "log")
    try:
        started.wait_until(lambda: len(started.named("worker")) == 2)
        yield started
    finally:
        started.kill()


@pytest.mark.parametrize(
    "end",
    [
        lambda family: family.signal(signal.SIGTERM),
        lambda family: family.signal(signal.SIGHUP),
        lambda family: family.signal(signal.SIGKILL),
        lambda family: family.interrupt(),
    ],
    ids=["SIGTERM", "SIGHUP", "SIGKILL", "Ctrl-C"],
)
def test_however_it_ends_no_process_is_left(family: Family, end: Callable[[Family], None]) -> None:
    end(family)
    assert family.ended() == []


def test_a_killed_child_is_started_again_without_its_old_workers(family: Family) -> None:
    (worker,) = [one for one in family.named("worker") if one.cmdline()[-1] == "one"]
    child = worker.parent()
    assert child is not None
    child.kill()
    family.wait_until(lambda: len([one for one in family.named("worker") if one.pid != worker.pid]) == 2)
    assert worker.pid not in {one.pid for one in family.members()}
    assert "one ended (-9); starting it again" in family.said()


def test_a_child_that_makes_no_progress_is_started_again(family: Family, tmp_path: Path) -> None:
    before = {one.pid for one in family.named("worker") if one.cmdline()[-1] == "one"}
    (tmp_path / "stuck").touch()
    family.wait_until(lambda: "one makes no progress; starting it again" in family.said())
    (tmp_path / "stuck").unlink()
    family.wait_until(lambda: len([one for one in family.named("worker") if one.pid not in before]) == 2)
    assert len(family.named("worker")) == 2


def test_a_killed_guardian_is_replaced_and_knows_whom_to_end(family: Family) -> None:
    (guardian,) = family.named("flux.supervisor.guardian")
    guardian.kill()
    family.wait_until(lambda: [one for one in family.named("flux.supervisor.guardian") if one.pid != guardian.pid])
    family.signal(signal.SIGKILL)
    assert family.ended() == []

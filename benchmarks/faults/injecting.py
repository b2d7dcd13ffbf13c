"""How each fault is brought about, with the help of nothing but signals, SQL, doveadm and files."""

from __future__ import annotations

import random
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from signal import SIGKILL, SIGQUIT, SIGTERM

import psutil
import psycopg

from benchmarks.faults.disk import Disk
from benchmarks.faults.plan import ARCHIVE, INBOX, MOST_RENUMBERED, WATCHED_FOLDERS, Act, Fault
from benchmarks.faults.product import Flux
from benchmarks.faults.servers import processes
from flux.testing.dovecot import Dovecot

HOW = {
    Fault.KILL_PARSE_WORKER: "SIGKILL to a process of a parse cluster that takes tasks, idle or at work",
    Fault.KILL_INGEST_WORKER: "the same in the ingest or recovery cluster",
    Fault.KILL_READER: "SIGKILL to the sandbox in which a mail is read",
    Fault.KILL_CLUSTER_PART: "SIGKILL to a process of a cluster that is neither its main process nor takes tasks",
    Fault.KILL_CLUSTER: "SIGKILL to the main process of a cluster",
    Fault.KILL_WATCHER: "SIGKILL to `watch_mailboxes`",
    Fault.FREEZE_WORKER: "SIGSTOP to a parse or ingest worker, SIGCONT 65 s later",
    Fault.FREEZE_WATCHER: "SIGSTOP to `watch_mailboxes`, SIGCONT 65 s later",
    Fault.FREEZE_IMAP: "SIGSTOP to Dovecot's process of one connection, SIGCONT 65 s later",
    Fault.CUT_IMAP: "SIGTERM or SIGKILL to Dovecot's process of one connection",
    Fault.RESTART_IMAP: "Dovecot ended, started again on the same port 5 s later",
    Fault.RENUMBER: "`doveadm mailbox update --uid-validity`",
    Fault.MOVE: "`doveadm move` from the inbox to the archive",
    Fault.TERMINATE_BACKEND: "`pg_terminate_backend` of one of Flux's connections",
    Fault.KILL_BACKEND: "SIGKILL to the server process of one of Flux's connections",
    Fault.QUIT_DATABASE: "SIGQUIT (immediate shutdown) to the database's first process",
    Fault.KILL_DATABASE: "SIGKILL to the database's first process",
    Fault.KILL_KEEPER: "SIGKILL to the process that keeps the database running",
    Fault.FILL_DISK: "the database lies on a small tmpfs, which a file fills for 6 s",
    Fault.DEPLOY: "SIGTERM to `up` and to the second machine's supervisor",
    Fault.KILL_ALL: "SIGKILL to every process of Flux at once, every other time to those of the database, too",
}
_DISK_FULL_S = 6.0
_SERVER_AWAY_S = 5.0
_VICTIM_WITHIN_S = 5.0
_BACK_WITHIN_S = 30.0
_POLL_S = 0.1


class NotInjected(Exception):
    """This fault cannot be brought about, or has no victim, now; the text says why."""


@dataclass
class Seen:
    """What came of one kind of fault."""

    done: int = 0
    back_s: list[float] = field(default_factory=list)
    """Seconds until what was broken answered again, where something can be asked."""
    not_back: int = 0
    """How often it was not over by itself within the time given, so that Flux was started again by hand."""
    not_done: Counter[str] = field(default_factory=Counter)
    exit_codes: list[int] = field(default_factory=list)


class Injector:
    """Brings faults about, one after another, and notes what came of each."""

    def __init__(self, flux: Flux, server: Dovecot, accounts: Sequence[str], disk: Disk | None) -> None:
        self.seen = {fault: Seen() for fault in Fault}
        self.renumbered: Counter[tuple[str, str]] = Counter()
        self._flux = flux
        self._server = server
        self._accounts = accounts
        self._disk = disk
        self._frozen: list[tuple[float, psutil.Process]] = []
        self._ways: dict[Fault, Callable[[Act, random.Random], None]] = {
            Fault.KILL_PARSE_WORKER: lambda act, chance: self._kill(chance, lambda: flux.workers("parse")),
            Fault.KILL_INGEST_WORKER: lambda act, chance: self._kill(chance, self._fetchers),
            Fault.KILL_READER: lambda act, chance: self._kill(chance, flux.readers),
            Fault.KILL_CLUSTER_PART: lambda act, chance: self._kill(chance, self._helpers),
            Fault.KILL_CLUSTER: lambda act, chance: self._kill(chance, lambda: flux.mains(_cluster(chance))),
            Fault.KILL_WATCHER: lambda act, chance: self._kill(chance, flux.watchers),
            Fault.FREEZE_WORKER: lambda act, chance: self._freeze(act, chance, self._any_worker),
            Fault.FREEZE_WATCHER: lambda act, chance: self._freeze(act, chance, flux.watchers),
            Fault.FREEZE_IMAP: lambda act, chance: self._freeze(act, chance, lambda: processes(server)),
            Fault.CUT_IMAP: self._cut,
            Fault.RESTART_IMAP: self._restart_server,
            Fault.RENUMBER: self._renumber,
            Fault.MOVE: self._move,
            Fault.TERMINATE_BACKEND: self._terminate,
            Fault.KILL_BACKEND: lambda act, chance: self._break_database(act, chance, flux.backends),
            Fault.QUIT_DATABASE: lambda act, chance: self._break_database(act, chance, self._database),
            Fault.KILL_DATABASE: lambda act, chance: self._break_database(act, chance, self._database),
            Fault.KILL_KEEPER: lambda act, chance: self._break_database(act, chance, self._keeper),
            Fault.FILL_DISK: self._fill,
            Fault.DEPLOY: self._deploy,
            Fault.KILL_ALL: self._kill_all,
        }

    def inject(self, act: Act) -> bool:
        """Bring one fault about; False if something stood in its way, which is noted."""
        seen = self.seen[act.fault]
        try:
            self._ways[act.fault](act, random.Random(act.draw))
        except NotInjected as error:
            seen.not_done[str(error)] += 1
        except subprocess.CalledProcessError as error:
            seen.not_done[f"doveadm: {error.stderr.strip()[:80]}"] += 1
        except psutil.Error:
            seen.not_done["the victim had just ended"] += 1
        else:
            seen.done += 1
            return True
        return False

    def thaw(self, *, everything: bool = False) -> None:
        """Wake what has been frozen for long enough."""
        now = time.monotonic()
        for until, process in list(self._frozen):
            if everything or now >= until:
                self._frozen.remove((until, process))
                with suppress(psutil.Error):
                    process.resume()

    def _kill(self, chance: random.Random, victims: Callable[[], list[psutil.Process]]) -> None:
        self._victim(chance, victims).kill()

    def _victim(self, chance: random.Random, victims: Callable[[], list[psutil.Process]]) -> psutil.Process:
        deadline = time.monotonic() + _VICTIM_WITHIN_S
        while not (found := sorted(victims(), key=lambda process: process.pid)):
            if time.monotonic() > deadline:
                raise NotInjected("there was no such process within 5 s")
            time.sleep(_POLL_S)
        return chance.choice(found)

    def _fetchers(self) -> list[psutil.Process]:
        return self._flux.workers("ingest") + self._flux.workers("recovery")

    def _any_worker(self) -> list[psutil.Process]:
        return self._flux.workers("ingest") + self._flux.workers("parse")

    def _helpers(self) -> list[psutil.Process]:
        clusters = [process for name in ("ingest", "parse", "recovery") for process in self._flux.cluster(name)]
        others = {*self._any_worker(), *self._flux.workers("recovery")}
        others |= {process for name in ("ingest", "parse", "recovery") for process in self._flux.mains(name)}
        return [process for process in clusters if process not in others]

    def _database(self) -> list[psutil.Process]:
        server = self._flux.server()
        return [] if server is None else [server]

    def _keeper(self) -> list[psutil.Process]:
        keeper = self._flux.keeper()
        return [] if keeper is None else [keeper]

    def _freeze(self, act: Act, chance: random.Random, victims: Callable[[], list[psutil.Process]]) -> None:
        process = self._victim(chance, victims)
        process.suspend()
        self._frozen.append((time.monotonic() + act.for_s, process))

    def _cut(self, act: Act, chance: random.Random) -> None:
        process = self._victim(chance, lambda: processes(self._server))
        process.send_signal(SIGKILL if act.draw % 2 else SIGTERM)

    def _restart_server(self, act: Act, chance: random.Random) -> None:
        self._server.stop()
        time.sleep(_SERVER_AWAY_S)
        self._server.start()

    def _renumber(self, act: Act, chance: random.Random) -> None:
        places = [(account, folder) for account in self._accounts for folder in WATCHED_FOLDERS]
        place = chance.choice([place for place in places if self.renumbered[place] < MOST_RENUMBERED])
        self.renumbered[place] += 1
        uidvalidity = 2_000_000_000 + 1_000_000 * self.renumbered[place] + chance.randrange(1_000_000)
        self._server.doveadm("mailbox", "update", "-u", place[0], "--uid-validity", str(uidvalidity), place[1])

    def _move(self, act: Act, chance: random.Random) -> None:
        account = chance.choice(self._accounts)
        uids = self._server.doveadm("-f", "flow", "fetch", "-u", account, "uid", "mailbox", INBOX).split()
        if not uids:
            raise NotInjected("the inbox was empty")
        uid = chance.choice(uids).removeprefix("uid=")
        self._server.doveadm("move", "-u", account, ARCHIVE, "mailbox", INBOX, "uid", uid)

    def _terminate(self, act: Act, chance: random.Random) -> None:
        pids = self._flux.ask("SELECT pid FROM pg_stat_activity WHERE usename LIKE 'flux_%%' ORDER BY pid")
        if not pids:
            raise NotInjected("nobody was connected")
        self._flux.ask("SELECT pg_terminate_backend(%s)", chance.choice(pids)[0])

    def _break_database(self, act: Act, chance: random.Random, victims: Callable[[], list[psutil.Process]]) -> None:
        process = self._victim(chance, victims)
        if act.fault == Fault.QUIT_DATABASE:
            process.send_signal(SIGQUIT)
        else:
            process.kill()
        with suppress(psutil.TimeoutExpired):
            process.wait(5)
        self._await_database(act.fault)

    def _fill(self, act: Act, chance: random.Random) -> None:
        if self._disk is None:
            raise NotInjected("this account may not mount a tmpfs")
        self._disk.fill()
        time.sleep(_DISK_FULL_S)
        self._disk.free()
        self._await_database(act.fault)

    def _await_database(self, fault: Fault) -> None:
        began = time.monotonic()
        try:
            self._flux.ask("SELECT 1", patience_s=_BACK_WITHIN_S)
        except psycopg.OperationalError:
            self.seen[fault].not_back += 1
            self._flux.kill(with_database=True)
            self._flux.start()
        else:
            self.seen[fault].back_s.append(time.monotonic() - began)

    def _deploy(self, act: Act, chance: random.Random) -> None:
        self.thaw(everything=True)
        seconds, codes = self._flux.stop()
        self.seen[act.fault].back_s.append(seconds)
        self.seen[act.fault].exit_codes += codes
        self._flux.start()

    def _kill_all(self, act: Act, chance: random.Random) -> None:
        self._flux.kill(with_database=bool(act.draw % 2))
        self.seen[act.fault].back_s.append(self._flux.start())


def _cluster(chance: random.Random) -> str:
    return chance.choice(("ingest", "parse", "recovery", "default"))

"""Break a real Flux on purpose and write FAULTS.md: `python -m benchmarks.faults [--deliveries N] [--seed S] …`."""

from __future__ import annotations

import argparse
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.faults import checks, observing
from benchmarks.faults.delays import Delays, from_delivery_to_order, under_trouble
from benchmarks.faults.disk import Disk, small_disk
from benchmarks.faults.injecting import Injector
from benchmarks.faults.ledger import Ledger
from benchmarks.faults.plan import ORDERS, WORKER_KILLS, Fault, Plan, Scale, counts, make_plan
from benchmarks.faults.product import Flux
from benchmarks.faults.report import Finding, fault_figures, write_report
from benchmarks.faults.servers import add_folders, mail_server
from benchmarks.faults.storm import SETTLE_BOUND_S, Post, Quiet, await_quiet, storm
from benchmarks.faults.unchanged import await_calm, second_scan
from benchmarks.measuring import Figure
from flux.testing.dovecot import HOW_TO_INSTALL, Dovecot, dovecot_installed

DEPLOY_BOUND_S = 30.0
_FIRST_SCANS_S = 180.0


def main() -> int:
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is ended
    scale = Scale.of(options.deliveries, options.minutes, connected=options.connected)
    plan = make_plan(options.seed, scale)
    _print_plan(plan, whole=options.plan)
    if options.plan:
        return 0
    if not dovecot_installed():
        print(HOW_TO_INSTALL, file=sys.stderr)
        return 2
    place = Path(tempfile.mkdtemp(prefix="fx-"))
    place.chmod(0o755)
    try:
        with small_disk(place / "var", _disk_mb(scale)) as disk, mail_server() as server:
            flux = Flux(place / "var", place)
            try:
                held = Run(plan, scale, flux, server, disk).go(only_faults=options.only_faults)
            finally:
                flux.end()
                if options.keep:
                    shutil.copy(place / "var" / "database.log", place)
    finally:
        if options.keep:
            print(f"Logs are kept in {place}", file=sys.stderr)
        else:
            shutil.rmtree(place)
    return 0 if held else 1


class Run:
    """One run, from the first start to the written page."""

    def __init__(self, plan: Plan, scale: Scale, flux: Flux, server: Dovecot, disk: Disk | None) -> None:
        self._plan = plan
        self._scale = scale
        self._flux = flux
        self._server = server
        self._disk = disk
        self._began = time.monotonic()
        self._ledger = Ledger()
        self._accounts = [f"m{number:03}" for number in range(1, max(scale.connected, scale.members) + 1)]
        self._members = self._accounts[: scale.members]
        self._post = Post(server, self._ledger, self._accounts, datetime.now(UTC))

    def go(self, *, only_faults: bool) -> bool:
        """Returns whether every bound held."""
        sections: dict[str, list[Figure]] = {}
        self._say("starting")
        self._flux.start()
        self._stage()
        if not only_faults:
            delays = Delays(self._flux, self._server, self._post, self._accounts, random.Random(self._plan.seed))
            self._say("delays")
            sections["Delays"] = self._told(from_delivery_to_order(delays, self._scale))
            self._say("second scan")
            sections["A second scan"] = self._told(second_scan(self._flux, self._server))
            self._say("trouble")
            sections["Neighbours in trouble"] = self._told(under_trouble(delays, self._scale))
            await_calm(self._flux)
        self._leave_some()
        self._say("faults")
        injector = Injector(self._flux, self._server, self._members, self._disk)
        storm(self._plan, self._flux, injector, self._post)
        self._say("quiet")
        quiet = await_quiet(self._flux, self._ledger)
        self._say("comparing")
        findings = self._findings(injector)
        figures = [finding.figure for finding in findings]
        sections["After the faults"] = self._told([*self._totals(injector), *_quiet_figures(quiet), *figures])
        sections["The plan"] = fault_figures(self._plan, injector.seen)
        return write_report(self._plan, self._scale, time.monotonic() - self._began, sections, findings, injector.seen)

    def _stage(self) -> None:
        at = {"host": self._server.host, "port": self._server.port}
        for account in self._accounts:
            self._server.add_user(account)
        for account in self._members:
            add_folders(self._server, account)
        self._flux.stage([{"member": account, "username": account, **at} for account in self._accounts])

    def _leave_some(self) -> None:
        """Of the mailboxes only the members' and the flooded stay enabled; a folder more is watched than by itself."""
        deadline = time.monotonic() + _FIRST_SCANS_S
        while self._flux.ask("SELECT 1 FROM emailsync_mailbox WHERE last_success_at IS NULL AND enabled"):
            if time.monotonic() > deadline:
                raise RuntimeError("The first scans of all mailboxes did not end.")
            time.sleep(0.5)
        self._flux.ask(
            "UPDATE emailsync_mailbox SET enabled = false WHERE NOT (username = ANY(%s))",
            [*self._members, self._accounts[-1]],
        )
        self._flux.ask("UPDATE emailsync_folder SET watched = true WHERE name = %s", ORDERS)

    def _findings(self, injector: Injector) -> list[Finding]:
        ledger, flux = self._ledger, self._flux
        server = observing.server_mails(self._server, ledger.members)
        stored = observing.stored_mails(flux)
        return [
            Finding(
                "messages of watched folders that are missing, by folder, UIDVALIDITY, UID and sha256",
                checks.missing(server, stored),
            ),
            Finding("messages stored twice", checks.stored_twice(stored)),
            Finding("stored mails that nobody delivered", checks.never_delivered(ledger, stored)),
            Finding("mails in no end state", checks.unsettled(stored)),
            Finding("good mails given up", checks.unread(ledger, stored)),
            Finding(
                "orders missing, there twice, with a wrong total or invented",
                checks.wrong_orders(ledger, observing.stored_orders(flux)),
            ),
            Finding(
                "parcels missing, there twice or not linked to their order",
                checks.unlinked(ledger, observing.stored_parcels(flux)),
            ),
            Finding("messages on the server gone, added, read or marked", checks.changed_mailboxes(ledger, server)),
            Finding(
                "messages on the server no longer recent", checks.no_longer_recent(server, set(injector.renumbered))
            ),
            Finding("mails and scans claimed by nobody who lives", checks.orphaned(observing.claims(flux))),
        ]

    def _totals(self, injector: Injector) -> list[Figure]:
        workers = sum(injector.seen[fault].done for fault in WORKER_KILLS)
        wanted = sum(self._scale.times(fault) for fault in WORKER_KILLS)
        by_hand = sum(seen.not_back for seen in injector.seen.values())
        whole, codes = injector.seen[Fault.KILL_ALL].done, injector.seen[Fault.DEPLOY].exit_codes
        slowest = max(injector.seen[Fault.DEPLOY].back_s, default=0.0)
        return [
            Figure("deliveries, copies and floods included", str(len(self._ledger)), "", True),
            Figure("orders made", str(len(self._ledger.orders())), "", True),
            Figure("workers killed", str(workers), f"≥ {int(wanted * 0.97)}", workers >= int(wanted * 0.97)),
            Figure("faults that only a start by hand ended", str(by_hand), "0", not by_hand),
            Figure(
                "times that everything was killed",
                str(whole),
                f"≥ {self._scale.times(Fault.KILL_ALL)}",
                whole >= self._scale.times(Fault.KILL_ALL),
            ),
            Figure(
                "SIGTERM to the end of the last process",
                f"{slowest:.1f} s",
                f"≤ {DEPLOY_BOUND_S:.0f} s, exit code 0",
                slowest <= DEPLOY_BOUND_S and not any(codes),
            ),
        ]

    def _told(self, figures: Iterable[Figure]) -> list[Figure]:
        """The figures, each printed as soon as it is known."""
        found = []
        for figure in figures:
            found.append(figure)
            print(
                f"  {figure.name}: {figure.value} ({figure.bound}) {'ok' if figure.holds else 'BROKEN'}",
                file=sys.stderr,
            )
        return found

    def _say(self, what: str) -> None:
        print(f"{time.monotonic() - self._began:6.0f} s  {what}", file=sys.stderr)


def _quiet_figures(quiet: Quiet) -> list[Figure]:
    named = {
        "after the last fault: every stored mail in an end state": quiet.settled_s,
        "after the last fault: all mail of the inboxes stored and in an end state": quiet.inboxes_s,
        "after the recovery scan's turn: all mail of all watched folders": quiet.everything_s,
    }
    return [
        Figure(name, f"{seconds:.0f} s", f"≤ {SETTLE_BOUND_S:.0f} s", seconds <= SETTLE_BOUND_S)
        for name, seconds in named.items()
    ]


def _disk_mb(scale: Scale) -> int:
    return 1_200 + (scale.deliveries + scale.flood) // 10


def _print_plan(plan: Plan, *, whole: bool) -> None:
    print(f"Seed {plan.seed}: {len(plan.deliveries)} deliveries", file=sys.stderr)
    for fault, count in counts(plan).items():
        print(f"  {count:4} {fault.value}", file=sys.stderr)
    for act in plan.acts if whole else ():
        print(f"{act.at_s:7.1f} s  {act.fault.value} ({act.draw:08x})")


def _options() -> argparse.Namespace:
    full = Scale()
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description=__doc__)
    parser.add_argument("--deliveries", type=int, default=full.deliveries)
    parser.add_argument(
        "--minutes", type=float, help=f"over which mail and faults are spread ({full.minutes:g} for {full.deliveries})"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--connected", type=int, default=full.connected, help="mailboxes while delays are measured")
    parser.add_argument("--only-faults", action="store_true", help="leave out delays and the second scan")
    parser.add_argument("--plan", action="store_true", help="print the plan and end")
    parser.add_argument("--keep", action="store_true", help="keep Flux's logs")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

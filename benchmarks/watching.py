"""What a mailbox costs that waits for new mail, and how soon new mail rings: the watcher with 200 mailboxes.

The watcher runs in a process of its own, made anew for each figure: memory that a measurement before left free would
hide what the next one takes.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import ssl
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import psutil

from benchmarks.measuring import Figure, percentile
from flux.testing.dovecot import HOW_TO_INSTALL, Dovecot, dovecot_installed, start_dovecot

TITLE = "Waiting for new mail"
MAILBOXES = 200
MOST_KB = 100
MAILS = 100
MOST_RING_S = 5.0
SETTLE_S = 5
_PATIENCE_S = 120
_MAIL = b"From: shop@shop.example\r\nSubject: Your order\r\n\r\nThank you.\r\n"
# Linux gives a user 128 inotify instances; a server process without one looks for mail as often as is said here.
_MANY = """
default_process_limit = 1000
default_client_limit = 3000
mailbox_idle_check_interval = 1 secs
service imap-login {
  service_count = 0
  process_min_avail = 1
}
service imap {
  process_limit = 1000
}
"""


def measure() -> Iterator[Figure]:
    if not dovecot_installed():
        yield Figure("not measured", HOW_TO_INSTALL, "", True)
        return
    server = start_dovecot(connections=MAILBOXES, extra=_MANY)
    try:
        names = [server.add_user() for _ in range(MAILBOXES)]
        for security in ("tls", "plain"):
            yield from _figures(server, names, security)
    finally:
        server.stop()
        shutil.rmtree(server.root)


def _figures(server: Dovecot, names: list[str], security: str) -> Iterator[Figure]:
    port = server.tls_port if security == "tls" else server.port
    with _watcher(server, port, security, names) as (process, base):
        _rings(process, MAILBOXES)
        time.sleep(SETTLE_S)
        full = psutil.Process(process.pid).memory_full_info()
        threads = psutil.Process(process.pid).num_threads()
        seconds = [_ring_s(server, process, random.choice(names)) for _ in range(MAILS)]
    kilobytes = (full.uss - base["uss"]) / MAILBOXES / 1024
    yield Figure(
        f"{security}: memory of each of {MAILBOXES} idle mailboxes beyond the process's own (USS)",
        f"{kilobytes:.0f} KB (PSS {(full.pss - base['pss']) / MAILBOXES / 1024:.0f} KB), {threads} thread(s)",
        f"≤ {MOST_KB} KB, 1 thread",
        kilobytes <= MOST_KB and threads == 1,
    )
    worst = percentile(seconds, 0.95)
    yield Figure(
        f"{security}: from delivery to the wish for a scan, 95th percentile of {MAILS}",
        f"{worst:.2f} s (median {statistics.median(seconds):.2f} s)",
        f"≤ {MOST_RING_S:.0f} s",
        worst <= MOST_RING_S,
    )


@contextmanager
def _watcher(
    server: Dovecot, port: int, security: str, names: list[str]
) -> Iterator[tuple[subprocess.Popen[str], dict[str, int]]]:
    """A process that watches these mailboxes: what it used before the first of them, and the process."""
    task = {"host": "localhost", "port": port, "security": security, "names": names}
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.watching", json.dumps(task)],
        env={**os.environ, "SSL_CERT_FILE": str(_authorities(server))},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process, _said(process)
    finally:
        process.terminate()
        process.wait(_PATIENCE_S)


def _authorities(server: Dovecot) -> Path:
    """The machine's authorities and the server's own certificate: contexts are as big as they are in service."""
    bundle = server.root / "authorities.pem"
    bundle.write_bytes(Path(ssl.get_default_verify_paths().openssl_cafile).read_bytes())
    with bundle.open("ab") as file:
        file.write((server.root / "cert.pem").read_bytes())
    return bundle


def _said(process: subprocess.Popen[str]) -> Any:
    assert process.stdout is not None
    return json.loads(process.stdout.readline())


def _rings(process: subprocess.Popen[str], count: int) -> None:
    for _ in range(count):
        _said(process)


def _ring_s(server: Dovecot, process: subprocess.Popen[str], name: str) -> float:
    began = time.monotonic()
    server.deliver(name, [_MAIL])
    # The clock is the machine's: both processes read the same.
    return float(_said(process)) - began


def _watch(task: dict[str, Any]) -> None:
    """The process that is measured: says its memory, then when each ring came."""
    import django

    django.setup()
    from django.conf import settings

    from emailsync.imap.client import Account
    from emailsync.imap.signing_in import Watched
    from emailsync.imap.watching import Watcher
    from flux.testing.dovecot import PASSWORD

    settings.FLUX_ALLOW_PRIVATE_MAIL_HOSTS = True

    def account(name: str) -> AbstractContextManager[Account]:
        return nullcontext(Account(task["host"], task["port"], task["security"], name, PASSWORD))

    def ring(mailbox_id: int) -> bool:
        print(time.monotonic(), flush=True)
        return True

    watched = [
        Watched(number, task["host"], "INBOX", name, partial(account, name))
        for number, name in enumerate(task["names"])
    ]
    watcher = Watcher(
        mailboxes=lambda: watched, ring=ring, problem=lambda *_: None, idles=lambda *_: None, alive=lambda: None
    )
    signal.signal(signal.SIGTERM, lambda *_: watcher.stop())
    memory = psutil.Process().memory_full_info()
    print(json.dumps({"uss": memory.uss, "pss": memory.pss}), flush=True)
    watcher.run()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flux.settings")
    _watch(json.loads(sys.argv[1]))

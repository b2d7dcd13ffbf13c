"""Bodies over IMAP from a real Dovecot on loopback, against plain imaplib asking for as many at once."""

from __future__ import annotations

import imaplib
import shutil
from collections.abc import Iterator

from django.conf import settings

from benchmarks.measuring import Figure, medians
from emailsync.imap import fetching
from emailsync.imap.client import Account, Client, connected
from emailsync.tests.factories import make_mail
from flux.testing.dovecot import HOW_TO_INSTALL, PASSWORD, Dovecot, dovecot_installed, start_dovecot

TITLE = "Fetching over IMAP"
MAILS = 1000
BODY = "A line of a mail as shops write them, long enough to be ordinary.\r\n" * 700
LEAST_SHARE = 0.6
ROUNDS = 7


def measure() -> Iterator[Figure]:
    if not dovecot_installed():
        yield Figure("not measured", HOW_TO_INSTALL, "", True)
        return
    server = start_dovecot()
    try:
        settings.FLUX_ALLOW_PRIVATE_MAIL_HOSTS = True
        yield _figure(server)
    finally:
        server.stop()
        shutil.rmtree(server.root)


def _figure(server: Dovecot) -> Figure:
    name = server.add_user()
    server.deliver(name, (make_mail(body=BODY) for _ in range(MAILS)))
    plain = imaplib.IMAP4(server.host, server.port)
    plain.login(name, PASSWORD)
    plain.select("INBOX", readonly=True)
    with connected(Account(server.host, server.port, "plain", name, PASSWORD)) as client:
        client.select_folder("INBOX", readonly=True)
        uids = fetching.uids_after(client, 0)
        found = [fact for facts, _ in fetching.facts(client, uids) for fact in facts]
        if _by_flux(client, found) != _by_imaplib(plain, uids):
            raise AssertionError("The two ways fetch different bytes.")
        taken = medians(
            {"flux": lambda: _by_flux(client, found), "imaplib": lambda: _by_imaplib(plain, uids)}, rounds=ROUNDS
        )
    plain.logout()
    share = taken["imaplib"] / taken["flux"]
    return Figure(
        f"{MAILS} mails of {len(BODY) / 1024:.0f} KB, {fetching.BLOCK} at a time: speed against plain imaplib",
        f"{share:.2f}× ({MAILS / taken['flux']:.0f} against {MAILS / taken['imaplib']:.0f} mails/s)",
        f"≥ {LEAST_SHARE}×",
        share >= LEAST_SHARE,
    )


def _by_flux(client: Client, found: list[fetching.Fact]) -> int:
    """Bytes fetched by the way that a scan goes."""
    limit = settings.FLUX_MAX_MAIL_BYTES
    return sum(
        len(message.raw)
        for block in fetching.blocks(found, max_bytes=limit)
        for message in fetching.fetch(client, block, max_bytes=limit)[0]
    )


def _by_imaplib(plain: imaplib.IMAP4, uids: list[int]) -> int:
    size = 0
    for start in range(0, len(uids), fetching.BLOCK):
        wanted = ",".join(map(str, uids[start : start + fetching.BLOCK]))
        _, answer = plain.uid("FETCH", wanted, "(BODY.PEEK[])")
        size += sum(len(part[1]) for part in answer if isinstance(part, tuple))
    return size

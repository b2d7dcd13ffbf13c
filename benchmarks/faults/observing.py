"""What stands on the mail server and in the database: asked by IMAP and by SQL, never through Flux's own code."""

from __future__ import annotations

import hashlib
import imaplib
import re
from collections.abc import Iterable, Iterator

import psutil

from benchmarks.faults.checks import Claim, ServerMail, StoredMail, StoredOrder, StoredParcel
from benchmarks.faults.plan import FOLDERS
from benchmarks.faults.product import Flux
from flux.testing.dovecot import PASSWORD, Dovecot

_FACTS = re.compile(rb"\d+ \(UID (\d+) RFC822\.SIZE (\d+) FLAGS \(([^)]*)\) BODY\[\] \{")

_STORED = """
SELECT member.username, mail.sha256, mail.size, mail.state, mail.reason,
       coalesce(array_agg(DISTINCT folder.name || '/' || place.uidvalidity || '/' || place.uid)
                FILTER (WHERE place.id IS NOT NULL), '{}')
  FROM emailsync_storedemail mail
  JOIN accounts_user member ON member.id = mail.member_id
  LEFT JOIN emailsync_messagelocation place ON place.email_id = mail.id
  LEFT JOIN emailsync_folder folder ON folder.id = place.folder_id
 GROUP BY mail.id, member.username
"""
_ORDERS = """
SELECT member.username, retailer.key, bought.number, bought.total
  FROM orders_order bought
  JOIN accounts_user member ON member.id = bought.member_id
  JOIN orders_retailer retailer ON retailer.id = bought.retailer_id
"""
_PARCELS = """
SELECT member.username, parcel.tracking_number,
       coalesce(array_agg(bought.number) FILTER (WHERE bought.id IS NOT NULL), '{}')
  FROM tracking_shipment parcel
  JOIN accounts_user member ON member.id = parcel.member_id
  LEFT JOIN tracking_shipmentorder link ON link.shipment_id = parcel.id
  LEFT JOIN orders_order bought ON bought.id = link.order_id
 GROUP BY parcel.id, member.username
"""
_CLAIMS = """
SELECT 'mail ' || id, owner, coalesce(lease_until > now(), false) FROM emailsync_storedemail WHERE state = 'parsing'
 UNION ALL
SELECT 'scan ' || id, owner, coalesce(lease_until > now(), false) FROM emailsync_scan WHERE state = 'running'
"""
_STATES = """
SELECT member.username, mail.sha256, mail.state
  FROM emailsync_storedemail mail JOIN accounts_user member ON member.id = mail.member_id
"""
_TABLES = """
SELECT tablename FROM pg_tables
 WHERE schemaname = 'public'
   AND (tablename ~ '^(orders|tracking|inventory|sales)_'
        OR tablename IN ('emailsync_storedemail', 'emailsync_messagelocation', 'emailsync_hole', 'accounts_notice'))
 ORDER BY tablename
"""


def server_mails(server: Dovecot, members: Iterable[str]) -> list[ServerMail]:
    """Every message of these accounts, read without a trace (EXAMINE, BODY.PEEK)."""
    return [mail for member in members for mail in _account(server, member)]


def _account(server: Dovecot, member: str) -> Iterator[ServerMail]:
    client = imaplib.IMAP4(server.host, server.port)
    client.login(member, PASSWORD)
    for folder in FOLDERS:
        if client.select(folder, readonly=True)[0] != "OK":
            continue  # only the members have all folders
        uidvalidity = int(client.response("UIDVALIDITY")[1][0] or 0)
        _, answers = client.uid("FETCH", "1:*", "(UID RFC822.SIZE FLAGS BODY.PEEK[])")
        for answer in answers:
            if isinstance(answer, tuple):
                facts = _FACTS.match(answer[0])
                assert facts is not None, answer[0]
                flags = frozenset(facts[3].decode().split())
                digest = hashlib.sha256(answer[1]).hexdigest()
                yield ServerMail(member, folder, uidvalidity, int(facts[1]), digest, int(facts[2]), flags)
    client.logout()


def stored_mails(flux: Flux) -> list[StoredMail]:
    return [
        StoredMail(member, sha256, size, state, reason, frozenset(_place(place) for place in places))
        for member, sha256, size, state, reason, places in flux.ask(_STORED)
    ]


def stored_orders(flux: Flux) -> list[StoredOrder]:
    return [StoredOrder(*row) for row in flux.ask(_ORDERS)]


def stored_parcels(flux: Flux) -> list[StoredParcel]:
    return [StoredParcel(member, number, tuple(orders)) for member, number, orders in flux.ask(_PARCELS)]


def states(flux: Flux) -> dict[tuple[str, str], str]:
    """(member, sha256) -> state, of all stored mails."""
    return {(member, sha256): state for member, sha256, state in flux.ask(_STATES)}


def claims(flux: Flux) -> list[Claim]:
    """What is taken at the moment. Its owner lives while the process does, or, unnamed, while the lease runs."""
    return [Claim(what, leased and _lives(owner)) for what, owner, leased in flux.ask(_CLAIMS)]


def hashes(flux: Flux) -> dict[str, str]:
    """A hash of all rows of each table that mail, orders, parcels, stock and notices stand in."""
    query = "SELECT md5(coalesce(string_agg(row::text, E'\\n' ORDER BY row::text), '')) FROM {} row"
    return {table: flux.ask(query.format(table))[0][0] for (table,) in flux.ask(_TABLES)}


def _place(text: str) -> tuple[str, int, int]:
    folder, uidvalidity, uid = text.rsplit("/", 2)
    return folder, int(uidvalidity), int(uid)


def _lives(owner: str) -> bool:
    parts = owner.split(":")
    return len(parts) < 2 or not parts[1].isdigit() or psutil.pid_exists(int(parts[1]))

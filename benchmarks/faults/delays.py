"""From delivery to a visible order: with 200 mailboxes connected, and while three others are a nuisance."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.faults.mails import Kind, Recipe
from benchmarks.faults.plan import INBOX, Delivery, Scale
from benchmarks.faults.product import Flux
from benchmarks.faults.servers import SilentServer, waiting
from benchmarks.faults.storm import Post
from benchmarks.measuring import Figure, percentile
from flux.testing.dovecot import Dovecot, free_port

P95_BOUND_S = 15.0
ADDED_BOUND_S = 30.0
_CONNECT_LIMIT_S = 240.0
_ORDER_LIMIT_S = 120.0
_CALM_S = 90.0
_UNDER_TROUBLE_S = 60.0
_POLL_S = 0.1
_FIRST_TIMED, _FIRST_FLOOD = 5_000_000, 6_000_000
_ORDER = """
SELECT 1 FROM orders_order bought JOIN accounts_user member ON member.id = bought.member_id
 WHERE member.username = %s AND bought.number = %s
"""

_STORED = """
SELECT count(*) FROM emailsync_storedemail mail JOIN accounts_user member ON member.id = mail.member_id
 WHERE member.username = %s
"""


@dataclass(slots=True)
class Delays:
    """Times deliveries to random mailboxes, one after another."""

    flux: Flux
    server: Dovecot
    post: Post
    accounts: Sequence[str]
    chance: random.Random
    number: int = _FIRST_TIMED
    usual_s: float = 0.0
    """What is usual on a calm Flux, once it was measured."""

    def one(self, members: Sequence[int]) -> float:
        """Deliver an order confirmation to one of these members; seconds until the order stands in the table."""
        member = self.chance.choice(members)
        self.number += 1
        recipe = Recipe(Kind.ORDER, self.number)
        began = time.monotonic()
        self.post.deliver(Delivery(0.0, member, INBOX, recipe))
        while not self.flux.ask(_ORDER, self.accounts[member], recipe.order_number):
            if time.monotonic() - began > _ORDER_LIMIT_S:
                return float("inf")
            time.sleep(_POLL_S)
        return time.monotonic() - began

    def several(self, members: Sequence[int], *, most: int, seconds: float) -> list[float]:
        """Deliver one mail after another for some time; at least one, at most so many."""
        ends = time.monotonic() + seconds
        taken = [self.one(members)]
        while len(taken) < most and time.monotonic() < ends:
            taken.append(self.one(members))
        return taken


def from_delivery_to_order(delays: Delays, scale: Scale) -> Iterator[Figure]:
    """Figures of single mails on a calm Flux. The accounts have to be staged."""
    seconds = _connect(delays, scale)
    there = waiting(delays.server)
    yield Figure(
        "mailboxes connected with IDLE",
        f"{there} after {seconds:.0f} s",
        f"{scale.connected}",
        there >= scale.connected,
    )
    taken = delays.several(range(scale.connected), most=scale.timed, seconds=_CALM_S)
    delays.usual_s, p95 = percentile(taken, 0.5), percentile(taken, 0.95)
    yield Figure(f"new mail to visible order, {len(taken)} mails, p50", f"{delays.usual_s:.1f} s", "", True)
    worst = f"worst {max(taken):.1f} s"
    yield Figure("the same, p95", f"{p95:.1f} s ({worst})", f"≤ {P95_BOUND_S:.0f} s", p95 <= P95_BOUND_S)


def under_trouble(delays: Delays, scale: Scale) -> Iterator[Figure]:
    """Figures of single mails while one mailbox hangs, one refuses, and the last account is flooded."""
    silent = SilentServer()
    nuisances = {"hanging": silent.port, "refusing": free_port()}
    flooded, others = scale.connected - 1, range(scale.connected - 1)
    try:
        delays.flux.stage([{"member": name, "username": name, "host": "127.0.0.1", "port": nuisances[name]}
                           for name in nuisances])  # fmt: skip
        for number in range(scale.flood):
            delays.post.deliver(Delivery(0.0, flooded, INBOX, Recipe(Kind.NEWS, _FIRST_FLOOD + number)))
        taken = delays.several(others, most=scale.timed, seconds=_UNDER_TROUBLE_S)
        stored = delays.flux.ask(_STORED, delays.accounts[flooded])[0][0]
        delays.flux.ask("UPDATE emailsync_mailbox SET enabled = false WHERE name = ANY(%s)", list(nuisances))
    finally:
        silent.close()
    added = max(taken) - delays.usual_s
    yield Figure(
        f"added to the worst of {len(taken)} mails to others, while one mailbox hangs, one refuses, "
        f"and one gets {scale.flood} mails at once",
        f"{added:.1f} s",
        f"≤ {ADDED_BOUND_S:.0f} s",
        added <= ADDED_BOUND_S,
    )
    yield Figure("mails of the flood stored meanwhile", f"{stored} of {scale.flood}", "", True)


def _connect(delays: Delays, scale: Scale) -> float:
    """Wait until every mailbox was scanned once and waits for mail; seconds."""
    began = time.monotonic()
    while time.monotonic() - began < _CONNECT_LIMIT_S:
        unscanned = delays.flux.ask("SELECT count(*) FROM emailsync_mailbox WHERE last_success_at IS NULL")[0][0]
        if not unscanned and waiting(delays.server) >= scale.connected:
            break
        time.sleep(1)
    return time.monotonic() - began

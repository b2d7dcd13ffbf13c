"""Mails redacted in a child process, so that no mail can stall or harm a web worker."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from emailsync.models import Mailbox
from emailsync.sandbox.process import ask_child, end_child, start_child
from parsers.engine.redaction import Redacted

_CHILD = "emailsync.sandbox.redacting"
_START_SECONDS = 30.0
_WALL_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Person:
    """What Flux knows of a member that their mail may name."""

    names: Sequence[str]
    addresses: Sequence[str]


def person_of(member: Any) -> Person:
    """The names and addresses of a member's account and mailboxes."""
    accounts = Mailbox.objects.of(member).order_by("pk").values_list("username", flat=True)
    names = [member.get_full_name(), member.first_name, member.last_name, member.username]
    return Person([one for one in names if one], [one for one in (member.email, *accounts) if "@" in one])


def redact_mails(raws: Iterable[bytes], *, person: Person, typed: Sequence[str] = ()) -> list[Redacted]:
    """Each mail redacted, in order; one that cannot be redacted in time is refused like one that cannot at all."""
    first = json.dumps({"names": person.names, "addresses": person.addresses, "typed": typed}).encode()
    done: list[Redacted] = []
    child: subprocess.Popen[bytes] | None = None
    try:
        for raw in raws:
            child = child or _start(first)
            answer = ask_child(child, raw, seconds=_WALL_SECONDS)
            if answer is None:
                end_child(child)
                slow = child.returncode in (-signal.SIGXCPU, -signal.SIGKILL)
                done.append(Redacted(b"", {}, "too_slow" if slow else "worker_died"))
                child = None
                continue
            head, _, redacted = answer.partition(b"\n")
            said = json.loads(head)
            done.append(Redacted(redacted, said["blanked"], said["refused"]))
    finally:
        if child is not None:
            end_child(child)
    return done


def _start(first: bytes) -> subprocess.Popen[bytes]:
    child = start_child(_CHILD)
    if ask_child(child, first, seconds=_START_SECONDS) != b"ready":
        end_child(child)
        raise RuntimeError("The process that redacts mail did not start.")
    return child

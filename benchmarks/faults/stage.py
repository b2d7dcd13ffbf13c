"""Makes members with mailboxes, as a process beside Flux: a list of {"member", "host", "port", "username"} on stdin."""

from __future__ import annotations

import json
import sys

import django

from benchmarks.faults.mails import AUTHSERV_ID
from flux.testing.dovecot import PASSWORD


def main() -> None:
    django.setup()
    from accounts.services import create_member
    from emailsync.services import add_mailbox

    for wish in json.load(sys.stdin):
        member, _ = create_member(username=wish["member"])
        add_mailbox(
            member=member,
            name=wish["username"],
            host=wish["host"],
            port=wish["port"],
            security="plain",
            username=wish["username"],
            password=PASSWORD,
            authserv_id=AUTHSERV_ID,
        )


if __name__ == "__main__":
    main()

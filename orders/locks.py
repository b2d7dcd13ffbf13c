"""One writer at a time for what belongs to a member: orders, parcels and what people typed of them."""

from __future__ import annotations

from typing import Any

from django.db import connection

_LOCK_CLASS = 0x464C


def lock_member(member: Any) -> int:
    """Wait for other writers of this member (a user or a user id); returns the id. Held until the transaction ends."""
    member_id = int(getattr(member, "pk", member))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_CLASS, member_id % 2**31])
    return member_id

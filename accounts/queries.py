"""Finding members."""

from __future__ import annotations

from accounts.models import User


def member_named(username: str) -> User | None:
    """The member of exactly that name, None if there is none."""
    return User.objects.filter(username=username).first()

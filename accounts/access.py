"""Whom a request acts for."""

from __future__ import annotations

from django.http import HttpRequest

from accounts.models import User


def member_of(request: HttpRequest) -> User:
    """The signed-in member. Every page but the few marked `login_not_required` has one."""
    assert isinstance(request.user, User)
    return request.user

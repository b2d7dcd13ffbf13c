"""Whose data the running request may touch: one place that says it, for Python and for PostgreSQL.

The member's id stands in a context variable and, for the length of the request, in the database session as
`flux.member`. Query sets are bound to a member explicitly (`MemberQuerySet.of`); the session variable lets row-level
security policies for the role `flux_web` repeat the same rule in the database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection
from django.http import HttpRequest, HttpResponse

_member_id: ContextVar[int | None] = ContextVar("flux_member_id", default=None)


@contextmanager
def acting_for(member_id: int) -> Iterator[None]:
    """Run a block for one member; nested blocks restore the outer member, database session included."""
    outer = _member_id.get()
    token = _member_id.set(member_id)
    _tell_database(member_id)
    try:
        yield
    finally:
        _member_id.reset(token)
        if not connection.needs_rollback:
            _tell_database(outer)


def _tell_database(member_id: int | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('flux.member', %s, false)", ["" if member_id is None else str(member_id)])


class ScopeMiddleware:
    """Put every request of a signed-in member into that member's scope."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        with acting_for(request.user.pk):
            return self.get_response(request)

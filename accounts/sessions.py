"""Signed-in devices. A session names its member only inside, so each one is opened."""

from __future__ import annotations

from collections.abc import Collection

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session


def end_sessions(*, member_ids: Collection[int]) -> int:
    """Sign these members out everywhere. Returns how many sessions ended."""
    wanted = {str(pk) for pk in member_ids}
    theirs = [session.pk for session in Session.objects.iterator() if session.get_decoded().get(SESSION_KEY) in wanted]
    return Session.objects.filter(pk__in=theirs).delete()[0]

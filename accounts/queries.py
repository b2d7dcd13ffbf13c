"""Finding members, and what they are told."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict

from accounts.models import Notice, User
from common.listing import Listing, Option, Sort

_NOTICE_VIEWS = (Option("all", "All", Q()), Option("unsolved", "Unsolved", Q(solved_at=None)))
_NOTICE_SORTS = (Sort("newest", "Newest first", "raised_at"),)


def member_named(username: str) -> User | None:
    """The member of exactly that name, None if there is none."""
    return User.objects.filter(username=username).first()


def notice_list(member: User, params: QueryDict) -> Listing:
    """The list of what a member was told, as its address asks for it."""
    notices = Notice.objects.of(member)
    return Listing(notices, params, search=_holding, sorts=_NOTICE_SORTS, views=_NOTICE_VIEWS)


def unseen_notices(member: User) -> int:
    """How many notices a member has not seen yet."""
    return int(Notice.objects.of(member).filter(seen_at=None).count())


def _holding(notices: QuerySet[Any], text: str) -> QuerySet[Any]:
    return notices.filter(Q(title__icontains=text) | Q(text__icontains=text))

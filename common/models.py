"""Base of every row that belongs to a member."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models


class MemberQuerySet(models.QuerySet[Any]):
    """The one way to reach member-owned rows: bound to a member, or openly across members."""

    def of(self, member: Any) -> Self:
        """Rows of one member (a user or a user id)."""
        return self.filter(member=member)


class MemberOwned(models.Model):
    """A row that exactly one member owns and that goes when the member goes."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    objects = MemberQuerySet.as_manager()

    class Meta:
        abstract = True

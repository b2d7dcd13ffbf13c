"""What members are told within Flux: a problem once until it is solved, an outcome once."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from accounts.models import Notice, NoticeCategory


def tell(
    *,
    member_id: int,
    key: str,
    title: str,
    text: str = "",
    url: str = "",
    category: NoticeCategory = NoticeCategory.ACCOUNT,
    outcome: bool = False,
) -> None:
    """Tell a member of a problem, unless the same key is told and not solved yet.

    outcome: what came of something that the member asked for; there is nothing to solve.
    """
    notice = Notice(
        member_id=member_id,
        category=category,
        key=key[:120],
        title=title[:200],
        text=text[:500],
        url=url[:300],
        solved_at=timezone.now() if outcome else None,
    )
    Notice.objects.bulk_create([notice], ignore_conflicts=True)


def solve(*, keys: list[str]) -> int:
    """Mark what these keys told as solved. Returns how many notices that were."""
    return int(Notice.objects.filter(key__in=keys, solved_at=None).update(solved_at=timezone.now()))


def mark_seen(*, member_id: int, notice_ids: Iterable[int] | None = None) -> int:
    """Mark these notices of a member as seen, or (None) all of them. Returns how many were new."""
    unseen = Notice.objects.filter(member=member_id, seen_at=None)
    if notice_ids is not None:
        unseen = unseen.filter(pk__in=notice_ids)
    return int(unseen.update(seen_at=timezone.now()))

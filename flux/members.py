"""A member as a whole, composed from every app: all their data as JSON, and their deletion."""

from __future__ import annotations

import json
import secrets
from collections import Counter
from typing import Any

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models.functions import Cast

from accounts.models import AuditEntry, User
from accounts.sessions import end_sessions
from common.models import MemberOwned
from emailsync.export import export_emails, export_mailboxes
from emailsync.settling import hold_back_workers
from orders.export import export_orders
from tracking.export import export_shipments, numbers_by_order


class LastAdmin(Exception):
    """The only admin cannot be deleted: the next visitor could make themselves one."""


def export_member(member: User) -> dict[str, Any]:
    """All of a member's data: no secrets, no database ids, the same data in the same order every time.

    Times are ISO 8601 in UTC, money is text with two decimals, what is unknown is None.
    """
    return {
        "member": {
            "username": member.username,
            "email": member.email or None,
            "first_name": member.first_name or None,
            "last_name": member.last_name or None,
        },
        "emails": export_emails(member),
        "orders": export_orders(member, numbers_by_order(member)),
        "shipments": export_shipments(member),
        "items": [],
        "sales": [],
        "expenses": [],
        "mailboxes": export_mailboxes(member),
        "settings": {
            "time_zone": member.time_zone,
            "locale": member.locale,
            "currency": member.currency,
            "theme": member.theme,
        },
    }


def export_member_json(member: User) -> str:
    """The export as text; the same data gives the same bytes."""
    return json.dumps(export_member(member), ensure_ascii=False, indent=2) + "\n"


@transaction.atomic
def delete_member(member: User) -> dict[str, int]:
    """Delete a member and every row that names or belongs to them; returns how many rows went, by kind.

    What stays is an audit entry under a random pseudonym. Raises LastAdmin.
    """
    admins = set(User.objects.select_for_update().filter(is_superuser=True, is_active=True).order_by("pk"))
    if admins == {member}:
        raise LastAdmin(f"{member.username} is the only admin. Make another one first, with make_admin.")
    hold_back_workers(member_id=member.pk)
    gone: Counter[str] = Counter()
    gone["sessions"] = end_sessions(member_ids=[member.pk])
    gone["admin log entries"] = _delete_log_entries(member)
    pseudonym = secrets.token_hex(8)
    AuditEntry.objects.filter(subject=member.username).update(subject=pseudonym)
    for label, count in member.delete()[1].items():
        gone[str(apps.get_model(label)._meta.verbose_name_plural)] += count
    report = {name: count for name, count in sorted(gone.items()) if count}
    AuditEntry.objects.create(action="member.deleted", subject=pseudonym, detail={"rows": report})
    return report


def _delete_log_entries(member: User) -> int:
    """Entries by the member, about the member, and about rows that belong to the member."""
    wanted = models.Q(user=member)
    theirs: list[tuple[type[models.Model], models.QuerySet[Any]]] = [(User, User.objects.filter(pk=member.pk))]
    theirs += [(model, model.objects.of(member)) for model in apps.get_models() if issubclass(model, MemberOwned)]
    for model, rows in theirs:
        ids = rows.annotate(as_text=Cast("pk", models.TextField())).values("as_text")
        wanted |= models.Q(content_type=ContentType.objects.get_for_model(model), object_id__in=ids)
    return LogEntry.objects.filter(wanted).delete()[0]

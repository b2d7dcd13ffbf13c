"""Reading ninety days of one retailer's or definition's mail again: a member asks, a super admin decides.

Ninety days of a mailbox are a load on its provider, so nothing but an approved request reaches further back than seven
days. A request is decided once; what it set off goes on until it is through.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, User
from accounts.notices import tell
from emailsync.models import Mailbox, RequestState, RescanRequest, Scan, ScanKind, StoredEmail
from emailsync.scan_queue import LANES
from emailsync.services import read_again, wake_scans
from orders.models import Retailer
from parsers.engine.definition import Definition
from parsers.queries import active_definitions

REACH = timedelta(days=90)
_SENDER_TARGETS = ("from_domain", "return_path")


class RescanRefused(Exception):
    """The request or decision cannot be; `str()` is the sentence for who made it."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose mail may be read again."""

    key: str
    name: str
    domains: tuple[str, ...]
    """Of its senders."""


def rescan_subjects(member: Any) -> list[Subject]:
    """Retailers and carriers that active definitions know by their senders, and shops of the member's own orders."""
    by_author: dict[str, list[Definition]] = {}
    for definition in active_definitions():
        by_author.setdefault(definition.author, []).append(definition)
    found = [_subject(author, definitions) for author, definitions in by_author.items()]
    known = {subject.key for subject in found}
    shops = Retailer.objects.filter(orders__member=member, key__contains=".").exclude(key__in=known).distinct()
    found += [Subject(shop.key, shop.name, (shop.key,)) for shop in shops]
    return sorted((subject for subject in found if subject.domains), key=lambda subject: subject.name.casefold())


@transaction.atomic
def ask_rescan(*, member: Any, about: str, reason: str, mailbox: Mailbox | None = None) -> RescanRequest:
    """Ask for the mail of one subject (its key), in one mailbox or all of them. Raises RescanRefused."""
    subject = next((one for one in rescan_subjects(member) if one.key == about), None)
    if subject is None:
        raise RescanRefused("Choose a retailer or carrier from the list.")
    if not Mailbox.objects.of(member).filter(enabled=True).exists():
        raise RescanRefused("Connect a mailbox first: a rescan reads mail at its server.")
    try:
        with transaction.atomic():
            request: RescanRequest = RescanRequest.objects.create(
                member=member, mailbox=mailbox, about=about, about_name=subject.name, reason=reason
            )
    except IntegrityError as error:
        raise RescanRefused(f"A rescan of {subject.name} is asked for already.") from error
    return request


def withdraw_rescan(*, member: Any, request_id: int) -> bool:
    """Take a request back that nobody has decided yet. Returns whether there was one."""
    mine = RescanRequest.objects.of(member).filter(pk=request_id, state=RequestState.ASKED)
    return bool(mine.update(state=RequestState.WITHDRAWN))


@transaction.atomic
def approve_rescan(*, request_id: int, by: User, note: str = "") -> RescanRequest:
    """Approve a request: its scans are queued, and stored mail of the subject is read again. Raises RescanRefused."""
    request = _decide(request_id, by, RequestState.APPROVED, note)
    member = request.member
    subject = next((one for one in rescan_subjects(member) if one.key == request.about), None)
    if subject is None:
        raise RescanRefused(f"No active definition names a sender of {request.about_name} any more.")
    mailboxes = Mailbox.objects.of(member).filter(enabled=True)
    if request.mailbox_id:
        mailboxes = mailboxes.filter(pk=request.mailbox_id)
    ids = list(mailboxes.values_list("pk", flat=True))
    if not ids:
        raise RescanRefused("No mailbox that it could read is connected and not paused. Refuse it, or wait for one.")
    Scan.objects.bulk_create(
        Scan(
            mailbox_id=pk,
            kind=ScanKind.RESCAN,
            lane=LANES[ScanKind.RESCAN],
            lookback=REACH,
            senders=list(subject.domains),
            request=request,
        )
        for pk in ids
    )
    wake_scans(LANES[ScanKind.RESCAN])
    read_again(member=member, email_ids=_stored_of(member, subject.domains))
    _tell(request, "approved", note or "It runs now.")
    return request


@transaction.atomic
def refuse_rescan(*, request_id: int, by: User, note: str) -> RescanRequest:
    """Refuse a request with a word for the member. Raises RescanRefused."""
    request = _decide(request_id, by, RequestState.REFUSED, note)
    _tell(request, "refused", note)
    return request


def may_decide(by: User, request: RescanRequest) -> bool:
    """Super admins, but nobody on a request of their own, unless there is no other super admin to ask."""
    if not (by.is_active and by.is_superuser):
        return False
    others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=by.pk)
    return request.member_id != by.pk or not others.exists()


def _decide(request_id: int, by: User, state: RequestState, note: str) -> RescanRequest:
    """The request, decided now. Locked, so that two who decide at once do not both find it open."""
    found = RescanRequest.objects.select_for_update(of=["self"]).select_related("member").filter(pk=request_id)
    request: RescanRequest | None = found.first()
    if request is None or request.state != RequestState.ASKED:
        raise RescanRefused("This request is decided already, or was withdrawn.")
    if not may_decide(by, request):
        raise RescanRefused("Only a super admin other than who asked decides a rescan.")
    request.state, request.decided_by, request.decided_at, request.decision_note = state, by, timezone.now(), note
    request.save(update_fields=["state", "decided_by", "decided_at", "decision_note"])
    AuditEntry.objects.create(
        action=f"rescan.{state.value}",
        subject=request.member.username,
        detail={"about": request.about, "by": by.username, "reason": request.reason, "note": note},
    )
    return request


def _subject(author: str, definitions: list[Definition]) -> Subject:
    domains = {
        matcher.value
        for definition in definitions
        for matcher in definition.matchers
        if matcher.op == "domain" and matcher.target in _SENDER_TARGETS and matcher.role != "must_not"
    }
    return Subject(author, definitions[0].author_name or definitions[0].name, tuple(sorted(domains)))


def _stored_of(member: Any, domains: Iterable[str]) -> list[int]:
    of_senders = Q(pk__in=[])
    for domain in domains:
        of_senders |= Q(sender__endswith=f"@{domain}") | Q(sender__endswith=f".{domain}")
    mails = StoredEmail.objects.of(member).filter(of_senders, sent_at__gte=timezone.now() - REACH)
    return list(mails.values_list("pk", flat=True))


def _tell(request: RescanRequest, outcome: str, text: str) -> None:
    tell(
        member_id=request.member_id,
        key=f"rescan:{request.pk}",
        title=f"The rescan of {request.about_name} is {outcome}",
        text=text,
        url=reverse("emailsync:rescans"),
        outcome=True,
    )

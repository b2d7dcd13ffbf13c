"""What the page of one e-mail shows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from accounts.access import member_of
from emailsync.detection.queries import submission_of
from emailsync.marking import marked_sections, parse_range
from emailsync.models import DISMISSED, NOT_RECOGNISED, SET_ASIDE, State, StoredEmail
from emailsync.said import extraction_of, groups_of, ranges_of
from emailsync.sandbox.parent import Unreadable
from emailsync.showing import show_mail
from emailsync.words import KINDS, reason_words, state_look, trust_words
from orders.models import Order
from parsers.engine.document import NORM_VERSION
from tracking.models import Shipment


def mail_page(request: HttpRequest, mail: StoredEmail) -> dict[str, Any]:
    """Template context for one mail, with its words marked as the address asks (`mark=12-20`, `as=text`)."""
    said = extraction_of(mail)
    waiting = mail.state in (State.STORED, State.PARSING)
    accepted = mail.state == State.PARSED and mail.accepted_at is not None
    reason = "" if waiting else mail.reason or ("accepted" if accepted else "")
    as_text = "mark" in request.GET or request.GET.get("as") == "text"
    return {
        "mail": mail,
        "words": reason_words(mail.state, reason),
        "noteworthy": mail.state != State.PARSED or bool(reason),
        "note_icon": state_look(mail.state)[0],
        "note_family": state_look(mail.state)[1],
        "kind": KINDS.get(mail.kind, ""),
        "trust": trust_words(mail),
        "held": mail.state == State.HELD,
        "dismissed": mail.state == State.IGNORED and mail.reason == DISMISSED,
        "set_aside": mail.state == State.IGNORED and mail.reason == SET_ASIDE,
        "not_recognised": mail.state in NOT_RECOGNISED,
        "submission": submission_of(mail),
        "accepted": accepted,
        "waiting": waiting,
        "groups": groups_of(said, locale=member_of(request).locale) if said else [],
        "orders": orders_of(mail),
        "parcels": parcels_of(mail),
        "as_text": as_text,
        "message": _text(request, mail, ranges_of(said)) if as_text and mail.raw is not None else {},
    }


def orders_of(mail: StoredEmail) -> list[Order]:
    """The orders to which a mail contributes."""
    if not mail.sha256:
        return []
    mine = Order.objects.of(mail.member_id)
    return list(mine.filter(contributions__sha256=mail.sha256).distinct().order_by("pk"))


def parcels_of(mail: StoredEmail) -> list[Shipment]:
    """The parcels to which a mail contributes."""
    if not mail.sha256:
        return []
    mine = Shipment.objects.of(mail.member_id).select_related("carrier")
    return list(mine.filter(contributions__sha256=mail.sha256).distinct().order_by("pk"))


def _text(request: HttpRequest, mail: StoredEmail, read: list[tuple[int, int]]) -> dict[str, Any]:
    """The canonical text with its marks; none where they would point into the text of another version."""
    try:
        shown = show_mail(mail.raw_bytes)
    except Unreadable as error:
        return {"unreadable": reason_words(State.FAILED, error.reason)}
    current = mail.norm_version == shown.norm_version == NORM_VERSION
    asked = request.GET.get("mark", "")
    now = parse_range(asked, length=len(shown.text)) if current else None
    inside = [one for one in read if one[1] <= len(shown.text)] if current else []
    return {
        "sections": marked_sections(shown.text, shown.sections, now=now, read=inside),
        "attachments": shown.attachments,
        "truncated": shown.truncated,
        "outdated": bool(asked) and not current,
        "nowhere": bool(asked) and current and now is None,
    }

"""The e-mails behind an order or a parcel, on their pages."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from common import panels
from emailsync.models import StoredEmail
from emailsync.rows import email_rows
from orders.models import Order
from tracking.models import Shipment


def register() -> None:
    """Called once when the app is ready."""
    panels.register("order.emails", "emailsync", mails_behind)
    panels.register("shipment.emails", "emailsync", mails_behind)


def mails_behind(request: HttpRequest, subject: Order | Shipment) -> SafeString | str:
    """The section "E-mails behind this", oldest first; "" if none of them is stored here."""
    hashes = subject.contributions.values("sha256")
    mails: Any = StoredEmail.objects.of(subject.member_id).light().filter(sha256__in=hashes)
    rows = email_rows(mails.order_by("sent_at", "pk"))
    return render_to_string("emailsync/_mails_behind.html", {"rows": rows, "user": request.user}) if rows else ""

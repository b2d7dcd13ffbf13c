"""What the list of e-mails offers: its saved views, filters and sorts, and how it is searched."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import QueryDict

from accounts.models import User
from common.listing import Filter, Listing, Option, Sort
from emailsync.models import Mailbox, MessageLocation, Source, State, StoredEmail
from emailsync.queries import emails_of, matching
from emailsync.words import KINDS
from orders.models import OrderContribution
from tracking.keys import tracking_key
from tracking.lists import number_holds
from tracking.models import ShipmentContribution

VIEWS = (
    Option("all", "All", Q()),
    Option("waiting", "Waiting", Q(state__in=[State.STORED, State.PARSING])),
    Option("read", "Read", Q(state=State.PARSED)),
    Option("held", "Held for you", Q(state=State.HELD)),
    Option("deferred", "Waiting for its order", Q(state=State.DEFERRED)),
    Option("incomplete", "Incomplete", Q(state=State.INCOMPLETE)),
    Option("unmatched", "Not recognised", Q(state=State.UNMATCHED)),
    Option("ignored", "Ignored", Q(state=State.IGNORED)),
    Option("failed", "Failed", Q(state=State.FAILED)),
)
SORTS = (
    Sort("newest", "Newest first", "sent_at"),
    Sort("oldest", "Oldest first", "sent_at", descending=False, back="Older", onward="Newer"),
)
_MOST_AUTHORS = 60
_SHORTEST_NUMBER = 4


def email_list(member: User, params: QueryDict) -> Listing:
    """The list of a member's e-mails as its address asks for it."""
    return Listing(
        emails_of(member),
        params,
        search=lambda rows, text: search(member, rows, text),
        sorts=SORTS,
        views=VIEWS,
        filters=_filters(member),
    )


def search(member: User, rows: QuerySet[StoredEmail], text: str) -> QuerySet[Any]:
    """E-mails whose subject or sender holds `text`, or that speak of an order or a parcel whose number does."""
    compact = tracking_key(text)
    found = matching(rows, text)
    if len(compact) < _SHORTEST_NUMBER:
        return found
    orders = OrderContribution.objects.of(member).filter(order__number_key__contains=compact)
    parcels = ShipmentContribution.objects.of(member).filter(number_holds(compact, "shipment__"))
    named = Q(sha256__in=orders.values("sha256")) | Q(sha256__in=parcels.values("sha256"))
    return found | rows.filter(named)


def _filters(member: User) -> list[Filter]:
    mailboxes = Mailbox.objects.of(member).order_by("name", "pk")
    sources = [Option(f"mailbox-{one.pk}", one.name, _from_mailbox(one)) for one in mailboxes]
    authors = (
        StoredEmail.objects.of(member)
        .exclude(author="")
        .order_by()
        .values_list("author", "author_name")
        .annotate(mails=Count("pk"))
        .order_by("-mails", "author")[:_MOST_AUTHORS]
    )
    # One author may be called differently by its mails; the most frequent name stands for it.
    names: dict[str, str] = {}
    for author, name, _ in authors:
        names.setdefault(author, name or author)
    return [
        Filter("kind", "Kind", [Option(key, words, Q(kind=key)) for key, words in KINDS.items()]),
        Filter("source", "Source", [*sources, Option("files", "Imported files", Q(source=Source.FILE))]),
        Filter(
            "author",
            "Author",
            [Option(key, names[key], Q(author=key)) for key in sorted(names, key=lambda key: names[key].casefold())],
        ),
    ]


def _from_mailbox(mailbox: Mailbox) -> Q:
    return Q(Exists(MessageLocation.objects.filter(email=OuterRef("pk"), folder__mailbox=mailbox)))

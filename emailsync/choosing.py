"""Which e-mails of a list or page a form is about, and where it leads back to."""

from __future__ import annotations

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from accounts.access import member_of
from common.requests import posted_ids, safe_next
from emailsync.lists import email_list
from emailsync.models import StoredEmail


def chosen_ids(request: HttpRequest) -> list[int]:
    """Ids of the member's e-mails that a form is about: the row whose button was used (`only`), all that the list
    behind the form matches (`all`), or the ticked ones.
    """
    mine = StoredEmail.objects.of(member_of(request))
    only = request.POST.get("only", "")
    if only:
        known = only.isascii() and only.isdecimal() and len(only) < 19
        return list(mine.filter(pk=int(only)).values_list("pk", flat=True)) if known else []
    if request.POST.get("all"):
        query = QueryDict(request.POST.get("query", "").lstrip("?"))
        return list(email_list(member_of(request), query).matching.order_by().values_list("pk", flat=True))
    return list(mine.filter(pk__in=posted_ids(request)).order_by().values_list("pk", flat=True))


def back_of(request: HttpRequest) -> str:
    """Where a form asks to return to, else the list."""
    return safe_next(request, reverse("emailsync:list"))


def mails_words(count: int) -> str:
    """A number of e-mails in words."""
    return "1 e-mail" if count == 1 else f"{count:,} e-mails"

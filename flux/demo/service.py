"""The demo member and their mail."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import create_member
from emailsync.models import Source
from emailsync.storing import Arrival, store
from flux.demo.build import AUTHSERV_ID, to_bytes
from flux.demo.cast import ADDRESS, MEMBER
from flux.demo.story import mails


class DemoNameTaken(Exception):
    """The demo's user name belongs to a member of flesh and blood, whose account the demo must not enter."""

    def __init__(self) -> None:
        super().__init__(
            f"“{MEMBER}” is the user name of a member here, so the demo cannot use it. Give that member another user "
            "name in the control centre first."
        )


def load_demo(*, now: datetime | None = None) -> User:
    """Make the demo member and hand over a year of mail, to be parsed like any other. Safe to run twice.

    now: the end of the year that is told (aware; default: today's noon, so that a second call tells the same).
    Raises DemoNameTaken.
    """
    until = now or timezone.now().replace(hour=12, minute=0, second=0, microsecond=0)
    member = _demo_member()
    raws = [to_bytes(mail) for mail in mails(now=until)]
    arrivals = [Arrival(raw, len(raw)) for raw in raws]
    store(member_id=member.pk, source=Source.FILE, arrivals=arrivals, authserv_id=AUTHSERV_ID)
    return member


@transaction.atomic
def _demo_member() -> User:
    """The account that bears the demo's mark, whatever it is called by now; made if there is none."""
    known = User.objects.filter(is_demo=True).order_by("pk").first()
    if known is not None:
        return known
    member, made = create_member(username=MEMBER, email=ADDRESS)
    if not made:
        raise DemoNameTaken
    member.is_demo = True
    member.time_zone, member.locale, member.currency = "Australia/Melbourne", "en-AU", "AUD"
    member.save(update_fields=["is_demo", "time_zone", "locale", "currency"])
    return member

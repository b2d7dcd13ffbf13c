"""What every page's frame shows: navigation with its counts, mail health and the member."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import cached_property

from accounts.models import User
from accounts.queries import unseen_notices
from common.dates import ago
from common.undo import take_undo
from emailsync.models import Mailbox, MailboxState
from emailsync.queries import NEEDS_PASSWORD
from orders import lists as order_lists
from tracking import lists as parcel_lists


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of the navigation. `counted` says what `count` counts."""

    label: str
    icon: str
    url: str
    current: bool
    count: int = 0
    counted: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    items: list[Item]


@dataclass(frozen=True, slots=True)
class Health:
    """One line on whether mail is being read."""

    words: str
    icon: str
    family: str
    url: str


class Shell:
    """The frame of one member's page; each part is read only if the template shows it."""

    def __init__(self, request: HttpRequest, member: User) -> None:
        self._request = request
        self._member = member

    @property
    def name(self) -> str:
        return self._member.get_full_name() or self._member.username

    @property
    def place(self) -> str:
        """The member's time zone as a place: "Europe/London" is London."""
        return self._member.time_zone.rsplit("/", 1)[-1].replace("_", " ")

    @property
    def is_demo(self) -> bool:
        """Whether somebody is looking around in the demo's account."""
        return self._member.is_demo

    @cached_property
    def navigation(self) -> list[Group]:
        open_orders = order_lists.in_view(self._member, "open").count()
        moving = parcel_lists.in_view(self._member, "moving").count()
        main = [
            self._item("Home", "house", "home"),
            self._item("Orders", "bag", "orders:list", open_orders, "open"),
            self._item("Tracking", "truck", "tracking:list", moving, "on the way"),
        ]
        sources = self._present(("Email", "envelope", "emailsync:list"))
        groups = [Group("", [item for item in main if item]), Group("Sources", sources)]
        return [group for group in groups if group.items]

    @cached_property
    def bell(self) -> Item | None:
        """The way to what the member was told, with the number that is new."""
        return self._item("Notifications", "bell", "accounts:notices", unseen_notices(self._member), "new")

    @property
    def tools(self) -> list[Item]:
        """What lies at the foot of the navigation."""
        return [item for item in (self.bell, *self._present(("Settings", "gear", "accounts:profile"))) if item]

    @property
    def bottom(self) -> list[Item]:
        """The navigation at the thumb of a phone."""
        return self._present(
            ("Home", "house", "home"),
            ("Orders", "bag", "orders:list"),
            ("Tracking", "truck", "tracking:list"),
            ("Email", "envelope", "emailsync:list"),
        )

    @cached_property
    def mail_health(self) -> Health:
        """How reading the member's mail goes, in a line that leads to the mailboxes."""
        url = reverse("emailsync:mailboxes")
        mailboxes = list(Mailbox.objects.of(self._member).filter(enabled=True))
        broken = [one for one in mailboxes if one.state in (MailboxState.WRONG_CREDENTIALS, MailboxState.BROKEN)]
        if broken:
            return Health(f"{broken[0].name} is not read", "exclamation-triangle-fill", "red", url)
        if not mailboxes and Mailbox.objects.of(self._member).filter(NEEDS_PASSWORD).exists():
            return Health("A mailbox needs a password", "key", "amber", url)
        if not mailboxes:
            return Health("No mailbox yet", "circle", "slate", url)
        retrying = [one for one in mailboxes if one.state == MailboxState.RETRYING]
        if retrying:
            return Health(f"{retrying[0].name} could not be read; trying again", "arrow-repeat", "amber", url)
        read = [one.last_success_at for one in mailboxes if one.last_success_at]
        if not read:
            return Health("Mail not read yet", "hourglass", "slate", url)
        return Health(f"Mail read {ago(min(read))}", "check-circle-fill", "green", url)

    @cached_property
    def undo(self) -> dict[str, Any] | None:
        """What the member just did and may take back; shown once."""
        return take_undo(self._request)

    def _present(self, *entries: tuple[str, str, str]) -> list[Item]:
        return [item for entry in entries if (item := self._item(*entry))]

    def _item(self, label: str, icon: str, name: str, count: int = 0, counted: str = "") -> Item | None:
        """The entry for the page of that URL name; None if there is no such page."""
        try:
            url = reverse(name)
        except NoReverseMatch:
            return None
        path = self._request.path
        return Item(label, icon, url, path == url or (url != "/" and path.startswith(url)), count, counted)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context for `templates/base.html`; empty for anonymous visitors."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {}
    return {"theme": user.theme, "shell": Shell(request, user)}

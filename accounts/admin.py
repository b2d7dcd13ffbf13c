"""Members in the admin: making them, keeping them out, and who may do what. Rights are for super admins alone."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from unfold.decorators import action, display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from accounts.exceptions import NoAdminLeft
from accounts.links import sign_in_url
from accounts.models import AuditEntry, Notice, SignInLink, User
from accounts.services import set_active
from accounts.sessions import end_sessions
from common.admin import ActingAdmin, ReadOnlyAdmin, link, pretty

_RIGHTS = ("is_staff", "is_superuser", "groups", "user_permissions")

admin.site.unregister(Group)
admin.site.unregister(EmailAddress)


class MemberForm(UserChangeForm):
    """A member's data; the last admin cannot give away the right to administer."""

    def clean_is_superuser(self) -> bool:
        wanted = bool(self.cleaned_data["is_superuser"])
        others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=self.instance.pk)
        if self.instance.is_superuser and not wanted and not others.exists():
            raise ValidationError("One admin has to stay. Make another one first.")
        return wanted


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ActingAdmin):
    form = MemberForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ["username", "full_name", "email", "standing", "rank", "last_login", "date_joined"]
    list_filter = ["is_active", "is_staff", "is_superuser", "date_joined"]
    search_fields = ["username", "first_name", "last_name", "email"]
    search_help_text = "Name or address"
    ordering = ["username"]
    show_full_result_count = False
    filter_horizontal = ["groups", "user_permissions"]
    readonly_fields = ["is_active", "password_state", "last_login", "date_joined"]
    fieldsets = [
        (None, {"fields": ["username", "first_name", "last_name", "email"]}),
        ("Way in", {"fields": ["is_active", "password_state", "last_login", "date_joined"]}),
        ("What they see", {"fields": ["time_zone", "locale", "currency", "theme"]}),
        ("Rights", {"fields": _RIGHTS, "description": "Only super admins give and take rights."}),
    ]
    actions = ["let_in", "keep_out", "end_their_sessions"]
    actions_detail = ["make_sign_in_link", "sign_out", "deactivate", "activate"]

    @display(description="Name")
    def full_name(self, member: User) -> str:
        return member.get_full_name()

    @display(description="Account", label={"active": "success", "kept out": "danger"}, ordering="is_active")
    def standing(self, member: User) -> str:
        return "active" if member.is_active else "kept out"

    @display(description="Rank", label={"super admin": "primary", "staff": "info"}, ordering="is_superuser")
    def rank(self, member: User) -> str:
        if member.is_superuser:
            return "super admin"
        return "staff" if member.is_staff else "member"

    @display(description="Password")
    def password_state(self, member: User) -> Any:
        words = "Set" if member.has_usable_password() else "None: comes in by a one-time link"
        return link(f"{words}. Set a new one", reverse("admin:auth_user_password_change", args=[member.pk]))

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        fields = list(self.readonly_fields)
        return fields if request.user.is_superuser else [*fields, *_RIGHTS]

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Who may change members may not change those of rank, or a lent password would lend every right."""
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or self._reaches(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """A member goes with all that is theirs, by the command `delete_member`; here they are kept out."""
        return False

    @admin.action(description="Let in again", permissions=["operate"])
    def let_in(self, request: HttpRequest, members: QuerySet[User]) -> None:
        self._set_active(request, members, active=True)

    @admin.action(description="Keep out", permissions=["operate"])
    def keep_out(self, request: HttpRequest, members: QuerySet[User]) -> None:
        self._set_active(request, members, active=False)

    @admin.action(description="Sign out everywhere", permissions=["operate"])
    def end_their_sessions(self, request: HttpRequest, members: QuerySet[User]) -> None:
        reached = self._within_reach(request, members)
        ended = end_sessions(member_ids=_ids(reached))
        self.log_acts(request, reached, "Signed out everywhere.")
        self.message_user(request, f"{ended} sessions ended.", messages.SUCCESS)

    @action(description="One-time sign-in link", url_path="sign-in-link", icon="key", permissions=["operate"])
    def make_sign_in_link(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, then show a fresh link once; it is nowhere to be read again."""
        member = self._member_within_reach(request, object_id)
        if request.method != "POST":
            words = f"Make a link that lets whoever opens it in as {member}, once, within two days?"
            return self.question(request, member, words=words, button="Make the link")
        self.log_change(request, member, "Made a one-time sign-in link.")
        context = {"title": str(member), "link": sign_in_url(member), "opts": self.opts, "member": member}
        return render(request, "admin/sign_in_link.html", {**self.admin_site.each_context(request), **context})

    @action(description="Sign out everywhere", url_path="sign-out", icon="logout", permissions=["operate"])
    def sign_out(self, request: HttpRequest, object_id: str) -> HttpResponse:
        member = self._member_within_reach(request, object_id)

        def act() -> str:
            return f"Ended {end_sessions(member_ids=[member.pk])} sessions of {member}."

        question = f"Sign {member} out on every device? They can sign in again."
        return self.ask(request, member, question=question, button="Sign out everywhere", act=act)

    @action(description="Keep out", url_path="deactivate", icon="block", permissions=["operate"])
    def deactivate(self, request: HttpRequest, object_id: str) -> HttpResponse:
        member = self._member_within_reach(request, object_id)
        if member == request.user:
            raise PermissionDenied
        question = f"Keep {member} out? Their sessions end; all that is theirs stays, and you can let them in again."

        def act() -> str:
            set_active(member_ids=[member.pk], active=False)
            return f"{member} is kept out and signed out everywhere."

        return self.ask(request, member, question=question, button="Keep out", act=act, refusals=(NoAdminLeft,))

    @action(description="Let in", url_path="activate", icon="check_circle", permissions=["operate"])
    def activate(self, request: HttpRequest, object_id: str) -> HttpResponse:
        member = self._member_within_reach(request, object_id)

        def act() -> str:
            set_active(member_ids=[member.pk], active=True)
            return f"{member} can sign in again."

        return self.ask(request, member, question=f"Let {member} sign in again?", button="Let in", act=act)

    def get_actions_detail(self, request: HttpRequest, object_id: int) -> list[Any]:
        """Of keeping out and letting in, the one that would change something."""
        idle = "activate" if User.objects.filter(pk=object_id, is_active=True).exists() else "deactivate"
        return [one for one in super().get_actions_detail(request, object_id) if one.path != idle]

    def _set_active(self, request: HttpRequest, members: QuerySet[User], *, active: bool) -> None:
        reached = self._within_reach(request, members).exclude(username=request.user.get_username())
        try:
            changed = set_active(member_ids=_ids(reached), active=active)
        except NoAdminLeft as error:
            self.message_user(request, str(error), messages.ERROR)
            return
        self.log_acts(request, reached, "Let in." if active else "Kept out.")
        self.message_user(request, f"{changed} members {'let in' if active else 'kept out'}.", messages.SUCCESS)

    def _within_reach(self, request: HttpRequest, members: QuerySet[User]) -> QuerySet[User]:
        members = User.objects.filter(pk__in=members.values("pk"))
        return members if request.user.is_superuser else members.filter(is_staff=False, is_superuser=False)

    def _member_within_reach(self, request: HttpRequest, object_id: str) -> User:
        member: User = self.row(request, object_id)
        if not self._reaches(request, member):
            raise PermissionDenied
        return member

    @staticmethod
    def _reaches(request: HttpRequest, member: User) -> bool:
        """Super admins reach everybody; other staff reach members without rank."""
        return bool(request.user.is_superuser) or not (member.is_staff or member.is_superuser)


def _ids(members: QuerySet[User]) -> list[int]:
    return list(members.values_list("pk", flat=True))


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, ActingAdmin):
    """Bundles of rights: for super admins alone, as who edits them edits their own."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)

    has_add_permission = has_module_permission
    has_change_permission = has_delete_permission = has_view_permission


@admin.register(EmailAddress)
class EmailAddressAdmin(ReadOnlyAdmin):
    list_display = ["email", "user", "primary", "verified"]
    list_filter = ["primary", "verified"]
    list_select_related = ["user"]
    search_fields = ["email", "user__username"]


@admin.register(SignInLink)
class SignInLinkAdmin(ReadOnlyAdmin):
    list_display = ["user", "created_at", "expires_at", "used_at"]
    list_select_related = ["user"]
    search_fields = ["user__username"]
    ordering = ["-pk"]
    fields = ["user", "created_at", "expires_at", "used_at"]


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    list_display = ["raised_at", "member", "title", "seen_at", "solved_at"]
    list_filter = ["category", "raised_at"]
    list_select_related = ["member"]
    search_fields = ["title", "key", "member__username"]
    date_hierarchy = "raised_at"


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ["at", "action", "subject"]
    list_filter = ["action"]
    search_fields = ["action", "subject"]
    date_hierarchy = "at"
    fields = ["at", "action", "subject", "what"]

    @display(description="Detail")
    def what(self, entry: AuditEntry) -> Any:
        return pretty(entry.detail)

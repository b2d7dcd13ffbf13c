"""Making accounts and letting people in."""

from __future__ import annotations

from collections.abc import Collection

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from accounts.exceptions import LinkUnusable, NoAdminLeft, SetupDone
from accounts.models import SignInLink, User
from accounts.sessions import end_sessions

_SETUP_LOCK = 0x466C7578  # any constant: one first admin, however many browsers ask at once


def create_member(*, username: str, email: str = "") -> tuple[User, bool]:
    """Make a member without a password, or find the one of that name. Returns (member, made).

    Raises ValidationError if the name or the address cannot be one.
    """
    existing = User.objects.filter(username=username).first()
    if existing is not None:
        return existing, False
    user = User(username=username, email=email)
    user.set_unusable_password()
    user.full_clean(exclude=["password"])
    user.save()
    return user, True


@transaction.atomic
def make_admin(*, username: str) -> tuple[User, bool]:
    """Give a member every right, making the account if there is none. Returns (member, made)."""
    user, made = create_member(username=username)
    user.is_staff = user.is_superuser = user.is_active = True
    user.save(update_fields=["is_staff", "is_superuser", "is_active"])
    return user, made


def setup_open() -> bool:
    """Whether nobody can administer this Flux yet, so that the first visitor may become its admin."""
    return not User.objects.filter(is_superuser=True).exists()


@transaction.atomic
def create_first_admin(*, user: AbstractUser, password: str) -> User:
    """Save `user` (unsaved) as the first admin. Raises SetupDone if there is one already, even made just now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_SETUP_LOCK])
    if not setup_open():
        raise SetupDone("This Flux has an admin already.")
    if not isinstance(user, User):
        raise ValidationError("Not a member.")
    user.is_staff = user.is_superuser = True
    user.set_password(password)
    user.save()
    return user


@transaction.atomic
def use_sign_in_link(*, token: str) -> User:
    """Spend a one-time link and return whom it lets in. Raises LinkUnusable if it is spent, expired or unknown."""
    link = SignInLink.objects.usable(token).select_for_update().select_related("user").first()
    if link is None or not link.user.is_active:
        raise LinkUnusable("This sign-in link was used already or is too old. Ask for a new one.")
    link.used_at = timezone.now()
    link.save(update_fields=["used_at"])
    return link.user


@transaction.atomic
def set_active(*, member_ids: Collection[int], active: bool) -> int:
    """Let members in, or keep them out and sign them out everywhere; what is theirs stays. Returns how many changed.

    Raises NoAdminLeft if it would keep out everybody who can administer this Flux.
    """
    admins = set(
        User.objects.select_for_update()
        .filter(is_superuser=True, is_active=True)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    if not active and admins and admins <= set(member_ids):
        raise NoAdminLeft("One admin has to stay. Make another one first.")
    changed = User.objects.filter(pk__in=member_ids).exclude(is_active=active).update(is_active=active)
    if not active:
        end_sessions(member_ids=member_ids)
    return changed

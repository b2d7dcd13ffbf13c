"""Members: who signs in, and how what they see is written."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any, Self
from zoneinfo import available_timezones

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from common.models import MemberOwned


def validate_time_zone(name: str) -> None:
    """Raise ValidationError unless `name` is a zone of the IANA database."""
    if name not in available_timezones():
        raise ValidationError(f"“{name}” is not a time zone. Use a name like Europe/London.")


class Theme(models.TextChoices):
    SYSTEM = "system", "As the device"
    LIGHT = "light", "Light"
    DARK = "dark", "Dark"


class User(AbstractUser):
    """One member. `is_staff` opens the admin, `is_superuser` all of it."""

    time_zone = models.CharField(max_length=64, default="UTC", validators=[validate_time_zone])
    locale = models.CharField(max_length=16, default="en-GB", help_text="BCP 47 tag that numbers and dates follow.")
    currency = models.CharField(max_length=3, default="GBP", help_text="ISO 4217 code of the member's own money.")
    theme = models.CharField(max_length=8, choices=Theme, default=Theme.SYSTEM)
    is_demo = models.BooleanField(
        default=False, editable=False, help_text="Made by Flux for the demo; whoever looks around signs in as it."
    )

    class Meta(AbstractUser.Meta):
        verbose_name = "member"
        verbose_name_plural = "members"


class SignInLinkQuerySet(models.QuerySet["SignInLink"]):
    def issue(self, user: User, *, valid_for: timedelta = timedelta(days=2)) -> str:
        """Store a link for `user` and return its token; only its hash is kept."""
        token = secrets.token_urlsafe(32)
        self.create(user=user, token_hash=_hash(token), expires_at=timezone.now() + valid_for)
        return token

    def usable(self, token: str) -> Self:
        """The unused, unexpired link of a token, as a query set of at most one row."""
        return self.filter(token_hash=_hash(token), used_at=None, expires_at__gt=timezone.now())


class SignInLink(models.Model):
    """A one-time way in for an account without a usable password; ends with its first use."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_in_links")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    objects = SignInLinkQuerySet.as_manager()


class NoticeCategory(models.TextChoices):
    ACCOUNT = "account", "Account"


class Notice(MemberOwned):
    """Something that a member is told once: a problem until it is solved, or the outcome of what they asked for."""

    category = models.CharField(max_length=10, choices=NoticeCategory, default=NoticeCategory.ACCOUNT)
    key = models.CharField(max_length=120, help_text="Names the problem; one unsolved notice of it at a time.")
    title = models.CharField(max_length=200)
    text = models.CharField(max_length=500, blank=True)
    url = models.CharField(max_length=300, blank=True, help_text="Path where something can be done about it.")
    raised_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    solved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["member", "key"], condition=Q(solved_at=None), name="notice_told_once")
        ]
        indexes = [models.Index(fields=["member", "-id"], name="notice_newest")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_outcome(self) -> bool:
        """What came of a wish: it was told with nothing left to solve."""
        return self.solved_at is not None and self.solved_at <= self.raised_at


class AuditEntry(models.Model):
    """What was done to whom, when. People stand in it by pseudonym where their account may go."""

    at = models.DateTimeField(auto_now_add=True)
    action = models.CharField(max_length=64)
    subject = models.CharField(max_length=64, help_text="A member's random pseudonym, or what else was acted upon.")
    detail = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "audit entries"
        ordering = ["-at", "-pk"]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise ValueError("Audit entries are written once.")
        super().save(*args, **kwargs)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

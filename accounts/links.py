"""Addresses that are handed to people outside of a request."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from accounts.models import SignInLink, User


def sign_in_url(user: User) -> str:
    """A fresh one-time sign-in address for `user`, absolute under FLUX_PUBLIC_URL."""
    token = SignInLink.objects.issue(user)
    return settings.FLUX_PUBLIC_URL.rstrip("/") + reverse("accounts:sign-in-link", args=[token])

"""Forms of signing up and of a member's own settings."""

from __future__ import annotations

from django.contrib.auth.forms import UserCreationForm

from accounts.models import User


class FirstAdminForm(UserCreationForm[User]):
    class Meta:
        model = User
        fields = ["username", "email"]

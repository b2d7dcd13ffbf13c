"""The buttons that send a member to the provider."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from emailsync.models import Mailbox, SignIn
from emailsync.presets import Preset, preset_at


@dataclass(frozen=True, slots=True)
class Button:
    """`key`: the provider's, after which its icon is named; `again`: the mailbox signs in there already."""

    key: str
    name: str
    href: str
    again: bool = False


def new_button(preset: Preset) -> Button | None:
    """For a mailbox that is not there yet; None where the provider is not offered."""
    found = preset.offered
    return Button(found.key, found.name, reverse(f"emailsync:connect-{found.key}")) if found else None


def connect_button(mailbox: Mailbox) -> Button | None:
    """For a known mailbox at the provider's own server; None elsewhere, and where the provider is not offered."""
    found = preset_at(mailbox.host).offered
    if found is None:
        return None
    href = reverse("emailsync:mailbox-connect", args=[mailbox.pk])
    return Button(found.key, found.name, href, again=mailbox.sign_in != SignIn.PASSWORD)

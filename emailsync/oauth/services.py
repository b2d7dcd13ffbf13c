"""Connecting mailboxes with tokens: what members do when they come back from the provider."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from emailsync.models import Mailbox
from emailsync.oauth.flow import Allowed, NotConnected
from emailsync.oauth.providers import Provider
from emailsync.oauth.tokens import token_fields
from emailsync.presets import Preset, preset_of_provider
from emailsync.services import add_mailbox, change_mailbox


@transaction.atomic
def connect(*, member: Any, provider: Provider, allowed: Allowed) -> Mailbox:
    """Have a member's mailbox sign in by what they allowed, and queue a scan; its folders and mail stay.

    The mailbox that they set out from, else the one of the account that signed in, made if need be. Raises
    NotConnected if another account signed in than the mailbox's, or the mailbox is gone.
    """
    preset = preset_of_provider(provider.key)
    mailbox = _meant(member, preset, allowed)
    signs_in: dict[str, Any] = {"sign_in": provider.key, "password": "", **token_fields(allowed.tokens)}
    if mailbox is not None:
        change_mailbox(mailbox=mailbox, **signs_in)
        return mailbox
    server = {"host": preset.host, "port": preset.port, "security": preset.security, "authserv_id": preset.authserv_id}
    return add_mailbox(member=member, name=allowed.address[:120], username=allowed.address, **server, **signs_in)


def _meant(member: Any, preset: Preset, allowed: Allowed) -> Mailbox | None:
    """The mailbox to sign in to, locked, so that tokens that are being renewed are not written over these.

    Only at the provider's own server: to no other is a token ever sent.
    """
    own = Mailbox.objects.of(member).select_for_update(no_key=True).filter(host=preset.host)
    if allowed.mailbox_id is None:
        found: Mailbox | None = own.filter(username__iexact=allowed.address).first()
        return found
    mailbox: Mailbox | None = own.filter(pk=allowed.mailbox_id).first()
    if mailbox is None:
        raise NotConnected("The mailbox is no longer there.")
    if mailbox.username.lower() != allowed.address.lower():
        raise NotConnected(f"You signed in as {allowed.address}, but this mailbox is {mailbox.username}.")
    return mailbox

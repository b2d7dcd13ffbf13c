"""Servers of large mail providers, so that a member types an address and a password."""

from __future__ import annotations

from dataclasses import dataclass

from emailsync.domains import ascii_domain
from emailsync.models import Security, SignIn
from emailsync.oauth.providers import Provider, offered


@dataclass(frozen=True, slots=True)
class Preset:
    key: str
    name: str
    host: str
    domains: tuple[str, ...] = ()
    authserv_id: str = ""
    """The name that stands in the provider's Authentication-Results."""
    port: int = 993
    security: str = Security.TLS.value
    advice: str = ""
    """What the member has to do at the provider first."""
    passwords: bool = True
    """False where passwords no longer work at all."""
    provider: str = ""
    """Where a member can sign in by OAuth, if the operator has set it up: a value of models.SignIn."""

    @property
    def offered(self) -> Provider | None:
        """The provider to sign in at, if it can be used here."""
        return offered(self.provider)

    @property
    def usable(self) -> bool:
        """Whether Flux can read such a mailbox at all."""
        return self.passwords or self.offered is not None

    @property
    def password_advice(self) -> str:
        """What to do about a password; where none helps, what to do instead."""
        if self.passwords or self.offered is None:
            return self.advice
        name = self.offered.name
        return f"{name} no longer accepts passwords for IMAP. Connect the mailbox with {name}."


OTHER = Preset("other", "Other", "", advice="Your provider's help pages name its IMAP server.")

PRESETS = (
    Preset(
        "gmail",
        "Gmail",
        "imap.gmail.com",
        ("gmail.com", "googlemail.com"),
        "mx.google.com",
        advice="Switch on 2-Step Verification, then make an app password at myaccount.google.com/apppasswords.",
        provider=SignIn.GOOGLE.value,
    ),
    Preset(
        "outlook",
        "Outlook, Hotmail, Microsoft 365",
        "outlook.office365.com",
        ("outlook.com", "hotmail.com", "live.com", "msn.com", "hotmail.co.uk", "outlook.com.au", "hotmail.de"),
        advice="Microsoft no longer accepts passwords for IMAP. Whoever runs Flux can set up sign-in with Microsoft. "
        "Until then, forward your order mail to another mailbox, or import it from files.",
        passwords=False,
        provider=SignIn.MICROSOFT.value,
    ),
    Preset(
        "icloud",
        "iCloud Mail",
        "imap.mail.me.com",
        ("icloud.com", "me.com", "mac.com"),
        advice="Make an app-specific password at account.apple.com; the user name is your iCloud address.",
    ),
    Preset(
        "yahoo",
        "Yahoo Mail",
        "imap.mail.yahoo.com",
        ("yahoo.com", "yahoo.co.uk", "yahoo.com.au", "yahoo.de", "yahoo.fr", "yahoo.it", "yahoo.es", "ymail.com"),
        advice="Make an app password under Account security.",
    ),
    Preset(
        "fastmail",
        "Fastmail",
        "imap.fastmail.com",
        ("fastmail.com", "fastmail.fm"),
        advice="Make an app password with IMAP access under Settings, Privacy & Security.",
    ),
    OTHER,
)


def preset_for(address: str) -> Preset:
    """The preset of an e-mail address by its domain; OTHER for a domain that is none of theirs."""
    domain = ascii_domain(address.rpartition("@")[2])
    return next((preset for preset in PRESETS if domain in preset.domains), OTHER)


def preset_of_provider(provider: str) -> Preset:
    """The preset of the mailboxes that one signs in to at that provider. Raises KeyError for a key that is none's."""
    return {preset.provider: preset for preset in PRESETS if preset.provider}[provider]


def preset_at(host: str) -> Preset:
    """The preset of a server; OTHER for one that is none of theirs."""
    return next((preset for preset in PRESETS if preset.host and preset.host == host.lower()), OTHER)

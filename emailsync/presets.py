"""Servers of large mail providers, so that a member types an address and a password."""

from __future__ import annotations

from dataclasses import dataclass

from emailsync.domains import ascii_domain
from emailsync.models import Security


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
    usable: bool = True
    """False where passwords no longer work at all."""


OTHER = Preset("other", "Other", "", advice="Your provider's help pages name its IMAP server.")

PRESETS = (
    Preset(
        "gmail",
        "Gmail",
        "imap.gmail.com",
        ("gmail.com", "googlemail.com"),
        "mx.google.com",
        advice="Switch on 2-Step Verification, then make an app password at myaccount.google.com/apppasswords.",
    ),
    Preset(
        "outlook",
        "Outlook, Hotmail, Microsoft 365",
        "outlook.office365.com",
        ("outlook.com", "hotmail.com", "live.com", "msn.com", "hotmail.co.uk", "outlook.com.au", "hotmail.de"),
        advice="Microsoft no longer accepts passwords for IMAP: OAuth is needed, which Flux does not have yet. Forward "
        "your order mail to another mailbox, or import it from files.",
        usable=False,
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

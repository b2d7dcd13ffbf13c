"""The providers at which a member may sign in for a mailbox, as far as the operator registered this Flux there."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from emailsync.models import SignIn


@dataclass(frozen=True, slots=True)
class Provider:
    """One authorisation server and what to ask of it."""

    key: str
    """A value of models.SignIn."""
    name: str
    mail_scope: str
    """What a token needs to sign in by IMAP."""
    mail_mark: str
    """The part of it by which it is known among the scopes that were granted."""
    scopes: tuple[str, ...]
    """What is asked for besides: who signed in, and access while the member is away."""
    address_claims: tuple[str, ...]
    """Where an ID token holds the name by which the IMAP server knows the account; the first that is there counts."""
    extra: tuple[tuple[str, str], ...] = ()
    """Further parameters of the authorisation request."""

    @property
    def client_id(self) -> str:
        return str(getattr(settings, f"FLUX_{self.key.upper()}_CLIENT_ID"))

    @property
    def client_secret(self) -> str:
        return str(getattr(settings, f"FLUX_{self.key.upper()}_CLIENT_SECRET"))

    @property
    def configured(self) -> bool:
        return bool(self.client_id and self.client_secret)

    @property
    def authorise_url(self) -> str:
        return str(settings.FLUX_OAUTH_ENDPOINTS[self.key][0])

    @property
    def token_url(self) -> str:
        return str(settings.FLUX_OAUTH_ENDPOINTS[self.key][1])

    def may_read_mail(self, scopes: frozenset[str] | None) -> bool:
        """Whether the member granted access to mail; Google lets them untick it. None: all that was asked for."""
        return scopes is None or any(self.mail_mark in scope for scope in scopes)


# Google gives a refresh token only with both parameters, and only after its consent page.
# Microsoft's user name for IMAP is the user principal name, which `preferred_username` holds.
PROVIDERS = (
    Provider(
        SignIn.GOOGLE.value,
        "Google",
        "https://mail.google.com/",
        "mail.google.com",
        ("openid", "email"),
        ("email",),
        (("access_type", "offline"), ("prompt", "consent")),
    ),
    Provider(
        SignIn.MICROSOFT.value,
        "Microsoft",
        "https://outlook.office.com/IMAP.AccessAsUser.All",
        "imap.accessasuser.all",
        ("openid", "email", "profile", "offline_access"),
        ("preferred_username", "email"),
        (("prompt", "select_account"),),
    ),
)


def provider(key: str) -> Provider:
    """The provider of that key. Raises KeyError for a key that is none's."""
    return {one.key: one for one in PROVIDERS}[key]


def offered(key: str) -> Provider | None:
    """The provider of that key if it can be used here, else None."""
    return next((one for one in PROVIDERS if one.key == key and one.configured), None)

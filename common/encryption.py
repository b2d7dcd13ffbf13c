"""Secrets at rest: text encrypted with the keys of FLUX_ENCRYPTION_KEYS (first encrypts, all decrypt)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models


class SecretUnreadable(Exception):
    """A stored secret does not decrypt under any configured key."""


@lru_cache(maxsize=4)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError as error:
        raise ImproperlyConfigured(
            "FLUX_ENCRYPTION_KEYS holds something that is not a Fernet key (32 bytes, url-safe base64)."
        ) from error


def encrypt_bytes(data: bytes) -> bytes:
    """Ciphertext of `data` under the first key."""
    return _fernet(tuple(settings.FLUX_ENCRYPTION_KEYS)).encrypt(data)


def decrypt_bytes(token: bytes) -> bytes:
    """The bytes behind a ciphertext. Raises SecretUnreadable if no configured key fits."""
    try:
        return _fernet(tuple(settings.FLUX_ENCRYPTION_KEYS)).decrypt(token)
    except InvalidToken as error:
        raise SecretUnreadable("No key of FLUX_ENCRYPTION_KEYS decrypts this secret.") from error


def encrypt(text: str) -> str:
    """Ciphertext of `text` under the first key, as ASCII."""
    return encrypt_bytes(text.encode()).decode("ascii")


def decrypt(token: str) -> str:
    """The text behind a ciphertext. Raises SecretUnreadable if no configured key fits."""
    return decrypt_bytes(token.encode("ascii")).decode()


class Secret(str):
    """A decrypted secret: an ordinary string that does not show itself in logs and error pages."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret('…')"


class EncryptedTextField(models.TextField):
    """Text that is stored encrypted. Empty text stays empty, so that "no secret" can be told without a key."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return encrypt(str(value)) if value else value

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Secret | None:
        if not value:
            return value if value is None else Secret("")
        return Secret(decrypt(value))

"""Mails that members hand over, redacted, so that Flux can be taught to read them."""

from __future__ import annotations

import zlib
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from common.encryption import decrypt_bytes, encrypt_bytes
from common.models import MemberOwned


class Says(models.TextChoices):
    ORDER = "order", "An order"
    PARCEL = "parcel", "A parcel"


class SubmissionState(models.TextChoices):
    SENT = "sent", "Waiting"
    TAKEN = "taken", "Taken"
    REFUSED = "refused", "Not used"
    WITHDRAWN = "withdrawn", "Withdrawn"


HELD = (SubmissionState.SENT, SubmissionState.TAKEN)
"""States in which the redacted copy is there; in the others nobody needs it, and it is gone."""


class Submission(MemberOwned):
    """The redacted copy of one mail that its member gave to the admins. One for each mail; it goes with the mail."""

    mail = models.OneToOneField("emailsync.StoredEmail", on_delete=models.CASCADE, related_name="submission")
    sha256 = models.CharField(max_length=64, help_text="Of the original.")
    says = models.CharField(max_length=6, choices=Says)
    state = models.CharField(max_length=9, choices=SubmissionState, default=SubmissionState.SENT)
    subject = models.CharField(max_length=998, blank=True, help_text="Redacted.")
    sender = models.CharField(max_length=320, blank=True, help_text="Redacted.")
    sealed = models.BinaryField(null=True, help_text="The redacted message, compressed and encrypted.")
    blanked = models.JSONField(default=dict, help_text="How many spans of each kind were blanked.")
    note = models.CharField(max_length=500, blank=True)
    consented_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-consented_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["member", "sha256"], name="submission_mail_once"),
            models.CheckConstraint(
                condition=Q(state__in=["sent", "taken"], sealed__isnull=False)
                | Q(state__in=["refused", "withdrawn"], sealed__isnull=True),
                name="submission_copy_while_needed",
            ),
        ]

    def __str__(self) -> str:
        return self.subject or self.sha256[:12]

    @property
    def held(self) -> bool:
        """Whether the admins have the copy."""
        return self.state in HELD

    @property
    def look(self) -> tuple[str, str]:
        """(family, glyph) of what became of it."""
        return {
            SubmissionState.TAKEN.value: ("green", "check-circle-fill"),
            SubmissionState.REFUSED.value: ("slate", "slash-circle"),
        }.get(self.state, ("blue", "envelope"))

    @property
    def raw_bytes(self) -> bytes:
        """The redacted message. Raises LookupError if it is gone, SecretUnreadable if no key fits."""
        if self.sealed is None:
            raise LookupError("The redacted copy is deleted.")
        return zlib.decompress(decrypt_bytes(bytes(self.sealed)))

    @staticmethod
    def seal(raw: bytes) -> Any:
        """What to store in `sealed` for a message."""
        return encrypt_bytes(zlib.compress(raw))

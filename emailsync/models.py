"""Mailboxes and the mail that came from them.

`StoredEmail` is both the archive and the queue: a row in state `stored` waits to be parsed, and a parser claims it by
updating it. Nothing in these tables depends on what the mail says; what it says lies in orders and tracking as
contributions that name the mail by its sha256.
"""

from __future__ import annotations

import zlib
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from common.encryption import EncryptedTextField
from common.models import MemberOwned, MemberQuerySet
from emailsync.detection import models as _detection  # noqa: F401 - the app's models live in both files


class Security(models.TextChoices):
    TLS = "tls", "TLS (usually port 993)"
    STARTTLS = "starttls", "STARTTLS (usually port 143)"
    PLAIN = "plain", "None (only on the same machine)"


class SignIn(models.TextChoices):
    PASSWORD = "password", "Password"
    GOOGLE = "google", "Google"
    MICROSOFT = "microsoft", "Microsoft"


class MailboxState(models.TextChoices):
    NEW = "new", "Not yet scanned"
    OK = "ok", "Working"
    RETRYING = "retrying", "Trying again"
    WRONG_CREDENTIALS = "wrong_credentials", "Sign-in refused"
    BROKEN = "broken", "Needs attention"


SECRETS = ("password", "refresh_token", "access_token")


def secrets_of(path: str) -> list[str]:
    """The secrets of a mailbox that a query reaches by `path`, to be deferred."""
    return [f"{path}__{name}" for name in SECRETS]


class MailboxManager(models.Manager.from_queryset(MemberQuerySet)):  # type: ignore[misc]  # a base made at run time
    """Mailboxes whose secrets are read, and decrypted, only when they are asked for.

    So one secret that no key fits any more spoils neither lists nor the scans of other mailboxes.
    """

    def get_queryset(self) -> MemberQuerySet:
        mailboxes: MemberQuerySet = super().get_queryset().defer(*SECRETS)
        return mailboxes


class Mailbox(MemberOwned):
    """One IMAP account of a member."""

    name = models.CharField(max_length=120)
    host = models.CharField(max_length=253)
    port = models.PositiveIntegerField(default=993, validators=[MinValueValidator(1), MaxValueValidator(65535)])
    security = models.CharField(max_length=10, choices=Security, default=Security.TLS)
    username = models.CharField(max_length=320)
    sign_in = models.CharField(max_length=10, choices=SignIn, default=SignIn.PASSWORD)
    password = EncryptedTextField(blank=True, help_text="Empty where the account signs in by OAuth.")
    refresh_token = EncryptedTextField(blank=True, default="", help_text="Of OAuth; each use may replace it.")
    access_token = EncryptedTextField(blank=True, default="")
    access_expires_at = models.DateTimeField(null=True, blank=True)
    primary_folder = models.CharField(max_length=255, default="INBOX", help_text="Watched for new mail.")
    authserv_id = models.CharField(
        "authentication server",
        max_length=253,
        blank=True,
        help_text="The name by which the provider signs Authentication-Results, such as mx.google.com. Without it no "
        "mail of this mailbox counts as authenticated.",
    )
    enabled = models.BooleanField(default=True)
    state = models.CharField(max_length=20, choices=MailboxState, default=MailboxState.NEW)
    last_error = models.CharField(max_length=40, blank=True, help_text="Code of the last failure.")
    last_error_text = models.CharField(max_length=500, blank=True)
    last_error_at = models.DateTimeField(null=True, blank=True)
    last_success_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0, help_text="Failures in a row.")
    retry_at = models.DateTimeField(null=True, blank=True, help_text="No scan by itself before this time.")
    idle_supported = models.BooleanField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[Any] = MailboxManager()

    class Meta:
        verbose_name_plural = "mailboxes"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["member", "host", "port", "username"], name="mailbox_account_once")
        ]

    def __str__(self) -> str:
        return self.name


class Folder(models.Model):
    """One folder of a mailbox and how far it has been read.

    `last_uid` is the cursor: every UID up to it is stored, or is a `Hole`. It moves only in the transaction that stores
    the mail. UIDs and UIDVALIDITY are unsigned 32-bit numbers (RFC 3501 2.3.1.1), hence the wide columns.
    """

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="folders")
    raw_name = models.CharField(max_length=1000, help_text="As the server spells it (modified UTF-7, RFC 3501 5.1.3).")
    name = models.CharField(max_length=500)
    special_use = models.CharField(max_length=20, blank=True, help_text="inbox, all, archive, junk, … (RFC 6154)")
    watched = models.BooleanField(default=False)
    uidvalidity = models.BigIntegerField(null=True, blank=True)
    last_uid = models.BigIntegerField(default=0)
    read_since = models.DateTimeField(
        null=True, blank=True, help_text="The first scan of this numbering left mail that came in before."
    )
    read_after = models.BigIntegerField(default=0, help_text="From here on all mail is read, whatever its date.")
    missing_since = models.DateTimeField(null=True, blank=True)
    resets = models.PositiveIntegerField(default=0, help_text="Changes of UIDVALIDITY since `resets_since`.")
    resets_since = models.DateTimeField(null=True, blank=True)
    last_scan_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["mailbox", "name"]
        constraints = [models.UniqueConstraint(fields=["mailbox", "raw_name"], name="folder_name_once")]

    def __str__(self) -> str:
        return self.name


class Hole(models.Model):
    """A UID at or below the cursor that the server listed but whose mail is not stored, and why."""

    folder = models.ForeignKey(Folder, on_delete=models.CASCADE, related_name="holes")
    uidvalidity = models.BigIntegerField()
    uid = models.BigIntegerField()
    reason = models.CharField(max_length=40)
    tries = models.PositiveIntegerField(default=1)
    seen_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["folder", "uidvalidity", "uid"], name="hole_uid_once")]


class State(models.TextChoices):
    STORED = "stored", "Waiting"
    PARSING = "parsing", "Being read"
    PARSED = "parsed", "Read"
    UNMATCHED = "unmatched", "Not recognised"
    INCOMPLETE = "incomplete", "Incomplete"
    DEFERRED = "deferred", "Waiting for its order"
    HELD = "held", "Held for you"
    IGNORED = "ignored", "Ignored"
    FAILED = "failed", "Failed"


SETTLED_STATES = tuple(state for state in State if state not in (State.STORED, State.PARSING))
CONTRIBUTING_STATES = (State.PARSED, State.DEFERRED)
DISMISSED = "dismissed"
"""Reason of a held mail that its member does not want; it stays so however often the mail is read."""
SET_ASIDE = "set_aside"
"""Reason of a mail that its member calls not relevant; it stays so, whatever a later reading finds in it."""
NOT_RECOGNISED = (State.UNMATCHED, State.INCOMPLETE)
DELETED = "deleted"
"""Reason of a hole whose mail its member deleted: it is not fetched again."""


class Source(models.TextChoices):
    IMAP = "imap", "Mailbox"
    FILE = "file", "File"


class Trust(models.TextChoices):
    """Whether the sender is who the mail says; the words of `parsers.engine`."""

    TRUSTED = "trusted", "Authenticated"
    UNKNOWN = "unknown", "Not known"
    FAILED = "failed", "Authentication failed"


class StoredEmailQuerySet(MemberQuerySet):
    def light(self) -> Self:
        """Without the bytes and the full extraction, for lists."""
        return self.defer("raw", "extraction")


class StoredEmail(MemberOwned):
    """One message of one member, byte for byte, and what became of it.

    A message over the size limit is a row without bytes, in state failed with reason `too_big`.
    """

    sha256 = models.CharField(max_length=64, blank=True, help_text="Of the raw bytes; empty if they were not fetched.")
    raw = models.BinaryField(null=True, help_text="zlib-compressed.")
    size = models.PositiveBigIntegerField(help_text="Of the raw message, in bytes.")
    source = models.CharField(max_length=4, choices=Source)
    message_id = models.CharField(max_length=998, blank=True)
    subject = models.CharField(max_length=998, blank=True)
    sender = models.CharField(max_length=320, blank=True, help_text="Address in From, lower case.")
    sender_name = models.CharField(max_length=320, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True, help_text="By its Date, else its newest Received.")
    received_at = models.DateTimeField(null=True, blank=True, help_text="INTERNALDATE, for mail from a mailbox.")
    trust = models.CharField(max_length=8, choices=Trust, default=Trust.UNKNOWN)
    trust_note = models.CharField(max_length=200, blank=True, help_text="What the trust rests on.")

    state = models.CharField(max_length=10, choices=State, default=State.STORED)
    reason = models.CharField(max_length=80, blank=True)
    author = models.CharField(max_length=253, blank=True)
    author_name = models.CharField(max_length=253, blank=True)
    kind = models.CharField(max_length=24, blank=True)
    definition_key = models.CharField(max_length=80, blank=True)
    definition_version = models.PositiveIntegerField(null=True, blank=True)
    confidence = models.FloatField(null=True, blank=True)
    extraction = models.JSONField(null=True, blank=True, help_text="What this mail alone says, with spans.")
    norm_version = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Version of the canonical text that the spans point into."
    )
    accepted_at = models.DateTimeField(null=True, blank=True, help_text="When a member accepted a held mail.")

    attempts = models.PositiveSmallIntegerField(default=0)
    claim_no = models.PositiveBigIntegerField(default=0, help_text="Raised by each claim; an older claim cannot write.")
    lease_until = models.DateTimeField(null=True, blank=True)
    owner = models.CharField(max_length=80, blank=True)
    stored_at = models.DateTimeField(auto_now_add=True)
    parsed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = StoredEmailQuerySet.as_manager()

    class Meta:
        verbose_name = "e-mail"
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "sha256"], condition=~Q(sha256=""), name="storedemail_content_once"
            ),
        ]
        indexes = [
            models.Index(fields=["member", "-sent_at", "-id"], name="storedemail_newest"),
            models.Index(fields=["member", "state", "-sent_at", "-id"], name="storedemail_by_state"),
            models.Index(fields=["member", "attempts", "-id"], condition=Q(state="stored"), name="storedemail_waiting"),
            models.Index(fields=["lease_until"], condition=Q(state="parsing"), name="storedemail_leases"),
        ]

    def __str__(self) -> str:
        return self.subject or self.sha256[:12]

    @property
    def raw_bytes(self) -> bytes:
        """The message as it came. Raises LookupError for one that was too big to fetch."""
        if self.raw is None:
            raise LookupError("The bytes of this message were not fetched.")
        return zlib.decompress(self.raw)

    @staticmethod
    def compress(raw: bytes) -> Any:
        """What to store in `raw` for a message."""
        return zlib.compress(raw, 6)


class MessageLocation(models.Model):
    """Where on a server a stored message was seen."""

    email = models.ForeignKey(StoredEmail, on_delete=models.CASCADE, related_name="locations")
    folder = models.ForeignKey(Folder, on_delete=models.CASCADE, related_name="locations")
    uidvalidity = models.BigIntegerField()
    uid = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["folder", "uidvalidity", "uid"], name="location_uid_once")]


class ScanKind(models.TextChoices):
    FIRST = "first", "First scan"
    IDLE = "idle", "New mail"
    RECOVERY = "recovery", "Recovery"
    CATCH_UP = "catch_up", "Catch-up"
    MANUAL = "manual", "By hand"
    RESCAN = "rescan", "Rescan"


class ScanState(models.TextChoices):
    QUEUED = "queued", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Scan(models.Model):
    """One look at a mailbox: wanted, under way, or done with what it found. The table is the queue of scans, too.

    A scan that is asked for while the same lane has one waiting for the mailbox joins it. A scan that used up its turn
    waits again with its counts, so it goes on where it was. `lane` is the cluster whose workers take it.
    """

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="scans")
    kind = models.CharField(max_length=10, choices=ScanKind)
    state = models.CharField(max_length=10, choices=ScanState, default=ScanState.QUEUED)
    lane = models.CharField(max_length=40)
    lookback = models.DurationField()
    folder_name = models.CharField(max_length=500, blank=True, help_text="Only this folder, watched or not.")
    senders = models.JSONField(default=list, blank=True, help_text="Only mail from these domains.")
    request = models.ForeignKey("RescanRequest", on_delete=models.CASCADE, null=True, blank=True, related_name="scans")
    folders = models.PositiveIntegerField(default=0)
    folders_done = models.PositiveIntegerField(default=0)
    folders_read = models.JSONField(default=list, help_text="Raw names of folders that earlier turns finished.")
    expected = models.PositiveIntegerField(default=0, help_text="Messages to look at in the folders begun so far.")
    seen = models.PositiveIntegerField(default=0, help_text="Messages that the server listed as new.")
    stored = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0, help_text="Fetched, but stored before (another folder).")
    too_big = models.PositiveIntegerField(default=0)
    outside = models.PositiveIntegerField(default=0, help_text="Older than the first scan of a folder reaches.")
    errors = models.JSONField(default=list)
    asked_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="Turns that did not come to their end.")
    claim_no = models.PositiveBigIntegerField(default=0, help_text="Raised by each turn; an older one cannot write.")
    lease_until = models.DateTimeField(null=True, blank=True)
    owner = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["mailbox", "lane"],
                condition=Q(state="queued", folder_name="", request=None),
                name="scan_waits_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["lane", "asked_at"], condition=Q(state__in=["queued", "running"]), name="scan_waiting"
            ),
            models.Index(fields=["mailbox"], condition=Q(state="running"), name="scan_running"),
            models.Index(fields=["mailbox", "-id"], name="scan_newest"),
        ]

    @property
    def looked_at(self) -> int:
        """Of the `expected` messages, how many are done with."""
        return int(self.seen + self.outside)

    @property
    def under_way(self) -> bool:
        """Whether it waits or runs."""
        return self.state in (ScanState.QUEUED, ScanState.RUNNING)

    @property
    def begun(self) -> bool:
        """Whether a worker has taken a turn at it."""
        return self.started_at is not None


class RequestState(models.TextChoices):
    ASKED = "asked", "Waiting for approval"
    APPROVED = "approved", "Approved"
    REFUSED = "refused", "Refused"
    WITHDRAWN = "withdrawn", "Withdrawn"


class RescanRequest(MemberOwned):
    """A member's wish to have ninety days of one retailer's or definition's mail read; a super admin decides."""

    mailbox = models.ForeignKey(
        Mailbox, on_delete=models.CASCADE, null=True, blank=True, help_text="Empty: all of the member's."
    )
    about = models.CharField(max_length=80, help_text="Key of the retailer or definition.")
    about_name = models.CharField(max_length=120)
    reason = models.CharField(max_length=500)
    state = models.CharField(max_length=10, choices=RequestState, default=RequestState.ASKED)
    asked_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = models.CharField(max_length=500, blank=True, help_text="Shown to the member.")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "about"], condition=Q(state="asked"), name="rescanrequest_asked_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.about_name}, {self.member}"

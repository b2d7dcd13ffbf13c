"""Definitions as data: how mails of one author are recognised and where their values stand.

A `ParserDefinition` is only a head; what it says lies in immutable versions, of which one is active. Matchers, mappings
and row scopes are rows of a version, so that an admin can edit, filter and compare them one by one.
"""

from __future__ import annotations

import zlib
from typing import Any

from django.db import models
from django.db.models import Q

from common.encryption import decrypt_bytes, encrypt_bytes


class Origin(models.TextChoices):
    SEED = "seed", "Seed"
    IMPORT = "import", "Imported"
    PERSON = "person", "Edited here"


class State(models.TextChoices):
    DRAFT = "draft", "Draft"
    CANDIDATE = "candidate", "Candidate"
    ACTIVE = "active", "Active"
    RETIRED = "retired", "Retired"


class ParserDefinition(models.Model):
    """The head of a definition; `key` names it for ever."""

    key = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    author = models.CharField(max_length=80, db_index=True)
    author_type = models.CharField(max_length=20)
    kind = models.CharField(max_length=24)
    enabled = models.BooleanField(default=True)
    changed_at = models.DateTimeField(auto_now=True, help_text="When last switched, or another version activated.")

    class Meta:
        ordering = ["author", "key"]

    def __str__(self) -> str:
        return self.name


class ParserDefinitionVersion(models.Model):
    """What a definition said at one time. Never edited: a change is a new version."""

    definition = models.ForeignKey(ParserDefinition, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.CANDIDATE)
    origin = models.CharField(max_length=10, choices=Origin)
    settings = models.JSONField(help_text="The document without its matchers, mappings and row scopes.")
    hash = models.CharField(max_length=64, help_text="SHA-256 of the whole document in canonical JSON.")
    parent = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    note = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["definition", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["definition", "number"], name="parserversion_number_once"),
            models.UniqueConstraint(
                fields=["definition"], condition=Q(state="active"), name="parserversion_one_active"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.definition} v{self.number}"


class MatcherRow(models.Model):
    """One test by which a mail is recognised."""

    version = models.ForeignKey(ParserDefinitionVersion, on_delete=models.CASCADE, related_name="matchers")
    position = models.PositiveSmallIntegerField()
    target = models.CharField(max_length=20)
    op = models.CharField(max_length=16)
    value = models.TextField()
    role = models.CharField(max_length=10)
    weight = models.FloatField()
    header = models.CharField(max_length=80, blank=True)

    class Meta:
        verbose_name = "matcher"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["version", "position"], name="matcher_position_once")]


class FieldMapping(models.Model):
    """One way to find one field; several for a field form a chain by priority."""

    version = models.ForeignKey(ParserDefinitionVersion, on_delete=models.CASCADE, related_name="mappings")
    position = models.PositiveSmallIntegerField()
    field = models.CharField(max_length=24)
    method = models.CharField(max_length=16)
    selector = models.TextField(blank=True)
    scope = models.CharField(max_length=40, default="message")
    params = models.JSONField(default=dict, blank=True)
    transforms = models.JSONField(default=list, blank=True)
    required = models.BooleanField(default=False)
    multiple = models.BooleanField(default=False)
    priority = models.PositiveSmallIntegerField(default=1)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["version", "position"], name="fieldmapping_position_once")]

    def __str__(self) -> str:
        return f"{self.field} by {self.method}"


class RowScopeRow(models.Model):
    """Where repeated parts (items, parcels, orders) begin and end."""

    version = models.ForeignKey(ParserDefinitionVersion, on_delete=models.CASCADE, related_name="row_scopes")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=40)
    of = models.CharField(max_length=12)
    how = models.CharField(max_length=16)
    selector = models.TextField(blank=True)
    parent = models.CharField(max_length=40, blank=True)
    start_after = models.JSONField(default=list, blank=True)
    stop_before = models.JSONField(default=list, blank=True)
    row_must_contain = models.JSONField(default=list, blank=True)
    skip_if = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name = "row scope"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["version", "position"], name="rowscope_position_once")]


class Sample(models.Model):
    """A mail kept to check definitions with, and what it is known to say. Its bytes are stored encrypted."""

    sha256 = models.CharField(max_length=64, unique=True)
    sealed = models.BinaryField(help_text="Compressed, then encrypted.")
    labels = models.JSONField(default=dict, blank=True)
    definition = models.ForeignKey(
        ParserDefinition, on_delete=models.SET_NULL, null=True, blank=True, related_name="samples"
    )
    negative = models.BooleanField(default=False, help_text="Must never be read as an order or a parcel.")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.sha256[:12]

    @property
    def raw(self) -> bytes:
        """The mail byte for byte. Raises SecretUnreadable if no configured key fits."""
        return zlib.decompress(decrypt_bytes(bytes(self.sealed)))

    @staticmethod
    def seal(raw: bytes) -> Any:
        """What to store in `sealed` for a mail."""
        return encrypt_bytes(zlib.compress(raw))

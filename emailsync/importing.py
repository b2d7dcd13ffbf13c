"""Mail that a member hands over as files."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from emailsync.envelope import raw_headers
from emailsync.files import FileMessage, Rejected, messages_in
from emailsync.models import Source
from emailsync.storing import Arrival, store

_BATCH = 100
_BATCH_BYTES = 16 * 1024 * 1024


@dataclass(slots=True)
class ImportReport:
    stored: int = 0
    duplicates: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    stored_of: Counter[str] = field(default_factory=Counter)
    """How many messages of each file were stored; `known_of`: how many were here already."""
    known_of: Counter[str] = field(default_factory=Counter)


def import_files(
    *, member_id: int, paths: Iterable[str | Path], authserv_id: str | None = None, only_mail: bool = False
) -> ImportReport:
    """Store the messages in files and folders as the member's mail. Idempotent; commits batch by batch.

    authserv_id: judge the senders by the Authentication-Results of that server; None trusts them all.
    only_mail: reject what has no header field at all, as who picks files by hand picks a wrong one now and then.
    """
    report = ImportReport()
    found = messages_in(paths, max_bytes=settings.FLUX_MAX_MAIL_BYTES)
    for batch in _batches(_only_mail(found) if only_mail else found, report.rejected):
        arrivals = [Arrival(message.raw, len(message.raw)) for message in batch]
        stored = store(member_id=member_id, source=Source.FILE, arrivals=arrivals, authserv_id=authserv_id)
        report.stored += stored.stored
        report.duplicates += stored.known
        _note_files(report, batch, set(stored.digests))
    return report


def _note_files(report: ImportReport, batch: Iterable[FileMessage], fresh: set[str]) -> None:
    """Add to the counts of each file; of the same message twice, the first one was the stored one."""
    for message in batch:
        digest, file = hashlib.sha256(message.raw).hexdigest(), message.path.partition("#")[0]
        if digest in fresh:
            fresh.remove(digest)
            report.stored_of[file] += 1
        else:
            report.known_of[file] += 1


def _only_mail(found: Iterable[FileMessage | Rejected]) -> Iterator[FileMessage | Rejected]:
    for message in found:
        if isinstance(message, FileMessage) and not raw_headers(message.raw):
            yield Rejected(message.path, "no_mail")
        else:
            yield message


def _batches(found: Iterable[FileMessage | Rejected], rejected: list[Rejected]) -> Iterator[list[FileMessage]]:
    batch: list[FileMessage] = []
    size = 0
    for message in found:
        if isinstance(message, Rejected):
            rejected.append(message)
            continue
        batch.append(message)
        size += len(message.raw)
        if len(batch) >= _BATCH or size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch

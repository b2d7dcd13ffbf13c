"""Mail that a member hands over as files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

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


def import_files(*, member_id: int, paths: Iterable[str | Path], authserv_id: str | None = None) -> ImportReport:
    """Store the messages in files and folders as the member's mail. Idempotent; commits batch by batch.

    authserv_id: judge the senders by the Authentication-Results of that server; None trusts them all.
    """
    report = ImportReport()
    for batch in _batches(messages_in(paths, max_bytes=settings.FLUX_MAX_MAIL_BYTES), report.rejected):
        arrivals = [Arrival(message.raw, len(message.raw)) for message in batch]
        stored = store(member_id=member_id, source=Source.FILE, arrivals=arrivals, authserv_id=authserv_id)
        report.stored += stored.stored
        report.duplicates += stored.known
    return report


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

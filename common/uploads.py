"""How much a form may send: refused by what it announces, before any of it is written to disk."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler


class SizeGuard(FileUploadHandler):
    """First of FILE_UPLOAD_HANDLERS. Django reads no more than Content-Length says, so that is what counts."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],
        content_length: int,
        boundary: bytes | str,
        encoding: str | None = None,
    ) -> None:
        """Raises RequestDataTooBig above FLUX_MAX_UPLOAD_BYTES, whoever sends: forms are read before sign-in counts."""
        if content_length > settings.FLUX_MAX_UPLOAD_BYTES:
            raise RequestDataTooBig("The upload is larger than Flux takes at a time.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The handlers behind this one keep the file."""

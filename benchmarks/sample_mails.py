"""The mails that are measured: those of the demo, and real ones where FLUX_SHARED names a directory of them."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from flux.demo.build import to_bytes
from flux.demo.story import mails

_NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


@cache
def demo_mails() -> tuple[bytes, ...]:
    return tuple(to_bytes(mail) for mail in mails(now=_NOW))


@cache
def real_mails() -> tuple[bytes, ...]:
    """Empty where there are none."""
    folder = os.environ.get("FLUX_SHARED")
    return tuple(path.read_bytes() for path in sorted(Path(folder, "emails").rglob("*.eml"))) if folder else ()


def corpora() -> dict[str, tuple[bytes, ...]]:
    """The sets of mails by name, each not empty."""
    return {name: found for name, found in (("demo mails", demo_mails()), ("real mails", real_mails())) if found}

"""What all tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flux.testing.browser import chromium
from flux.testing.dovecot import dovecot
from flux.testing.oauth import provider

__all__ = ["chromium", "dovecot", "provider", "shared"]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The directory with labelled real mails and facts, which is not part of the repository; skips without it."""
    path = Path(os.environ.get("FLUX_SHARED", Path(__file__).resolve().parent.parent / "shared"))
    if not (path / "emails").is_dir():
        pytest.skip("No labelled mails here. Set FLUX_SHARED to the directory that holds emails/.")
    return path

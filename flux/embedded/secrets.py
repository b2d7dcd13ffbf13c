"""Secrets of an installation that keeps its own database: made once, readable by their owner alone."""

from __future__ import annotations

import base64
import json
import os
import secrets
from pathlib import Path

FILE_NAME = "secrets.json"


def load_or_create(data_dir: Path) -> dict[str, str]:
    """The installation's secrets, made with its first process; the file has mode 0600.

    Raises OSError if the data directory cannot be written or the file cannot be read.
    """
    path = data_dir / FILE_NAME
    try:
        return _read(path)
    except FileNotFoundError:
        _create(path)
        return _read(path)


def _read(path: Path) -> dict[str, str]:
    values: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return values


def _create(path: Path) -> None:
    path.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
    values = {
        "FLUX_SECRET_KEY": secrets.token_urlsafe(48),
        "FLUX_ENCRYPTION_KEYS": base64.urlsafe_b64encode(os.urandom(32)).decode("ascii"),
        "superuser_password": secrets.token_urlsafe(24),
        "owner_password": secrets.token_urlsafe(24),
        "web_password": secrets.token_urlsafe(24),
        "installation": secrets.token_hex(4),
    }
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(values, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)  # fails if another process was first: its secrets stand
    except FileExistsError:
        return
    finally:
        draft.unlink()

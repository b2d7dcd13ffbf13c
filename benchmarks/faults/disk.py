"""A small disk of the database's own, in memory, that can be filled to the last byte."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Disk:
    """A mounted tmpfs at `place`."""

    def __init__(self, place: Path) -> None:
        self._ballast = place / "ballast"

    def fill(self) -> None:
        """Leave no byte free."""
        found = os.statvfs(self._ballast.parent)
        with self._ballast.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, found.f_bavail * found.f_frsize)

    def free(self) -> None:
        self._ballast.unlink(missing_ok=True)


@contextmanager
def small_disk(place: Path, size_mb: int) -> Iterator[Disk | None]:
    """Mount a tmpfs at `place`; None where this account may not mount."""
    place.mkdir(mode=0o711, parents=True)
    options = f"size={size_mb}m,mode=0711"
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "flux-faults", place], capture_output=True)
    if mounted.returncode:
        yield None
        return
    try:
        yield Disk(place)
    finally:
        subprocess.run(["umount", place], check=True)

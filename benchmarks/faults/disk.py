"""A small disk of the database's own, in memory, that can be filled to the last byte."""

from __future__ import annotations

import errno
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PIECES = (1024 * 1024, 4096)


class Disk:
    """A mounted tmpfs at `place`."""

    def __init__(self, place: Path) -> None:
        self._ballast = place / "ballast"

    def fill(self) -> None:
        """Leave no byte free."""
        with self._ballast.open("wb", buffering=0) as file:
            for size in _PIECES:
                try:
                    while True:  # until nothing goes in any more: the database writes beside us
                        file.write(bytes(size))
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise

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

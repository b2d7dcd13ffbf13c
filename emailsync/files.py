"""Mail in files: `.eml`, `.mbox`, Maildirs and folders of them, message by message."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_QUOTED_FROM = re.compile(rb">+From ")
_SEPARATOR = b"From "
_MBOX_SUFFIXES = {".mbox", ".mbx"}
_MAILDIR_PARTS = ("cur", "new")


@dataclass(frozen=True, slots=True)
class FileMessage:
    """One message from a file, byte for byte; from an mbox with one `>` unquoted."""

    path: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Rejected:
    path: str
    """Of the file; a message of an mbox is told by its number after `#`."""
    reason: str
    """`not_found`, `unreadable`, `empty`, `too_big`, `not_mbox`, `no_mail`."""


def messages_in(paths: Iterable[str | Path], *, max_bytes: int) -> Iterator[FileMessage | Rejected]:
    """Every message in the files and folders named, in a stable order, one at a time.

    In a folder only `.eml`, `.mbox` and the contents of Maildirs (`cur`, `new`) are mail; a file named by itself is
    taken as a message whatever it is called, unless it is an mbox by its suffix.
    """
    for path in map(Path, paths):
        if path.is_dir():
            yield from _in_folder(path, max_bytes)
        elif path.exists():
            yield from _in_file(path, max_bytes)
        else:
            yield Rejected(str(path), "not_found")


def _in_folder(root: Path, max_bytes: int) -> Iterator[FileMessage | Rejected]:
    for directory, subdirectories, names in os.walk(root):
        subdirectories.sort()
        here = Path(directory)
        in_maildir = here.name in _MAILDIR_PARTS and all((here.parent / part).is_dir() for part in _MAILDIR_PARTS)
        for name in sorted(names):
            path = here / name
            if path.is_file() and (in_maildir or path.suffix.lower() in {".eml", *_MBOX_SUFFIXES}):
                yield from _message(path, max_bytes) if in_maildir else _in_file(path, max_bytes)


def _in_file(path: Path, max_bytes: int) -> Iterator[FileMessage | Rejected]:
    if path.suffix.lower() in _MBOX_SUFFIXES:
        yield from _in_mbox(path, max_bytes)
    else:
        yield from _message(path, max_bytes)


def _message(path: Path, max_bytes: int) -> Iterator[FileMessage | Rejected]:
    try:
        if path.stat().st_size > max_bytes:
            yield Rejected(str(path), "too_big")
            return
        raw = path.read_bytes()
    except OSError:
        yield Rejected(str(path), "unreadable")
        return
    yield FileMessage(str(path), raw) if raw else Rejected(str(path), "empty")


def _in_mbox(path: Path, max_bytes: int) -> Iterator[FileMessage | Rejected]:
    """Split at lines that begin with `From `, the only rule that all dialects of mbox share (RFC 4155)."""
    number = 0
    try:
        with path.open("rb") as file:
            first = file.readline(len(_SEPARATOR))
            if first != _SEPARATOR:
                yield Rejected(str(path), "not_mbox" if first else "empty")
                return
            file.seek(0)
            for number, lines in enumerate(_bodies(file, max_bytes), start=1):
                where = f"{path}#{number}"
                raw = _without_separator_line(b"".join(lines))
                if len(raw) > max_bytes:
                    yield Rejected(where, "too_big")
                else:
                    yield FileMessage(where, raw) if raw else Rejected(where, "empty")
    except OSError:
        yield Rejected(f"{path}#{number + 1}", "unreadable")


def _bodies(file: Iterable[bytes], max_bytes: int) -> Iterator[list[bytes]]:
    """The lines of each message; of one beyond the limit only as many as tell so."""
    lines: list[bytes] | None = None
    size = 0
    for line in file:
        if line.startswith(_SEPARATOR):
            if lines is not None:
                yield lines
            lines, size = [], 0
        elif lines is not None and size <= max_bytes + 2:
            line = line[1:] if _QUOTED_FROM.match(line) else line
            lines.append(line)
            size += len(line)
    if lines is not None:
        yield lines


def _without_separator_line(raw: bytes) -> bytes:
    """Without the one empty line that every mbox writer puts behind a message."""
    for end in (b"\r\n", b"\n"):
        if raw.endswith(end + end):
            return raw[: -len(end)]
    return b"" if raw in (b"\n", b"\r\n") else raw

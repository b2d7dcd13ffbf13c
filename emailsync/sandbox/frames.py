"""Messages over a pipe: four bytes of length, then the bytes."""

from __future__ import annotations

from typing import BinaryIO

_LENGTH = 4


def write_frame(pipe: BinaryIO, data: bytes) -> None:
    """Send one message. Raises BrokenPipeError if nobody reads any more."""
    pipe.write(len(data).to_bytes(_LENGTH, "big"))
    pipe.write(data)
    pipe.flush()


def read_frame(pipe: BinaryIO) -> bytes | None:
    """The next message; None at the end, even an early one."""
    head = pipe.read(_LENGTH)
    if len(head) < _LENGTH:
        return None
    size = int.from_bytes(head, "big")
    data = pipe.read(size)
    return data if len(data) == size else None

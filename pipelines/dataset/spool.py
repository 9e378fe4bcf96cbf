"""Lines that wait on disk in the order in which they came, in a file without a name."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING, BinaryIO, Self, cast

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FIELD = "\x01"
"""What stands between the fields of a line: JSON never holds it, and it sorts before all that fields hold."""


class Spool:
    """Takes lines without line ends, then gives them back. Raises `OSError` when the disk takes no more."""

    def __init__(self, folder: Path) -> None:
        self._file = cast("BinaryIO", tempfile.TemporaryFile(dir=folder))  # noqa: SIM115  (closed with the spool)
        self.lines = 0

    def add(self, line: str) -> None:
        """Take a line."""
        self._file.write(line.encode() + b"\n")
        self.lines += 1

    def add_packed(self, line: bytes) -> None:
        """Take a line of UTF-8 with its line end."""
        self._file.write(line)
        self.lines += 1

    def __iter__(self) -> Iterator[str]:
        """The lines in the order in which they came."""
        self._file.seek(0)
        return (line.decode().removesuffix("\n") for line in self._file)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

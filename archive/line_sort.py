"""Lines of any number, sorted by their bytes in memory that does not grow with them: runs on disk, then one merge."""

from __future__ import annotations

import heapq
import tempfile
from typing import TYPE_CHECKING, BinaryIO, Self, cast

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_RUN_BYTES = 32 * 1024 * 1024


class LineSorter:
    """Takes lines without their line ends in any order, and gives them in that of LC_ALL=C.

    About `run_bytes` of them are in memory; the others are in files without a name, which are gone when the block in
    which it is used ends. `folder` is the one on whose disk they lie; None is the system's for temporary files.
    """

    def __init__(self, *, run_bytes: int = _RUN_BYTES, folder: Path | None = None) -> None:
        self._run_bytes = run_bytes
        self._folder = folder
        self._lines: list[bytes] = []
        self._size = 0
        self._runs: list[BinaryIO] = []

    def add(self, line: bytes) -> None:
        """Take a line. Raises `OSError` when the disk takes no more."""
        self._lines.append(line)
        self._size += len(line)
        if self._size >= self._run_bytes:
            self._spill()

    def _spill(self) -> None:
        run = cast("BinaryIO", tempfile.TemporaryFile(dir=self._folder))  # noqa: SIM115  (closed with the sorter)
        self._runs.append(run)
        run.writelines(line + b"\n" for line in sorted(self._lines))
        run.seek(0)
        self._lines, self._size = [], 0

    def __iter__(self) -> Iterator[bytes]:
        """All lines that were taken, in order; once."""
        return heapq.merge(sorted(self._lines), *map(_lines_of, self._runs))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for run in self._runs:
            run.close()


def _lines_of(run: BinaryIO) -> Iterator[bytes]:
    return (line.removesuffix(b"\n") for line in run)

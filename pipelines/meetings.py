"""Pairs that met, counted on disk: those that met more than once come back in order, however many met by chance."""

from __future__ import annotations

import heapq
import tempfile
from array import array
from itertools import groupby
from typing import TYPE_CHECKING, BinaryIO, Self, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

_OFTEN = 2
_IN_MEMORY = 1_000_000
_READ_BYTES = 64 * 1024


class Meetings:
    """Pairs of places below `places`; about 8 MB of them are in memory. Use it in a `with`."""

    def __init__(self, places: int, *, in_memory: int = _IN_MEMORY) -> None:
        self._places = max(1, places)
        self._in_memory = in_memory
        self._pairs = array("Q")
        self._runs: list[BinaryIO] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for run in self._runs:
            run.close()

    def add(self, earlier: int, later: int) -> None:
        """Note that two met. Raises `OSError` when the disk takes no more."""
        self._pairs.append(later * self._places + earlier)
        if len(self._pairs) >= self._in_memory:
            run = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115  (closed by __exit__)
            self._runs.append(run)
            run.write(array("Q", sorted(self._pairs)).tobytes())
            self._pairs = array("Q")

    def often(self) -> Iterator[tuple[int, int]]:
        """Those that met more than once, as (later, earlier), in that order; once."""
        for pair, met in groupby(heapq.merge(sorted(self._pairs), *map(_pairs_of, self._runs))):
            if sum(1 for _ in met) >= _OFTEN:
                yield divmod(pair, self._places)


def _pairs_of(run: BinaryIO) -> Iterator[int]:
    run.seek(0)
    while data := run.read(_READ_BYTES):
        yield from array("Q", data)

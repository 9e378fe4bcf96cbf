"""Pairs that met, counted on disk: those that met more than once come back in order, however many met by chance."""

from __future__ import annotations

import heapq
import tempfile
from array import array
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, BinaryIO, Self, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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

    def add(self, later: int, earlier: Sequence[int]) -> None:
        """Note that one met some earlier ones. Raises `OSError` when the disk takes no more."""
        first = later * self._places
        self._pairs.extend([first + place for place in earlier])
        if len(self._pairs) >= self._in_memory:
            run = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115  (closed by __exit__)
            self._runs.append(run)
            run.write(array("Q", sorted(self._pairs)).tobytes())
            self._pairs = array("Q")

    def often(self) -> Iterator[tuple[int, list[int]]]:
        """Each that met an earlier one more than once, in order, with all that it met so, in order."""
        last = sorted(self._pairs)
        pairs = heapq.merge(last, *map(_pairs_of, self._runs)) if self._runs else iter(last)
        again = (pair for pair, following in pairwise(pairs) if pair == following)
        for later, met in groupby(again, key=lambda pair: pair // self._places):
            first = later * self._places
            yield later, [pair - first for pair in dict.fromkeys(met)]


def _pairs_of(run: BinaryIO) -> Iterator[int]:
    run.seek(0)
    while data := run.read(_READ_BYTES):
        yield from array("Q", data)

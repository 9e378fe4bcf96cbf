"""Pairs of texts that met, by numpy, however many: those that met more than once come back in order.

Of few texts each pair that there can be has a byte in a table; of more the pairs are sorted, on disk where needed.
"""

from __future__ import annotations

import tempfile
from array import array
from typing import TYPE_CHECKING, Self

from pipelines.bulk import by_later, repeated, repeated_on_disk, sorted_bytes, tallied, tally

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

_IN_MEMORY = 1_000_000
_IN_TABLE = 64 * 1024 * 1024


class Meetings:
    """Pairs of places below `places`, whose later ones are the last `laters`; some 100 MB are in memory at most.

    Use it in a `with`.
    """

    def __init__(self, places: int, laters: int, *, in_memory: int = _IN_MEMORY, in_table: int = _IN_TABLE) -> None:
        self._places = max(1, places)
        self._in_memory = in_memory
        self._pairs = array("Q")
        self._runs: list[BinaryIO] = []
        self._first = (places - laters) * self._places
        is_small = laters * self._places <= in_table
        self._table = bytearray(laters * self._places) if is_small else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for run in self._runs:
            run.close()

    def add_pairs(self, pairs: array[int]) -> None:
        """Note pairs, each `later * places + earlier`, and none of them twice.

        Raises `OSError` when the disk takes no more.
        """
        if self._table is not None:
            tally(self._table, self._first, pairs)
            return
        self._pairs.extend(pairs)
        if len(self._pairs) >= self._in_memory:
            self._put_aside()

    def _put_aside(self) -> None:
        run: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115  (closed by __exit__)
        self._runs.append(run)
        run.write(sorted_bytes(self._pairs))
        self._pairs = array("Q")

    def often(self, copies: bytearray) -> Iterator[tuple[int, list[int]]]:
        """Each that met an earlier one more than once, in order, with all that it met so, in order.

        Without those whose place in `copies` is 1 when it is its turn: who reads may set it in between.
        """
        if self._table is not None:
            parts = tallied(self._table, self._first)
        elif self._runs:
            self._put_aside()
            parts = repeated_on_disk(self._runs, self._in_memory, self._places)
        else:
            parts = repeated(self._pairs)
        yield from by_later(parts, self._places, copies)

"""Pairs that met, counted: those that met more than once come back in order, however many met by chance.

Of few texts each pair that there can be has a byte in a table; of more the pairs are sorted, on disk where needed.
"""

from __future__ import annotations

import tempfile
from array import array
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Self

from pipelines.bulk import by_later, repeated, repeated_on_disk, sorted_bytes, tallied, tally, tally_repeated

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO

_IN_MEMORY = 1_000_000
_IN_TABLE = 64 * 1024 * 1024
MANY = 30_000


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
        self._table_size = laters * self._places if laters * self._places <= in_table else 0
        self._table = bytearray()

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
            self._put_aside()

    def add_pairs(self, pairs: array[int]) -> None:
        """Note pairs, each `later * places + earlier`, and none of them twice. Raises as `add`."""
        if self._table_size:
            tally(self._open_table(), self._first, pairs)
            return
        self._pairs.extend(pairs)
        if len(self._pairs) >= self._in_memory:
            self._put_aside()

    @property
    def are_many(self) -> bool:
        """True when numpy is worth its loading."""
        return bool(self._runs or self._table) or len(self._pairs) > MANY

    def _open_table(self) -> bytearray:
        """The table, made when first needed: a byte for each pair of a later one."""
        if not self._table:
            self._table = bytearray(self._table_size)
        return self._table

    def _put_aside(self) -> None:
        if self._table_size:
            tally_repeated(self._open_table(), self._first, self._pairs)
            self._pairs = array("Q")
            return
        run: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115  (closed by __exit__)
        self._runs.append(run)
        run.write(sorted_bytes(self._pairs))
        self._pairs = array("Q")

    def often(self, left_out: bytearray) -> Iterator[tuple[int, list[int]]]:
        """Each that met an earlier one more than once, in order, with all that it met so, in order.

        Without those whose place in `left_out` is 1 when it is its turn: who reads may set it in between.
        """
        if self._table:
            self._put_aside()
            yield from by_later(tallied(self._table, self._first), self._places, left_out)
        elif self._runs:
            self._put_aside()
            yield from by_later(repeated_on_disk(self._runs, self._in_memory, self._places), self._places, left_out)
        elif self.are_many:
            yield from by_later(repeated(self._pairs), self._places, left_out)
        else:
            for later, pairs in groupby(_again(sorted(self._pairs)), key=lambda pair: pair // self._places):
                met = [pair - later * self._places for pair in pairs]
                yield later, [earlier for earlier in met if not left_out[earlier]]


def _again(pairs: Sequence[int]) -> Iterator[int]:
    return iter(dict.fromkeys(pair for pair, following in pairwise(pairs) if pair == following))

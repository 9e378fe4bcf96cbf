"""Which of few new texts meet earlier ones, in memory and without numpy: what `pipelines.meetings` finds of any number.

A text that was found a copy is met by no later one, so that the rows stay short where the pairs would be millions.
"""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


class _Row:
    """The texts of one key in their order. A later one meets so many at either end of those before it."""

    __slots__ = ("_first", "_last", "_reach", "_size")

    def __init__(self, reach: int) -> None:
        self._reach = reach
        self._size = 0
        self._first: list[int] = []
        self._last: list[tuple[int, int]] = []  # where each stands in the row, and its place

    def add(self, place: int, *, is_copy: bool) -> None:
        """The next text; a copy is met by none, though it has its place in the row."""
        if not is_copy:
            if self._size < self._reach:
                self._first.append(place)
            else:
                self._last.append((self._size, place))
        self._size += 1

    def met(self) -> list[int]:
        """The places of those that the next one meets."""
        if not self._last:  # as in nearly all rows
            return self._first
        bound = self._size - self._reach
        self._last = [item for item in self._last if item[0] >= bound]
        return [*self._first, *(place for _, place in self._last)]


def meetings_of_few(
    bands: Iterable[tuple[Sequence[int], Sequence[int]]], reach: int, copies: bytearray
) -> Iterator[tuple[int, list[int]]]:
    """The place of each new text that meets earlier ones in more than one band, in order, with their places in order.

    A band is the keys of the earlier texts and those of the new ones after them. `copies` has a byte for each text, 1
    for one that none meets: who reads may set that of a new one when it comes. A new text that more than twice
    `reach` others of its key stand before meets so many at either end of their row.
    """
    columns = [_rows(former, keys, reach, copies) for former, keys in bands]
    for place, rows in enumerate(zip(*columns, strict=True), start=len(copies) - len(columns[0])):
        own = [row for row in rows if row is not None]
        times = Counter(chain.from_iterable([row.met() for row in own]))
        if met := sorted(earlier for earlier, count in times.items() if count > 1):
            yield place, met
        is_copy = bool(copies[place])
        for row in own:
            row.add(place, is_copy=is_copy)


def _rows(former: Sequence[int], keys: Sequence[int], reach: int, copies: bytearray) -> list[_Row | None]:
    """The row of each new text's key, in which the earlier ones stand; None for a key that no other text has."""
    again = {key for key, count in Counter(keys).items() if count > 1}.union(set(keys).intersection(former))
    rows = {key: _Row(reach) for key in again}
    if again:
        for place, key in enumerate(former):
            if key in again:
                rows[key].add(place, is_copy=bool(copies[place]))
    return list(map(rows.get, keys))

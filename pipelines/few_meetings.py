"""Which of few new texts meet earlier ones, in memory and without numpy: what `pipelines.meetings` finds of any number.

Most crawls bring a few thousand texts, and many of those are copies. A text that was found to be one is met by no later
one, so that the rows stay short where the pairs would be millions.
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
        """What the next one meets."""
        if not self._last:
            return self._first
        bound = self._size - self._reach
        self._last = [item for item in self._last if item[0] >= bound]
        return [*self._first, *(place for _, place in self._last)]


def meetings_of_few(
    bands: Iterable[tuple[Sequence[int], Sequence[int]]], reach: int, copies: bytearray
) -> Iterator[tuple[int, list[int]]]:
    """The place of each new text that meets earlier ones in more than one band, in order, with their places in order.

    A band is the keys of the earlier texts and those of the new ones after them. What is 1 in `copies` when it is its
    turn is met by none: who reads may set it in between. A new text that more than twice `reach` others of its key
    stand before meets so many at either end of their row.
    """
    rows: dict[int, list[_Row]] = {}
    for former, keys in bands:
        for place, row in _rows(former, keys, reach, copies):
            rows.setdefault(place, []).append(row)
    for place in sorted(rows):
        own = rows.pop(place)
        times = Counter(chain.from_iterable(row.met() for row in own))
        if met := sorted(earlier for earlier, count in times.items() if count > 1):
            yield place, met
        is_copy = bool(copies[place])
        for row in own:
            row.add(place, is_copy=is_copy)


def _rows(former: Sequence[int], keys: Sequence[int], reach: int, copies: bytearray) -> Iterator[tuple[int, _Row]]:
    """The place of each new text whose key is another's too, with the row of that key, in which the earlier stand."""
    again = {key for key, count in Counter(keys).items() if count > 1}.union(set(keys).intersection(former))
    if not again:
        return
    rows = {key: _Row(reach) for key in again}
    for place, key in enumerate(former):
        if key in again:
            rows[key].add(place, is_copy=bool(copies[place]))
    for place, key in enumerate(keys, start=len(former)):
        if key in again:
            yield place, rows[key]

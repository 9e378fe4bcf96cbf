"""Which of few new texts meet earlier ones, in memory and without numpy: what `pipelines.meetings` finds of any number.

Most crawls bring a few thousand texts, and many of those are copies. A text that was found to be one is met by no later
one, so that the rows stay short where the pairs would be millions.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


class _Row:
    """The texts of one key in their order. A later one meets so many at either end of those before it."""

    __slots__ = ("first", "last", "reach", "size")

    def __init__(self, reach: int) -> None:
        self.reach = reach
        self.size = 0
        self.first: list[int] = []
        self.last: list[tuple[int, int]] = []  # where each stands in the row, and its place

    def add(self, place: int, *, is_copy: bool) -> None:
        """The next text; a copy is met by none, though it has its place in the row."""
        if not is_copy:
            if self.size < self.reach:
                self.first.append(place)
            else:
                self.last.append((self.size, place))
        self.size += 1

    def met_last(self) -> list[int]:
        """What the next one meets at this end."""
        bound = self.size - self.reach
        self.last = [item for item in self.last if item[0] >= bound]
        return [place for _, place in self.last]


def meetings_of_few(
    bands: Iterable[tuple[Sequence[int], Sequence[int]]], reach: int, copies: bytearray
) -> Iterator[tuple[int, list[int]]]:
    """The place of each new text that meets earlier ones in more than one band, in order, with their places in order.

    A band is the keys of the earlier texts and those of the new ones after them; `copies` has a byte for each text. One
    that is 1 there when it is its turn is met by none: who reads may set it in between. A new text that more than twice
    `reach` others of its key stand before meets so many at either end of their row.
    """
    columns = [_rows(former, keys, reach, copies) for former, keys in bands]
    for place, rows in enumerate(zip(*columns, strict=True), start=len(copies) - len(columns[0])):
        own = [row for row in rows if row is not None]
        met: list[int] = []
        for row in own:
            met += row.first
            if row.last:
                met += row.met_last()
        if often := sorted(earlier for earlier, count in Counter(met).items() if count > 1):
            yield place, often
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

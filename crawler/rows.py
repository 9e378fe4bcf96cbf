"""Pages without days by where they stand: in a row, or in a box beside everything. Pure.

In a row some tell theirs, and those between need not be asked: a list without days is newest first, and a map is
mostly in the order in which its pages came. So a few pages are read; where their days fall, or rise, along the row,
what stands between two that are both before a range, or both after it, is out of it too. A row that goes up and down
tells nothing: all of it is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from crawler.spans import Days

# Shorter rows are read as they are.
SHORTEST = 5
# So many pages of a long row are read to see whether it has an order.
_LONG, _VERY_LONG = 30, 200
_FEWER, _PROBES = 5, 9
# Between two pages on either side of an end of the range so few are not worth a question.
_FEW = 3
# A page of a list that fell so far falls to its end.
_TOLD = 3


@dataclass(slots=True)
class Box:
    """A part of pages, known by its place: how often it showed the same as on the page before, and how often not."""

    last: frozenset[str] = frozenset()
    same: int = 0
    other: int = 0

    def add(self, shown: frozenset[str], *, weight: int) -> None:
        """Take in what it shows on one more page, beside other articles; two of `weight` are enough."""
        if self.last:
            is_same = len(shown & self.last) * 2 > max(len(shown), len(self.last))
            self.same, self.other = self.same + weight * is_same, self.other + weight * (not is_same)
        self.last = shown

    @property
    def is_same(self) -> bool:
        """True for what stands beside everything, as a list of the most read does."""
        return self.same > max(self.other, 1)


@dataclass(slots=True)
class Row:
    """The pages of one document without days, by identity, in its order. `is_loose` once it proved to have none."""

    names: tuple[str, ...]
    is_loose: bool = False

    def settle(
        self, known: Mapping[str, dt.date], waiting: AbstractSet[str], days: Days, *, is_falling: bool
    ) -> tuple[set[str], dict[str, dt.date]]:
        """The pages to read now, and the day of a neighbour for those that are out of the range.

        `known` are the days of pages, `waiting` those that were not read; `is_falling` says that such rows fall.
        """
        open_ = [name for name in self.names if name in waiting]
        if self.is_loose or not open_:
            return set(open_), {}
        told = [(place, known[name]) for place, name in enumerate(self.names) if name in known]
        silent = len(self.names) - len(open_) - len(told)
        if silent > len(told):  # pages were read that tell no day
            self.is_loose = True
            return set(open_), {}
        if not told:
            return self._probes(is_falling=is_falling).intersection(open_), {}
        steps = [later - earlier for (_, earlier), (_, later) in pairwise(told)]
        if any(step.days > 0 for step in steps) and any(step.days < 0 for step in steps):
            self.is_loose = True
            return set(open_), {}
        return self._between(told, set(open_), days, is_falling=is_falling)

    def direction(self, known: Mapping[str, dt.date]) -> int:
        """-1 where the days fall along the row, 1 where they rise, 0 where nothing is known."""
        told = [known[name] for name in self.names if name in known]
        if self.is_loose or len(told) < 2 or told[0] == told[-1]:
            return 0
        return 1 if told[-1] > told[0] else -1

    def _probes(self, *, is_falling: bool) -> set[str]:
        last = len(self.names) - 1
        if last >= _LONG:
            count = _PROBES if last >= _VERY_LONG else _FEWER
            return {self.names[place * last // (count - 1)] for place in range(count)}
        return {self.names[last]} if is_falling else {self.names[0], self.names[last // 2], self.names[last]}

    def _between(
        self, told: Sequence[tuple[int, dt.date]], open_: set[str], days: Days, *, is_falling: bool
    ) -> tuple[set[str], dict[str, dt.date]]:
        ask: set[str] = set()
        out: dict[str, dt.date] = {}
        first_place, first_day = told[0]
        last_place, last_day = told[-1]
        head = [name for name in self.names[:first_place] if name in open_]
        if head and is_falling and days.last is not None and first_day > days.last:
            out |= dict.fromkeys(head, first_day)
        elif head:
            ask.add(head[0])
        tail = [name for name in self.names[last_place + 1 :] if name in open_]
        is_page = len(self.names) <= _LONG and len(told) >= _TOLD
        if tail and is_page and is_falling and days.first is not None and last_day < days.first:
            out |= dict.fromkeys(tail, last_day)
        elif tail:
            ask.add(tail[-1])
        for (start, one), (end, other) in pairwise(told):
            between = [name for name in self.names[start + 1 : end] if name in open_]
            if not between:
                continue
            if _is_out(one, other, days):
                out |= dict.fromkeys(between, one)
            elif (days.holds(one) and days.holds(other)) or len(between) <= _FEW:
                ask.update(between)
            else:
                ask.add(between[len(between) // 2])
        return ask, out


def _is_out(one: dt.date, other: dt.date, days: Days) -> bool:
    is_before = days.first is not None and max(one, other) < days.first
    return is_before or (days.last is not None and min(one, other) > days.last)

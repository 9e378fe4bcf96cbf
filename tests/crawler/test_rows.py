"""crawler.rows: which pages without days are read, and which are left since their neighbours told theirs."""

from __future__ import annotations

import datetime as dt

import pytest

from crawler.rows import Row
from crawler.spans import Days

FIRST = dt.date(2026, 1, 1)
DAYS = Days(dt.date(2026, 2, 1), dt.date(2026, 2, 10))


def crawl(days: list[dt.date], *, is_falling: bool = False, silent: bool = False) -> tuple[set[int], set[int]]:
    """The places in a row that were read, and those that were left, when all that is asked for tells its day."""
    row = Row(tuple(map(str, range(len(days)))))
    known: dict[str, dt.date] = {}
    waiting, left = set(row.names), set[str]()
    while waiting:
        ask, out = row.settle(known, waiting, DAYS, is_falling=is_falling)
        assert ask or out, "it goes on until nothing waits"
        assert ask | out.keys() <= waiting
        waiting -= ask | out.keys()
        left |= out.keys()
        known |= out | ({} if silent else {name: days[int(name)] for name in ask})
    return set(range(len(days))) - set(map(int, left)), set(map(int, left))


@pytest.mark.parametrize("count", [5, 10, 40, 400])
@pytest.mark.parametrize("is_rising", [False, True])
def test_what_is_in_the_range_is_read_and_little_else(count: int, is_rising: bool) -> None:
    """In a row that falls or rises everything of the range is found, with some questions at its ends."""
    days = [FIRST + dt.timedelta(days=place * 80 // count) for place in range(count)]
    days = days if is_rising else days[::-1]
    wanted = {place for place, day in enumerate(days) if DAYS.holds(day)}
    read, left = crawl(days, is_falling=not is_rising)

    assert wanted <= read
    assert len(read - wanted) <= 4 + 2 * count.bit_length()
    assert count < 40 or left


def test_a_row_without_order_is_read_whole() -> None:
    """Days that go up and down tell nothing of those between; nor do pages that tell no day."""
    days = [FIRST + dt.timedelta(days=place * 37 % 90) for place in range(60)]

    assert set() == crawl(days)[1]
    assert set() == crawl(sorted(days), silent=True)[1]


def test_a_page_of_a_list_that_falls_is_judged_by_its_last() -> None:
    """Where lists fall, the last of a page that is newer than the range tells that all of it is."""
    days = [dt.date(2026, 3, 20) - dt.timedelta(days=place) for place in range(10)]

    assert {9} == crawl(days, is_falling=True)[0]


def test_what_follows_on_a_page_that_fell_below_the_range_is_left() -> None:
    """Where three told their days, by a feed say; the row of a map may begin anew."""
    for count, asked in ((10, set()), (40, {"39"})):
        row = Row(tuple(map(str, range(count))))
        known = {str(place): dt.date(2026, 2, 2) - dt.timedelta(days=place) for place in range(4)}
        ask, out = row.settle(known, set(row.names) - known.keys(), DAYS, is_falling=True)

        assert asked == ask
        assert len(out) == (count - 4 if not asked else 0)

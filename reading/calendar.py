"""Months of the archive: how many articles were published, or pages captured, each day by each source."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

    from archive.cdxj import CdxEntry

from reading.shelves import lines_of_captures

MOST_CAPTURES = 1000
_STEPS = (1, 3, 8, 20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A day of a source: `count` of what is shown, `level` 0 to 4 for its shade."""

    day: str
    count: int

    @property
    def level(self) -> int:
        """How dark the cell is."""
        return sum(self.count >= step for step in _STEPS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month of all sources: its days, and a row of cells for each source.

    A host of which there are captures and no articles stands for itself. `before` and `after` are the nearest months
    that have anything.
    """

    month: str
    days: tuple[dt.date, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    before: str | None
    after: str | None

    @property
    def total(self) -> int:
        """All that is counted in the month."""
        return sum(cell.count for _, cells in self.rows for cell in cells)


_ARTICLES = (
    "SELECT source AS name, day, count(*) AS n FROM articles WHERE is_current = 1 AND day >= ? AND day <= ?"
    " GROUP BY source, day"
)
_OWNER = "coalesce((SELECT source FROM articles WHERE articles.host = captures.host AND source != '' LIMIT 1), host)"
_CAPTURES = (
    f"SELECT {_OWNER} AS name, day, sum(n) AS n FROM ("  # noqa: S608  (a piece of ours)
    "SELECT host, day, count(*) AS n FROM captures WHERE day >= ? AND day <= ? GROUP BY host, day"
    ") AS captures GROUP BY name, day"
)
_CAPTURE_MONTHS = "SELECT DISTINCT substr(day, 1, 4) || '-' || substr(day, 5, 2) AS month FROM captures"
_ARTICLE_MONTHS = "SELECT DISTINCT substr(day, 1, 7) AS month FROM articles WHERE is_current = 1 AND day != ''"


def read_month(connection: sqlite3.Connection, month: str | None, *, of_captures: bool) -> Month:
    """A month such as `2026-11`; None: the last one that has anything."""
    known = _months(connection, of_captures=of_captures)
    month = month or (known[-1] if known else dt.date(1970, 1, 1).isoformat()[:7])
    year, number = int(month[:4]), int(month[5:])
    days = tuple(dt.date(year, number, day) for day in range(1, calendar.monthrange(year, number)[1] + 1))
    form = "%Y%m%d" if of_captures else "%Y-%m-%d"
    span = days[0].strftime(form), days[-1].strftime(form)
    counts: dict[str, dict[str, int]] = {}
    for row in connection.execute(_CAPTURES if of_captures else _ARTICLES, span):
        counts.setdefault(row["name"], {})[row["day"]] = row["n"]
    rows = tuple(
        (name, tuple(Cell(day=day.isoformat(), count=counts[name].get(day.strftime(form), 0)) for day in days))
        for name in sorted(counts)
    )
    earlier, later = [item for item in known if item < month], [item for item in known if item > month]
    return Month(
        month=month, days=days, rows=rows, before=earlier[-1] if earlier else None, after=later[0] if later else None
    )


def _months(connection: sqlite3.Connection, *, of_captures: bool) -> list[str]:
    rows = connection.execute(_CAPTURE_MONTHS if of_captures else _ARTICLE_MONTHS)
    return sorted(row["month"] for row in rows)


def captures_on(connection: sqlite3.Connection, day: str, source: str) -> list[CdxEntry]:
    """The captures of a day (ISO date), of a source or host where one is named; no more than `MOST_CAPTURES`."""
    rows = connection.execute(
        f"SELECT line FROM captures WHERE day = ? AND (? = '' OR {_OWNER} = ?) ORDER BY line LIMIT ?",  # noqa: S608
        (day.replace("-", ""), source, source, MOST_CAPTURES),
    ).fetchall()
    return sorted(lines_of_captures(rows), key=lambda entry: (entry.captured_at, entry.location.offset))

"""When each URL was first and last looked at, so that a page is looked at again by its age. Pure: rows and statements.

A look is any whole answer but a server's error; first seen is the first 200. `archive.known` keeps the table, which is
made again from the indexes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from archive.cdxj import CdxEntry

SCHEMA = """
DROP TABLE IF EXISTS looks;
CREATE TABLE looks (
    url TEXT PRIMARY KEY, first INTEGER, last INTEGER NOT NULL, warc TEXT
) WITHOUT ROWID;
"""
NOTE = """
INSERT INTO looks (url, first, last, warc) VALUES (?, ?, ?, ?)
ON CONFLICT (url) DO UPDATE SET
    first = min(coalesce(first, excluded.first), coalesce(excluded.first, first)),
    last = max(last, excluded.last), warc = coalesce(excluded.warc, warc)
"""
_TOO_MANY = 429
_ERROR = 500

Row = tuple[str, int | None, int, str | None]


class Due(NamedTuple):
    """A page that is due for another look: when it was first seen, and the WARC that holds it whole, by its name."""

    url: str
    first_seen: dt.datetime
    warc: str


def look_row(url: str, status: int, seen_at: dt.datetime, warc: str | None) -> Row | None:
    """The row of a whole answer; `warc` is None for a revisit. None for a server's error: that was no look."""
    if status == _TOO_MANY or status >= _ERROR:
        return None
    at = int(seen_at.timestamp())
    return url, at if status == 200 else None, at, warc.rsplit("/", 1)[-1] if warc and status == 200 else None


def look_rows(entries: Iterable[CdxEntry]) -> list[Row]:
    """The rows of index entries, in their order."""
    rows = (
        look_row(item.url, item.status, item.captured_at, None if item.mime == "warc/revisit" else item.location.warc)
        for item in entries
    )
    return [row for row in rows if row is not None]


def due_query(host: str, ages: Sequence[dt.timedelta], now: dt.datetime) -> tuple[str, tuple[str | int, ...]]:
    """The statement that selects what is due on a host, the latest first, and its values.

    Due is a page that has reached one of the ages and was not looked at since; twice the last age, and it is left.
    """
    at = int(now.timestamp())
    seconds = [int(age.total_seconds()) for age in ages]
    reached = " OR ".join("(first <= ? AND last < first + ?)" for _ in seconds)
    query = (
        "SELECT url, first, warc FROM looks WHERE ((url >= ? AND url < ?) OR (url >= ? AND url < ?))"  # noqa: S608
        f" AND warc IS NOT NULL AND first > ? AND ({reached}) ORDER BY first DESC, url"
    )
    # '0' follows '/': every URL of the host, and of no other that begins like it.
    spans = (f"http://{host}/", f"http://{host}0", f"https://{host}/", f"https://{host}0")
    checks = (value for age in seconds for value in (at - age, age))
    return query, (*spans, at - 2 * max(seconds), *checks)

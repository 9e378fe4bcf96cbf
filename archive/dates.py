"""WARC-Date <-> aware UTC datetime (WARC 1.1, 5.4; W3C-DTF). Pure."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_YEAR_OR_MONTH = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?")


def to_milliseconds(when: dt.datetime) -> dt.datetime:
    """The same instant in UTC, cut to the milliseconds that records hold. Raises `ValueError` for a naive time."""
    if when.tzinfo is None:
        raise ValueError(f"{when} has no zone; an aware time was expected")
    when = when.astimezone(dt.UTC)
    return when.replace(microsecond=when.microsecond // 1000 * 1000)


@lru_cache(maxsize=64)  # the records of one exchange have one date
def format_date(when: dt.datetime) -> str:
    """WARC-Date: UTC with milliseconds (1.1 allows up to nanoseconds). Raises `ValueError` for a naive time."""
    if when.tzinfo is None:
        raise ValueError(f"{when} has no zone; an aware time was expected")
    return when.astimezone(dt.UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def parse_date(value: str | None) -> dt.datetime:
    """A WARC-Date of any precision as an aware UTC datetime; the epoch when it is absent or unreadable."""
    text = (value or "").strip()
    if short := _YEAR_OR_MONTH.fullmatch(text):
        text = f"{short[1]}-{short[2] or '01'}-01"
    try:
        when = dt.datetime.fromisoformat(text)
        return when.astimezone(dt.UTC) if when.tzinfo else when.replace(tzinfo=dt.UTC)
    except (ValueError, OverflowError):
        return EPOCH

"""Spans of time and hours of the day as a source file spells them. Pure; each raises `ValueError` for anything else."""

from __future__ import annotations

import datetime as dt
import re

_SPAN = re.compile(r"([1-9]\d{0,4})([mhd])", re.ASCII)
_HOURS = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)", re.ASCII)
_UNITS = {"m": dt.timedelta(minutes=1), "h": dt.timedelta(hours=1), "d": dt.timedelta(days=1)}
_SHORTEST, _LONGEST = dt.timedelta(minutes=10), dt.timedelta(days=7)


def read_span(text: str) -> dt.timedelta:
    """The span of `30m`, `6h` or `1d`: ten minutes at least, a week at most."""
    found = _SPAN.fullmatch(text)
    if found is None or not _SHORTEST <= (span := int(found[1]) * _UNITS[found[2]]) <= _LONGEST:
        raise ValueError
    return span


def read_hours(text: str) -> tuple[dt.time, dt.time]:
    """From and until of `23:00-06:00`; they differ, and may lie on two days."""
    found = _HOURS.fullmatch(text)
    if found is None:
        raise ValueError
    begin, end = dt.time(int(found[1]), int(found[2])), dt.time(int(found[3]), int(found[4]))
    if begin == end:
        raise ValueError("the two are the same")
    return begin, end

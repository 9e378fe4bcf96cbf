"""A day or a moment that a page names: its day, how it is written, and the day in an address. Pure."""

from __future__ import annotations

import datetime as dt
import re

from pipelines.dates import localise

_URL_DAY = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)[/_-]?(?P<m>0[1-9]|1[0-2])[/_-]?(?P<d>0[1-9]|[12]\d|3[01])(?!\d)")
_URL_DAY_SPLIT = re.compile(r"/(?P<y>(?:19|20)\d\d)/(?P<m>\d{1,2})/(?P<d>\d{1,2})(?:/|$)")


def day_of(found: dt.date | str) -> dt.date:
    """The day of a day, a moment, or one of them as it is written, as the place counts that it is given for."""
    if isinstance(found, str):
        return dt.date.fromisoformat(found[:10])
    return found.date() if isinstance(found, dt.datetime) else found


def written(found: dt.date | str, zone: str | None) -> str:
    """RFC 3339, in `zone` (an IANA name) where the moment says none; the plain ISO date where nothing tells its offset.

    What is written already stays as it is. Raises ZoneInfoNotFoundError for a zone that does not exist.
    """
    if isinstance(found, str):
        return found
    if isinstance(found, dt.datetime):
        if found.tzinfo is not None:
            return found.isoformat(timespec="seconds")
        return localise(found.date(), found.time(), None, zone)
    return found.isoformat()


def day_in_url(url: str | None) -> dt.date | None:
    """The day that an address names; None for one that names none, and for no address."""
    if url is None:
        return None
    for pattern in (_URL_DAY_SPLIT, _URL_DAY):
        if match := pattern.search(url):
            try:
                return dt.date(int(match["y"]), int(match["m"]), int(match["d"]))
            except ValueError:
                continue
    return None

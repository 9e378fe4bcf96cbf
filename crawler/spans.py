"""Days: the range that a crawl was asked for, and the days that an address or an announcement names. Pure.

A date that is announced may keep a page out of a crawl or end a listing; it never becomes the date of publication.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from crawler.urls import target_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from zoneinfo import ZoneInfo

    from crawler.discovery import Announcement

_YEAR = r"(?<!\d)(?P<y>(?:19|20)\d\d)"
_MONTH = r"(?P<m>0?[1-9]|1[0-2])"
_DAY = r"(?P<d>0?[1-9]|[12]\d|3[01])"
_DATED = re.compile(
    rf"{_YEAR}(?:(?P<sign>[/_.-]){_MONTH}(?:(?P=sign){_DAY})?(?!\d)"
    rf"|(?P<cm>0[1-9]|1[0-2])(?P<cd>0[1-9]|[12]\d|3[01])?(?!\d))"
)
_DAY_FIRST = re.compile(
    r"(?<!\d)(?P<d>0?[1-9]|[12]\d|3[01])(?P<sign>[/_.-])(?P<m>0?[1-9]|1[0-2])(?P=sign)(?P<y>(?:19|20)\d\d)(?!\d)"
)
_YEAR_ALONE = re.compile(r"(?<![\dA-Za-z])((?:19|20)\d\d)(?=[/.]|\Z)")
# What names the page of an article itself may look like a month or a year: /node/202511, /news/2015, ?id=202403.
_OWN_NUMBER = re.compile(
    r"(?<=/)(?:19|20)\d\d(?=(?:\.[a-z]{2,5})?/?\Z)|(?<!\d)(?:19|20)\d{4}(?!\d)(?=[^/?]*/?\Z)|(?<=[?&])\w*id=\d+",
    re.IGNORECASE,
)
# Maps are written by servers that count their days elsewhere.
_A_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Days:
    """All days from `first` to `last`; None where there is no bound."""

    first: dt.date | None = None
    last: dt.date | None = None

    def holds(self, day: dt.date) -> bool:
        """True for a day of the range."""
        return (self.first is None or day >= self.first) and (self.last is None or day <= self.last)

    def meets(self, other: Days) -> bool:
        """True when a day can be in both."""
        ends_before = self.first is not None and other.last is not None and other.last < self.first
        begins_after = self.last is not None and other.first is not None and other.first > self.last
        return not (ends_before or begins_after)


def days_in_url(url: str) -> Days | None:
    """The day, month or year that a normalised URL names; None where it names none.

    A year alone counts where it is a whole piece of the path, since a number of four digits may be anything.
    """
    target = unquote(target_of(url))
    first = _DAY_FIRST.search(target)
    if first is not None:
        return _days(int(first["y"]), int(first["m"]), int(first["d"]))
    found = None
    for found in _DATED.finditer(target):
        if found["d"] or found["cd"]:
            break
    if found is not None:
        day = found["d"] or found["cd"]
        return _days(int(found["y"]), int(found["m"] or found["cm"]), int(day) if day else None)
    year = _YEAR_ALONE.search(target)
    return Days(dt.date(int(year[1]), 1, 1), dt.date(int(year[1]), 12, 31)) if year else None


def _days(year: int, month: int, day: int | None) -> Days | None:
    last = calendar.monthrange(year, month)[1]
    if day is None:
        return Days(dt.date(year, month, 1), dt.date(year, month, last))
    return Days(dt.date(year, month, day), dt.date(year, month, day)) if day <= last else None


def may_hold(days: Days, url: str, changed: dt.datetime | None, *, zone: ZoneInfo | None = None) -> bool:
    """False for a sitemap that can name no page of these days: by its address, or since it changed last before them.

    With a `zone` its server is taken to count the days of that zone; without, it may be a day behind or ahead.
    """
    slack = _A_DAY if zone is None else dt.timedelta()
    if changed is not None and days.first is not None:
        day = changed.date() if zone is None else local_day(changed, zone)
        # A time of noon may be no more than a day, which nobody knows to be the site's.
        is_day_alone = zone is not None and changed.time() == dt.time(12)
        if day + (_A_DAY if is_day_alone else slack) < days.first:
            return False
    named = days_in_url(url)
    if named is None or named.first is None or named.last is None:
        return True
    return days.meets(Days(named.first - slack, named.last + slack))


def days_of(item: Announcement, zone: ZoneInfo) -> Iterator[Days]:
    """What an announcement says of the day of its page, each on its own; what is published was not changed before.

    Of a time in UTC, or without a zone, nobody knows whether the site's readers had that day or the one of its zone.
    """
    if item.published is not None:
        for day in _days_meant(item.published, zone):
            yield Days(day, day)
    elif item.modified is not None:
        for day in _days_meant(item.modified, zone):
            yield Days(None, day)
    if item.day is not None:
        yield Days(item.day - dt.timedelta(days=item.off), item.day)
    named = days_in_url(item.url)
    if named is not None and named.first != named.last:
        named = days_in_url(_OWN_NUMBER.sub("", item.url))
    if named is not None:
        yield named


def _days_meant(moment: dt.datetime, zone: ZoneInfo) -> tuple[dt.date, ...]:
    return tuple(dict.fromkeys((local_day(moment, zone), moment.date())))


def local_day(moment: dt.datetime, zone: ZoneInfo) -> dt.date:
    """The day that the site's readers had: of its own offset, or of the source's zone where it writes UTC."""
    return moment.date() if moment.utcoffset() else moment.astimezone(zone).date()


def is_within(said: Sequence[Days], days: Days) -> bool:
    """False where what was said of a page's day lies outside a range; True where nothing was said.

    Who names the day itself is believed before who names a month, or the last change; of several, one in the range is
    enough, as is one change after its first day.
    """
    exact = [each for each in said if each.first is not None and each.first == each.last]
    if exact:
        return any(map(days.meets, exact))
    open_ended = [each for each in said if each.first is None]
    bounded = [each for each in said if each.first is not None]
    return all(map(days.meets, bounded)) and (not open_ended or any(map(days.meets, open_ended)))


def newest_day(item: Announcement, zone: ZoneInfo) -> dt.date | None:
    """The latest day that an announcement names, else the end of its month or year; None where it names nothing."""
    said = list(days_of(item, zone))
    exact = [each.last for each in said if each.last is not None and each.first == each.last]
    return max(exact or [each.last for each in said if each.last is not None], default=None)


def moment_of(item: Announcement) -> dt.datetime | None:
    """When its page is from, as far as it says, for the order of fetching."""
    if item.published or item.modified:
        return item.published or item.modified
    named = days_in_url(item.url)
    day = item.day or (named.first if named else None)
    return dt.datetime.combine(day, dt.time(12), dt.UTC) if day else None

"""Archives by day or month: their addresses as templates, and the pages of a range of days. Pure.

A template is an address with {year}, {month} and {day}, two digits each, or {m} and {d} without a leading zero.
"""

from __future__ import annotations

import datetime as dt
import re
from itertools import pairwise
from math import ceil, log
from statistics import median
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from crawler.spans import days_in_url
from crawler.urls import BadUrl, normalise_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet

    from crawler.spans import Days

FIELDS = ("{year}", "{month}", "{day}", "{m}", "{d}")
# A range that somebody asked for is read whole, but not for ever.
MAX_ARCHIVE_PAGES = 4000
# Where no range is asked for, an archive is read back until so many of its days, or months, in a row have nothing.
_QUIET_DAYS, _QUIET_MONTHS = 21, 3
# Whoever writes every day does not rest for longer.
_HOLIDAYS = 10
# So many pages that wait are worth a question to the home page at once; fewer are not, before so many have nothing.
_MANY, _FEW_QUIET = 14, 3
# Of an archive that had so many days with news, those at its end are asked one by one until so small a doubt is left,
# then so many that lie so far apart that they reach beyond holidays. Where its own links say that it has ended, fewer.
_ENOUGH_DAYS, _DOUBT = 10, 1e-3
_PROBES, _BETWEEN_PROBES, _QUIET_AT_AN_END = 3, 4, 2
_LIVELY_PER_QUIET = 4
# After so many pages that named the next one with news as their neighbour, the others do too.
_NEIGHBOURS, _TRUE_NEIGHBOURS = 2, 3
# A month of a site that writes so much is not quiet for nothing.
_RICH_MONTH, _QUIET_RICH_MONTHS = 8, 2
_LONGEST_MONTH = 31
# Links to days name all that have a page where most are so near each other, as far as no more than so many are between.
_DENSE, _FEW_DAYS = 2, 5
_DATE = re.compile(
    r"(?<!\d)(?P<y>20\d\d|199\d)(?P<s1>[/_.-]?)(?P<m>1[0-2]|0?[1-9])(?:(?P<s2>[/_.-]?)(?P<d>3[01]|[12]\d|0?[1-9]))?(?!\d)"
    r"|(?<=[?&])(?P<names>(?:y|yy|yyyy|year|god)=(?P<y2>20\d\d|199\d)&(?:m|mm|mon|month)=(?P<m2>1[0-2]|0?[1-9])"
    r"(?:&(?:d|dd|day)=(?P<d2>3[01]|[12]\d|0?[1-9]))?)(?!\d)"
    r"|(?<!\d)(?P<d3>3[01]|[12]\d|0?[1-9])(?P<s3>[/_.-])(?P<m3>1[0-2]|0?[1-9])(?P=s3)(?P<y3>20\d\d|199\d)(?!\d)"
)


class ArchiveTrail:
    """The pages of one archive that wait, newest first.

    `today` is the site's; `most` is how many pages are read back where no range is asked for. `homes` are the pages
    outside the archive that are asked how long the site has been silent: its home page, and what that calls an archive.
    """

    def __init__(self, template: str, days: Days, *, today: dt.date, most: int) -> None:
        self._template = template
        self._days = days
        self._today = today
        self._most = most
        self._waiting = pages_of(template, days, today=today, most=most)[::-1]
        self.homes = [urljoin(template, "/")]
        self._asked_homes = 0
        self._quiet = self._longest = self._lively = 0
        self._shown: set[str] = set()
        self._read: str | None = None
        self._skipped: set[str] = set()
        self._leads_back = self._leads_no_more = self._is_begun = False
        self._passed: list[str] = []
        self._sure: set[str] = set()
        self._silent = self._richest = self._kept = 0
        self._neighbour: dt.date | None = None
        self._oldest_named: dt.date | None = None
        self._oldest_lively: dt.date | None = None

    def first(self) -> str | None:
        """The newest page; None where the range lies in the future."""
        self._read = self._waiting.pop() if self._waiting else None
        return self._read

    def is_quiet(self, names: Iterable[str]) -> bool:
        """True for a page that announces no article but those of the pages before: these stand on every page."""
        new = set(names) - self._shown
        self._shown |= new
        self._richest = max(self._richest, len(new))
        return not new

    def next(self, *, is_quiet: bool) -> str | None:
        """The page before the last; None at the end. `is_quiet` says that the one that was read announced no article.

        Where already the newest have nothing it is the home page, which says how long the site has been silent.
        """
        self._lively += not is_quiet
        self._silent += is_quiet and self._lively > 0
        if self._read in self._sure:  # it is newer than one with news, so it is not the end
            return self._step(1)
        self._longest = max(self._longest, 0 if is_quiet else self._quiet)
        self._quiet = self._quiet + 1 if is_quiet else 0
        if not is_quiet:
            self._oldest_lively = _day_of(self._read or "") or self._oldest_lively
            self._sure.update(self._passed)
            self._waiting += self._passed[::-1]
            self._passed = []
        if self._is_lost():
            self._asked_homes += 1
            return self.homes[self._asked_homes - 1]
        if self._days.first is None and self._quiet >= self._patience():
            return None
        return self._step(self._stride() if self._quiet else 1)

    def _step(self, stride: int) -> str | None:
        """The page so many before the last; what lies between is read where it has news."""
        self._read = None
        while self._waiting and stride:
            page = self._waiting.pop()
            if page not in self._skipped:
                self._passed += [self._read] if self._read else []
                self._read = page
                stride -= 1
        return self._read

    def _stride(self) -> int:
        """How many days apart an archive is asked at what may be its end."""
        return _BETWEEN_PROBES if self._is_probing() and self._quiet >= self._doubtful() else 1

    def _doubtful(self) -> int:
        """After how many quiet days it is hardly chance that none of them had news."""
        silent = self._silent - self._quiet
        return ceil(log(_DOUBT) / log((silent + 1) / (self._lively + silent + 1)))

    def _is_probing(self) -> bool:
        is_open = self._days.first is None and has_days(self._template)
        is_lively = self._lively >= max(_ENOUGH_DAYS, _LIVELY_PER_QUIET * (self._silent - self._quiet))
        return is_open and is_lively

    def _quiet_days(self) -> int:
        """How many quiet days of an archive may be nothing but holidays."""
        return min(_QUIET_DAYS, max(_HOLIDAYS, 5 * self._longest))

    def _is_lost(self) -> bool:
        """True where a page outside may save more requests than it costs."""
        if self._lively > 1 or self._asked_homes >= len(self.homes):
            return False
        is_cheap = len(self._waiting) > _MANY and self._asked_homes == 0
        return self._quiet >= (1 if is_cheap else _FEW_QUIET)

    def _patience(self) -> int:
        """After how many pages without news an archive has ended: fewer where it had none without."""
        if self._is_probing() and (self._leads_no_more or self._is_all_named()):
            return _QUIET_AT_AN_END
        if self._leads_no_more:
            return _FEW_QUIET
        if not has_days(self._template):
            return _QUIET_RICH_MONTHS if self._richest >= _RICH_MONTH else _QUIET_MONTHS
        if self._is_begun and not self._lively:  # somewhere in the month that the home page names
            return _QUIET_DAYS + _HOLIDAYS
        if self._is_probing():
            return min(self._quiet_days(), self._doubtful() + _PROBES)
        return self._quiet_days()

    def _is_all_named(self) -> bool:
        """True where a page named many days, and the oldest of them is the oldest that had news."""
        return self._oldest_named is not None and self._oldest_named == self._oldest_lively

    def note_links(self, urls: Iterable[str], *, is_quiet: bool = False) -> None:
        """Leave out the days that a page passes over; of one without news, `is_quiet`, its silence tells nothing."""
        if not has_days(self._template):
            return
        named = {day for url in urls if template_of(url) == self._template and (day := _day_of(url)) is not None}
        own = _day_of(self._read or "")
        older = bool(named) and (own is None or min(named) < own)
        if not is_quiet:
            self._leads_no_more = self._leads_back and not older
            self._leads_back = older
        if len(named) >= _ENOUGH_DAYS and (max(named) - min(named)).days > _LONGEST_MONTH:
            self._oldest_named = min(named)
        days = sorted(named | ({own} if own is not None and named else set()))
        gaps = [(later - earlier).days for earlier, later in pairwise(days)]
        is_neighbour = own is not None and self._is_neighbour(named, own, is_quiet=is_quiet)
        if not gaps or (median(gaps) > _DENSE and not is_neighbour):
            return
        for earlier, gap in zip(days, gaps, strict=False):
            if gap <= _FEW_DAYS or is_neighbour:
                between = (earlier + dt.timedelta(days=step) for step in range(1, gap))
                self._skipped |= {fill(self._template, day) for day in between}

    def _is_neighbour(self, named: AbstractSet[dt.date], own: dt.date, *, is_quiet: bool) -> bool:
        """True where a page names the one before it that has news, as those before it did."""
        if is_quiet:
            return False
        self._kept += own == self._neighbour
        older = named - {own} if len(named - {own}) <= _NEIGHBOURS else set()
        self._neighbour = max((day for day in older if day < own), default=None)
        return self._kept >= _TRUE_NEIGHBOURS and self._neighbour is not None

    def begin(self, days: Iterable[dt.date]) -> None:
        """Leave out what is after the newest of the days that the home page names, as far as they are not to come."""
        last = min(self._days.last or self._today, self._today)
        newest = max((day for day in days if day <= last), default=None)
        if newest is not None:
            read = fill(self._template, last)
            waiting = pages_of(self._template, self._days, today=newest, most=self._most)
            self._waiting = [url for url in waiting[::-1] if url != read]
            self.homes = self.homes[: self._asked_homes]
            self._is_begun = True
        self._quiet = 0


def _day_of(url: str) -> dt.date | None:
    named = days_in_url(url)
    return named.first if named is not None and named.first == named.last else None


def normalise_template(text: object) -> str:
    """The template as a normalised URL with its fields. Raises ValueError with the reason where it is none."""
    if not isinstance(text, str) or "{year}" not in text or not ("{month}" in text or "{m}" in text):
        raise ValueError("no {year} and {month}")
    for index, name in enumerate(FIELDS):
        text = text.replace(name, f"fyeldz{index}z")
    if "{" in text or "}" in text:
        raise ValueError(f"a field that is none of {' '.join(FIELDS)}")
    try:
        url = normalise_url(text)
    except BadUrl as error:
        raise ValueError(error.problem) from None
    for index, name in enumerate(FIELDS):
        url = url.replace(f"fyeldz{index}z", name)
    return url


def has_days(template: str) -> bool:
    """True for an archive with a page for each day, False for one by months."""
    return "{day}" in template or "{d}" in template


def fill(template: str, day: dt.date) -> str:
    """The address of the page that holds a day."""
    values = (f"{day.year:04}", f"{day.month:02}", f"{day.day:02}", str(day.month), str(day.day))
    for name, value in zip(FIELDS, values, strict=True):
        template = template.replace(name, value)
    return template


def pages_of(template: str, days: Days, *, today: dt.date, most: int) -> list[str]:
    """The addresses of an archive's pages for these days, newest first; without a first day the last `most` pages."""
    last = min(days.last or today, today)
    limit = most if days.first is None else MAX_ARCHIVE_PAGES
    found: dict[str, None] = {}
    for day in _back_from(last, by_days=has_days(template)):
        if len(found) >= limit or (days.first is not None and _end_of(day, template) < days.first):
            break
        found[fill(template, day)] = None
    return list(found)


def _back_from(day: dt.date, *, by_days: bool) -> Iterator[dt.date]:
    while day.year > 1990:
        yield day
        day = day - dt.timedelta(days=1) if by_days else day.replace(day=1) - dt.timedelta(days=1)


def _end_of(day: dt.date, template: str) -> dt.date:
    if has_days(template):
        return day
    return (day.replace(day=1) + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)


def template_of(url: str) -> str | None:
    """The template of which a normalised URL is a page: a date and hardly anything behind it; None where it is none."""
    found = [match for match in _DATE.finditer(url) if match["m"] or match["m2"] or match["m3"]]
    if len(found) != 1:
        return None
    match = found[0]
    rest = url[match.end() :]
    if not re.fullmatch(r"/?(?:index)?(?:\.[a-z]{3,5})?", rest):
        return None
    return url[: match.start()] + _as_fields(match) + rest


def _as_fields(match: re.Match[str]) -> str:
    if match["names"]:
        text = match["names"]
        pairs = [(match["y2"], "year"), (match["m2"], "month"), (match["d2"], "day")]
        for value, name in pairs:
            text = re.sub(rf"={value}(?=&|\Z)", f"={_field(name, value)}", text, count=1) if value else text
        return text
    if match["y3"]:
        return match["s3"].join((_field("day", match["d3"]), _field("month", match["m3"]), "{year}"))
    text = "{year}" + match["s1"] + _field("month", match["m"])
    return text + (match["s2"] + _field("day", match["d"]) if match["d"] else "")


def _field(name: str, value: str) -> str:
    return f"{{{name}}}" if len(value) == 2 or name == "year" else f"{{{name[0]}}}"

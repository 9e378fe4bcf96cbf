"""Dates as readers see them, in eight languages, and dates as machines declare them.

Pure: no clock; whatever depends on the present takes `captured_at`. Shapes that could be dates are matched first,
each by one bounded pattern of `months.py`; those with a year win over those without, and what looks like a date but
is none (31.02, 1887) blocks its characters, so that no half is read as another day. Then comes the time beside it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable  # noqa: TC003  (compiled classes look the types of their fields up)
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from pipelines import months

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FIRST_YEAR, LAST_YEAR = 1990, 2099
# 昭和 ended before FIRST_YEAR; 平成 is read on past 2019, since papers of before the change count in it.
ERAS = {"平成": dt.date(1989, 1, 8), "令和": dt.date(2019, 5, 1)}
EASTERNMOST = dt.timedelta(hours=9)
_BEFORE_SPAN = 60
_LONGEST_LINE = 160
_LONGEST_SECTION, _LONGEST_SECTION_CJK = 20, 5
_ANY_DAY = dt.datetime(2001, 1, 1, 12, tzinfo=dt.UTC)  # stands in where only the shape of a date matters


class FoundDate(NamedTuple):
    """A date in a text: `text` is `text[start:end]`, with the time and zone that stand beside the day.

    `time` is local to the page, None where none is given; `offset` is the distance from UTC the text itself states;
    `era` is True for a year counted in 平成 or 令和.
    """

    start: int
    end: int
    text: str
    day: dt.date
    time: dt.time | None
    offset: dt.timedelta | None
    era: bool


class _Shape(NamedTuple):
    # The lowest rank wins where two overlap; a day of None only blocks its characters.
    start: int
    end: int
    day: dt.date | None
    rank: int
    era: bool = False


class _Page(NamedTuple):
    plain: str
    folded: str
    today: dt.date | None
    last_day: Callable[[], dt.date | None]
    day_first: bool


_DIGIT = re.compile(r"[0-9]")
_WITH_YEAR, _IMPOSSIBLE, _WITHOUT_YEAR, _RELATIVE = range(4)


def find_dates(
    text: str,
    *,
    captured_at: dt.datetime | None = None,
    day_first: bool = True,
    last_day: Callable[[], dt.date | None] = lambda: None,
) -> list[FoundDate]:
    """Every calendar date in `text`, in order, without overlaps.

    Only with `captured_at` are dates without a year (the latest that had begun by then) and words like `today`
    read; give it in the page's own zone where that is known. A relative word counts beside a time or alone on its
    line, not inside a sentence. `last_day` is asked for the last that a date without a year can be of, where that is
    not the day of the capture. `day_first` decides `03/04/2025`; where only one reading exists, that one is taken.
    """
    plain, offsets = months.plain(text)
    folded = plain.lower()
    if _DIGIT.search(folded) is None and not _may_be_relative(folded):
        return []
    today = captured_at and captured_at.date()
    page = _Page(
        plain=plain,
        folded=folded,
        today=today,
        last_day=lambda: last_day() or (_latest(captured_at) if captured_at else None),
        day_first=day_first,
    )
    found = []
    for date in _with_clocks(page.folded, _without_overlaps(_shapes(page), len(plain))):
        start, end = (offsets[date.start], offsets[date.end]) if offsets else (date.start, date.end)
        found.append(date._replace(start=start, end=end, text=text[start:end]))
    return found


def _latest(captured_at: dt.datetime) -> dt.date:
    """The last day that had begun anywhere: in UTC, Japan may be ahead."""
    return (captured_at + EASTERNMOST).date() if not captured_at.utcoffset() else captured_at.date()


@lru_cache(maxsize=4096)
def is_date_line(text: str, *, captured_at: dt.datetime | None = None) -> bool:
    """Whether `text` is dates and what goes with them: times, counts, `Updated`, a weekday, at most one section word.

    Dates without a year and `today` count as well, even when `captured_at` is not given.
    """
    if len(text) > _LONGEST_LINE or not (found := find_dates(text, captured_at=captured_at or _ANY_DAY)):
        return False
    for date in found:
        text = text[: date.start] + "\0" * (date.end - date.start) + text[date.end :]
    masked, _ = months.plain(text)
    strange = [word for word in months.WORD.finditer(masked) if word[0].lower() not in months.DATE_LINE_WORDS]
    return not strange or (len(strange) == 1 and _is_section(strange[0], masked))


def _is_section(word: re.Match[str], masked: str) -> bool:
    """Whether a word beside a date may be a section: it stands free (not `28日総理が`) and is no lower-case verb."""
    longest = _LONGEST_SECTION_CJK if word[0][0] > "\u2e80" else _LONGEST_SECTION
    beside = masked[max(0, word.start() - 1) : word.start()] + masked[word.end() : word.end() + 1]
    return len(word[0]) <= longest and "\0" not in beside and not word[0][0].islower()


def parse_declared(value: str) -> dt.datetime | dt.date | None:
    """The moment or day a machine-readable value names: ISO 8601, RFC 3339, RFC 2822, `20250829`, Unix seconds.

    A datetime is aware where the value states its zone. None for anything else, also for prose dates, impossible
    days and years before 1990 (`0001-01-01T00:00:00Z`).
    """
    value = value.strip(" \t\r\n\"'")
    if months.UNIX.fullmatch(value):
        moment = dt.datetime.fromtimestamp(int(value[:10]), dt.UTC)
        return moment if FIRST_YEAR <= moment.year <= LAST_YEAR else None
    for pattern in (months.ISO, months.COMPACT, months.MAIL, months.SCRIPT):
        if match := pattern.fullmatch(value):
            return _declared(match)
    return None


def _declared(match: re.Match[str]) -> dt.datetime | dt.date | None:
    month = int(match["m"]) if match["m"].isdigit() else months.MONTHS.get(match["m"].lower(), 0)
    year = int(match["y"]) if len(match["y"]) == 4 else _full_year(int(match["y"]))
    day = _day(year, month, int(match["d"]))
    if day is None or match["h"] is None:
        return day
    zone = (match["zone"] or "").lower()
    if zone and zone not in months.ZONES:
        return None  # also `03:12 PM`
    offset = months.stated_offset(zone, match["off"])
    try:
        clock = dt.time(int(match["h"]), int(match["mi"]), int(match["s"] or 0), int(f"{match['f'] or 0:0<6}"[:6]))
        return dt.datetime.combine(day, clock, None if offset is None else dt.timezone(offset))
    except ValueError:
        return None


def localise(day: dt.date, time: dt.time | None, offset: dt.timedelta | None, zone: str | None) -> str:
    """RFC 3339 with the offset the page stated, or else the one `zone` (an IANA name) had on that day.

    The plain ISO date when there is no time, or nothing to tell its offset. Raises ZoneInfoNotFoundError for a zone
    that does not exist: a mistake in a source file.
    """
    if time is None or (offset is None and zone is None):
        return day.isoformat()
    rules = ZoneInfo(zone) if offset is None and zone else dt.timezone(offset or dt.timedelta())
    return dt.datetime.combine(day, time, rules).isoformat(timespec="seconds")


def _shapes(page: _Page) -> Iterator[_Shape]:
    if _DIGIT.search(page.folded):
        yield from _with_digits(page)
    yield from _relative(page)


def _with_digits(page: _Page) -> Iterator[_Shape]:
    for match in months.DAY_FIRST.finditer(page.folded):
        yield _dated(match, _numeric_day(match, page.day_first))
    for match in months.YEAR_FIRST.finditer(page.folded):
        yield _dated(match, _day(int(match["y"]), int(match["m"]), int(match["d"])))
    for match in months.MONTH_SLASH_DAY.finditer(page.folded):
        yield from _undated(match, int(match["m"]), int(match["d"]), page)
    if "月" in page.folded:
        for match in months.JAPANESE.finditer(page.folded):
            yield from _japanese(match, page)
    for pattern in (months.DAY_MONTH_YEAR, months.MONTH_DAY_YEAR, months.YEAR_DAY_MONTH):
        for match in pattern.finditer(page.folded):
            yield from _worded(match, page)


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day) if FIRST_YEAR <= year <= LAST_YEAR else None
    except ValueError:
        return None


def _full_year(two_digits: int) -> int:
    return two_digits + (1900 if two_digits >= FIRST_YEAR % 100 else 2000)


def _dated(match: re.Match[str], day: dt.date | None, *, era: bool = False) -> _Shape:
    rank = _WITH_YEAR if day else _IMPOSSIBLE
    return _Shape(start=match.start(), end=match.end(), day=day, rank=rank, era=era)


def _undated(match: re.Match[str], month: int, day: int, page: _Page) -> Iterator[_Shape]:
    """The last such day the capture can have seen; 29 February may lie eight years back."""
    if latest := page.last_day():
        days = (_day(year, month, day) for year in range(latest.year, latest.year - 9, -1))
        if found := next((day for day in days if day and day <= latest), None):
            yield _Shape(start=match.start(), end=match.end(), day=found, rank=_WITHOUT_YEAR)


def _numeric_day(match: re.Match[str], day_first: bool) -> dt.date | None:
    year = int(match["y"]) if match["y"] else _full_year(int(match["yy"]))
    pair = int(match["a"]), int(match["b"] or match["bb"])
    day, month = pair if day_first else pair[::-1]
    return _day(year, month, day) or _day(year, day, month)


def _japanese(match: re.Match[str], page: _Page) -> Iterator[_Shape]:
    month, day = int(match["m"]), int(match["d"])
    if match["era"]:
        yield _dated(match, _era_day(match["era"], match["n"], month, day), era=True)
    elif match["y"]:
        yield _dated(match, _day(int(match["y"]), month, day))
    else:
        yield from _undated(match, month, day, page)


def _era_day(era: str, number: str, month: int, day: int) -> dt.date | None:
    first = ERAS.get(era, dt.date.max)
    found = _day(first.year - 1 + (1 if number == "元" else int(number)), month, day)
    return found if found and found >= first else None


def _worded(match: re.Match[str], page: _Page) -> Iterator[_Shape]:
    groups = match.groupdict()
    word = groups["m"] or groups["m2"]
    if not (month := months.MONTHS.get(word)):
        return
    day = int(groups["d"] or groups["d2"])
    if groups["y"]:
        yield _dated(match, _day(int(groups["y"]), month, day))
    elif groups.get("yy"):
        yield _dated(match, _day(_full_year(int(groups["yy"])), month, day))
    elif _is_date_without_year(match, word, page):
        yield from _undated(match, month, day, page)


def _is_date_without_year(match: re.Match[str], word: str, page: _Page) -> bool:
    """Whether day and month alone convince: `5 may be` does not, nor does `в августе 15 компаний`."""
    is_english_name = word in months.ENGLISH and page.plain[match.start("m")].isupper()
    if match.start("m") < match.start("d"):
        convinces = is_english_name and not page.folded.endswith("in ", 0, match.start())
    else:
        convinces = is_english_name or (word not in months.DOUBTFUL and word not in months.FOREIGN)
    return convinces or months.CLOCK_AFTER.match(page.folded, match.end()) is not None


def _may_be_relative(folded: str) -> bool:
    return any(map(folded.__contains__, months.RELATIVE))


def _relative(page: _Page) -> Iterator[_Shape]:
    for match in months.RELATIVE_DAY.finditer(page.folded) if page.today and _may_be_relative(page.folded) else ():
        if page.today and _stands_apart(page.folded, match.start(), match.end()):
            day = page.today - dt.timedelta(days=months.RELATIVE[match["word"]])
            yield _Shape(start=match.start(), end=match.end(), day=day, rank=_RELATIVE)


def _stands_apart(folded: str, start: int, end: int) -> bool:
    alone = months.ALONE_BEFORE.search(folded, max(0, start - 4), start) and months.ALONE_AFTER.match(folded, end)
    return bool(alone or _clock_before(folded, 0, start) or months.CLOCK_AFTER.match(folded, end))


def _clock_before(folded: str, floor: int, start: int) -> re.Match[str] | None:
    window = max(floor, start - _BEFORE_SPAN)
    is_likely = folded.find(":", window, start) >= 0 or folded.find("時", window, start) >= 0
    return months.CLOCK_BEFORE.search(folded, window, start) if is_likely else None


def _without_overlaps(shapes: Iterable[_Shape], length: int) -> list[_Shape]:
    """The best shapes in order of the text; impossible ones stay, as walls for a neighbour's time."""
    taken = bytearray(length)
    kept = []
    for shape in sorted(shapes, key=lambda shape: (shape.rank, shape.start, -shape.end)):
        if 1 not in taken[shape.start : shape.end]:
            taken[shape.start : shape.end] = b"\1" * (shape.end - shape.start)
            kept.append(shape)
    return sorted(kept, key=lambda shape: shape.start)


def _with_clocks(folded: str, shapes: list[_Shape]) -> Iterator[FoundDate]:
    floor = 0
    for shape, ceiling in zip(shapes, [*(after.start for after in shapes[1:]), len(folded)], strict=False):
        if shape.day:
            yield (date := _with_clock(folded, shape, shape.day, floor, ceiling))
            floor = date.end


def _with_clock(folded: str, shape: _Shape, day: dt.date, floor: int, ceiling: int) -> FoundDate:
    """The shape grown by the time beside it: ISO's own, else one before the day that no other owns, else after."""
    start, end, clock, offset = shape.start, shape.end, None, None
    iso = months.ISO_CLOCK.match(folded, end, ceiling)
    before = None if iso else _clock_before(folded, floor, start)
    after = iso or months.CLOCK_AFTER.match(folded, end, ceiling)
    if before and (clock := _clock(before)):
        start, offset = before.start(), _stated(before)
    elif after and (clock := _clock(after)):
        end, offset = after.end(), _stated(after)
    return FoundDate(start=start, end=end, text=folded[start:end], day=day, time=clock, offset=offset, era=shape.era)


def _clock(match: re.Match[str]) -> dt.time | None:
    hour, minute, second = int(match["h"]), int(match["mi"] or match["jm"] or 0), int(match["s"] or 0)
    if match["half"] or match["jp"]:
        hour = hour % 12 + (12 if match["half"] == "p" or match["jp"] == "午後" else 0) if hour <= 12 else 24
    return dt.time(hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None


def _stated(match: re.Match[str]) -> dt.timedelta | None:
    return months.stated_offset(match["zone"], match["bare"] or match["off"])

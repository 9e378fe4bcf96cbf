"""The date that a page shows beside its headline, as a reader finds it. Pure; the present is the capture's time.

Below the headline before above it, and both before behind the text. A day that some sites print on every page, the day
of the crawl, is never earlier than the day of publication: of date lines that stand together the earliest counts.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable  # noqa: TC003  (as in dates.py)
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from pipelines.body import is_prose
from pipelines.byline import line_of
from pipelines.dates import FoundDate, find_dates, is_date_line, localise, parse_declared
from pipelines.moments import day_in_url, day_of, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipelines.page import Block, Page

_UPDATED = re.compile(
    r"updated|modified|обновлено|изменено|更新|янгиланди|yangilandi|жаңартылды|жаңыланды", re.IGNORECASE
)
_PUBLISHED = re.compile(
    r"publish|posted|опубликовано|公開|掲載|配信|投稿|e['’]?lon qilin|жарияланған|жарыяланган", re.IGNORECASE
)
_ABOVE, _BELOW, _BEHIND = 8, 12, 5
LONGEST_LINE = 160
"""No date line has more letters."""
_AFTERMATH = dt.timedelta(days=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """A date that a block near the article shows; `is_pure` when the block is little but the date."""

    index: int
    day: dt.date
    text: str
    is_pure: bool
    is_update: bool


def visible_date(
    page: Page, headline: int | None, body: list[int], captured_at: dt.datetime | None, zone: str | None
) -> str | None:
    """The date beside the block of the headline, or of the article's first, as `written`; None where none is shown.

    `body` are the blocks of the article, `zone` is that of the source (an IANA name).
    """
    prose = [index for index in body if is_prose(page.blocks[index])]
    first = prose[0] if prose else (body[0] if body else headline)
    anchor = headline if headline is not None else first
    if anchor is None or first is None:
        return None
    now = _Now(captured_at, cache(lambda: _lived_until(page, captured_at)), zone)
    # A standfirst may stand above the date; lines below the first paragraph have to be dates alone.
    near = [
        index
        for index in range(anchor + 1, min(anchor + _BELOW, len(page.blocks)))
        if index <= max(first, anchor) or is_date_line(page.blocks[index].spaced, captured_at=captured_at)
    ]
    above = range(anchor - 1, max(-1, anchor - _ABOVE - 1), -1)
    behind = range(prose[-1] + 1, prose[-1] + 1 + _BEHIND) if prose else range(0)
    return _best(_groups(page, near, above, behind, now), captured_at.date() if captured_at else None)


def _best(groups: Iterable[Iterator[_Candidate]], today: dt.date | None) -> str | None:
    """The date of the group that tells most: no day of the crawl, no update, a line of its own; of equals the first.

    Groups are looked at only until one is found that no later one can be better than.
    """
    found = []
    for candidates in groups:
        if group := _together(candidates):
            one = min(group, key=lambda one: (one.is_update, one.day))
            if one.is_pure and not one.is_update and one.day != today:
                return one.text
            found.append(one)
    best = min(found, key=lambda one: (one.day == today, one.is_update, not one.is_pure), default=None)
    return None if best is None else best.text


def _groups(
    page: Page, near: Iterable[int], above: Iterable[int], behind: Iterable[int], now: _Now
) -> Iterator[Iterator[_Candidate]]:
    """The candidates in the order that decides between equals; each is looked for when it is asked for."""
    for places in (near, above):
        lines = _lines(page, places, now)
        yield _dated(page, [block for block, is_pure in lines if is_pure], now, is_pure=True)
        yield _dated(page, [block for block, is_pure in lines if not is_pure], now, is_pure=False)
    yield _dated(page, [block for block, is_pure in _lines(page, behind, now) if is_pure], now, is_pure=True)


def _together(found: Iterable[_Candidate]) -> list[_Candidate]:
    """The candidates that stand at the first one, without a gap."""
    group: list[_Candidate] = []
    for one in found:
        if group and abs(one.index - group[-1].index) > 1:
            break
        group.append(one)
    return group


@dataclass(frozen=True, slots=True)
class _Now:
    """When the page was captured, how to find the last day of a date without a year, and the zone of its source."""

    captured_at: dt.datetime | None
    last_day: Callable[[], dt.date | None]
    zone: str | None


def _lived_until(page: Page, captured_at: dt.datetime | None) -> dt.date | None:
    """The last day for a date without a year, where the addresses on the page all are older than its capture.

    Somebody kept the page and had it captured later. None where nothing speaks for that.
    """
    hrefs = (href for block in page.blocks for href in block.hrefs)
    days = [
        day for href in (*hrefs, *(picture.src for picture in page.pictures)) if (day := day_in_url(href)) is not None
    ]
    if not days:
        return None
    until = max(days) + _AFTERMATH
    return until if captured_at is None or until < captured_at.date() else None


def _lines(page: Page, places: Iterable[int], now: _Now) -> list[tuple[Block, bool]]:
    """The blocks that may show the date, each with whether it is little else."""
    lines = []
    for index in places:
        if not 0 <= index < len(page.blocks):
            continue
        block = page.blocks[index]
        is_line = len(block.text) <= LONGEST_LINE and block.heading != 1 and block.link_share < 0.9
        if not is_line or block.regions & {"figure", "figcaption"}:
            continue
        # The dates of a line are looked for only where its length leaves it open.
        is_short = not block.after_image and not is_prose(block) and len(line_of(block)) <= 60
        is_pure = is_short or is_date_line(block.spaced, captured_at=now.captured_at)
        if is_pure or not is_prose(block):
            lines.append((block, is_pure))
    return lines


def _dated(page: Page, blocks: list[Block], now: _Now, *, is_pure: bool) -> Iterator[_Candidate]:
    """The candidates among these blocks, each read when it is asked for."""
    for block in blocks:
        if (found := _dates_of(page, block, now)) is not None:
            is_update = _UPDATED.search(block.text) is not None and _PUBLISHED.search(block.text) is None
            yield _Candidate(index=block.index, day=found[1], text=found[0], is_pure=is_pure, is_update=is_update)


def _dates_of(page: Page, block: Block, now: _Now) -> tuple[str, dt.date] | None:
    """The earliest date of a line that its words do not call an update, with the machine's form where there is one."""
    line = block.spaced
    dates = find_dates(line, captured_at=now.captured_at, last_day=now.last_day)
    own = [date for date in dates if not _is_updated(line, date)] or dates
    shown = min(own, key=lambda date: date.day, default=None)
    exact = [
        parsed for value, text in page.times if text and text in line and (parsed := parse_declared(value)) is not None
    ]
    for moment in sorted(exact, key=lambda moment: 0 if shown is None else abs(day_of(moment) - shown.day).days):
        if shown is None or abs(day_of(moment) - shown.day).days <= 1:
            return written(moment, now.zone), day_of(moment)
    return None if shown is None else (localise(shown.day, shown.time, shown.offset, now.zone), shown.day)


def _is_updated(line: str, date: FoundDate) -> bool:
    return _UPDATED.search(line[max(0, date.start - 20) : date.start]) is not None

"""The timed entries of a live blog: as the page declares them, else as it shows them. Pure.

A stamp is a line that is a time of day, alone or beside a date; four of them with text between make a live blog. The
article's `text` is the same with or without them.
"""

from __future__ import annotations

import datetime as dt
import re
from html import unescape
from typing import TYPE_CHECKING, Any

from pipelines.dates import find_dates, is_date_line, localise, parse_declared

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipelines.page import Block, Page

_FEWEST = 4
_MOST = 1000
_LONGEST_STAMP = 60
_CLOCK = re.compile(r"(\d{1,2})[:.時](\d{2})分?\s*([ap]\.?m\.?)?(?:\s*(?:uhr|[a-z]{3,4}|hrs))?", re.IGNORECASE)
_TAG = re.compile(r"<[^>]{1,500}>")


def live_entries(
    page: Page, kept: Sequence[Block], *, captured_at: dt.datetime | None, zone: str | None
) -> tuple[dict[str, str], ...]:
    """The entries in the order of the page, each with `time`, `title` where it has one, and `text`; empty elsewhere.

    `time` is RFC 3339 with the offset where it is known; `14:05` where the page shows no day beside the clock.
    """
    declared = tuple(_declared(page, zone))
    return declared[:_MOST] or tuple(_shown(page, kept, captured_at, zone))[:_MOST]


def _declared(page: Page, zone: str | None) -> Iterator[dict[str, str]]:
    for item in page.linked_data:
        updates = item.get("liveBlogUpdate")
        for update in updates if isinstance(updates, list) else []:
            if isinstance(update, dict) and (entry := _declared_entry(update, zone)):
                yield entry


def _declared_entry(update: dict[str, Any], zone: str | None) -> dict[str, str] | None:
    moment = parse_declared(str(update.get("datePublished") or update.get("dateModified") or ""))
    text = _plain(update.get("articleBody"))
    if moment is None or not text:
        return None
    title = _plain(update.get("headline"))
    return {"time": _moment(moment, zone), **({"title": title} if title and title != text else {}), "text": text}


def _moment(moment: dt.datetime | dt.date, zone: str | None) -> str:
    if not isinstance(moment, dt.datetime):
        return moment.isoformat()
    return _localised(moment.date(), moment.time(), moment.utcoffset(), zone)


def _plain(value: object) -> str:
    """A declared text without the markup that some put into it."""
    return " ".join(unescape(_TAG.sub(" ", value)).split()) if isinstance(value, str) else ""


def _shown(
    page: Page, kept: Sequence[Block], captured_at: dt.datetime | None, zone: str | None
) -> Iterator[dict[str, str]]:
    indices = [block.index for block in kept]
    if not indices:
        return
    own = set(indices)
    stamps = [
        (block.index, time)
        for block in page.blocks[max(0, indices[0] - 2) : indices[-1]]
        if (time := _stamp(block, captured_at, zone)) is not None
    ]
    if len(stamps) < _FEWEST:
        return
    ends = [index for index, _ in stamps[1:]] + [indices[-1] + 1]
    entries = [
        _entry(time, [block for block in page.blocks[start + 1 : end] if block.index in own])
        for (start, time), end in zip(stamps, ends, strict=True)
    ]
    filled = [entry for entry in entries if entry is not None]
    if len(filled) >= _FEWEST:
        yield from filled


def _entry(time: str, blocks: list[Block]) -> dict[str, str] | None:
    title = blocks[0].text if len(blocks) > 1 and blocks[0].heading else None
    text = "\n\n".join(block.text for block in (blocks[1:] if title else blocks))
    return {"time": time, **({"title": title} if title else {}), "text": text} if text else None


def _stamp(block: Block, captured_at: dt.datetime | None, zone: str | None) -> str | None:
    """The time that a line is, None for a line that says anything else."""
    line = block.spaced.strip(" |·•–—-[]()")
    if len(line) > _LONGEST_STAMP:
        return None
    if clock := _CLOCK.fullmatch(line):
        return _time_of_day(clock)
    if not is_date_line(line, captured_at=captured_at):
        return None
    found = [date for date in find_dates(line, captured_at=captured_at) if date.time is not None]
    return _localised(found[0].day, found[0].time, found[0].offset, zone) if found else None


def _localised(day: dt.date, time: dt.time | None, offset: dt.timedelta | None, zone: str | None) -> str:
    """As `localise`, but with the clock kept where no zone is known: entries of one day differ by it alone."""
    if time is not None and offset is None and zone is None:
        return dt.datetime.combine(day, time).isoformat(timespec="seconds")
    return localise(day, time, offset, zone)


def _time_of_day(clock: re.Match[str]) -> str | None:
    hour, minute = int(clock[1]), int(clock[2])
    half = (clock[3] or "").lower()[:1]
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None

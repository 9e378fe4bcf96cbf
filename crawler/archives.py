"""Archives by day or month: their addresses as templates, and the pages of a range of days. Pure.

A template is an address with {year}, {month} and {day}, two digits each, or {m} and {d} without a leading zero.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from crawler.urls import BadUrl, normalise_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.spans import Days

FIELDS = ("{year}", "{month}", "{day}", "{m}", "{d}")
# A range that somebody asked for is read whole, but not for ever.
MAX_ARCHIVE_PAGES = 4000
_DATE = re.compile(
    r"(?<!\d)(?P<y>20\d\d|199\d)(?P<s1>[/_.-]?)(?P<m>1[0-2]|0?[1-9])(?:(?P<s2>[/_.-]?)(?P<d>3[01]|[12]\d|0?[1-9]))?(?!\d)"
    r"|(?<=[?&])(?P<names>(?:y|yy|yyyy|year|god)=(?P<y2>20\d\d|199\d)&(?:m|mm|mon|month)=(?P<m2>1[0-2]|0?[1-9])"
    r"(?:&(?:d|dd|day)=(?P<d2>3[01]|[12]\d|0?[1-9]))?)(?!\d)"
)


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
    found = [match for match in _DATE.finditer(url) if match["m"] or match["m2"]]
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
    text = "{year}" + match["s1"] + _field("month", match["m"])
    return text + (match["s2"] + _field("day", match["d"]) if match["d"] else "")


def _field(name: str, value: str) -> str:
    return f"{{{name}}}" if len(value) == 2 or name == "year" else f"{{{name[0]}}}"

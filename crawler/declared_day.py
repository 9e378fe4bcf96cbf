"""The day on which a page says of itself that it was published: a quick look, never the article's date. Pure.

It tells whether the days in a sitemap can be believed; what an article is dated by is `pipelines.published`'s.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.discovery import day_in, read_time
from crawler.spans import local_day

if TYPE_CHECKING:
    import datetime as dt
    from zoneinfo import ZoneInfo

_META = re.compile(rb"<meta\b[^<>]{0,400}>", re.IGNORECASE)
_NAME = re.compile(
    rb"(?:property|name|itemprop)\s*=\s*[\"']?(?:article:published_time|og:published_time|datePublished|pubdate|publish-?_?date"
    rb"|dc\.date(?:\.issued)?|parsely-pub-date)[\"'\s]",
    re.IGNORECASE,
)
_CONTENT = re.compile(rb"content\s*=\s*[\"']([^\"'<>]{8,40})[\"']", re.IGNORECASE)
_DATA = re.compile(rb"\"datePublished\"\s*:\s*\"([^\"<>]{8,40})\"")
_HEADLINE_END = re.compile(rb"</h1\s*>", re.IGNORECASE)
_MARKUP = re.compile(rb"<[^<>]{0,2000}>|<[^<>]*\Z|&[a-z#0-9]{2,8};", re.IGNORECASE)
_NEAR, _LINES = 1500, 120
_TIME = re.compile(rb"<time\b[^<>]{0,300}\bdatetime\s*=\s*[\"']([^\"'<>]{8,40})[\"']", re.IGNORECASE)


def declared_day(body: bytes, zone: ZoneInfo) -> dt.date | None:
    """The day, in the zone of the site; None where the page declares none."""
    found = _named(body) or _DATA.search(body) or _TIME.search(body)
    return _day_of(found, zone) or _day_under_headline(body)


def named_day(beginning: bytes, zone: ZoneInfo) -> dt.date | None:
    """What `declared_day` gives for every page that begins so; None where more of it must be read."""
    return _day_of(_named(beginning), zone)


def _named(body: bytes) -> re.Match[bytes] | None:
    tags = (tag[0] for tag in _META.finditer(body))
    return next(filter(None, (_CONTENT.search(tag) for tag in tags if _NAME.search(tag))), None)


def _day_of(found: re.Match[bytes] | None, zone: ZoneInfo) -> dt.date | None:
    moment = read_time(found[1].decode("ascii", "replace")) if found else None
    return local_day(moment, zone) if moment else None


def _day_under_headline(body: bytes) -> dt.date | None:
    """The day that stands within a line or two of the headline, as people write it."""
    end = _HEADLINE_END.search(body)
    if end is None:
        return None
    text = _MARKUP.sub(b" ", body[end.end() : end.end() + _NEAR])
    return day_in(" ".join(text.decode("utf-8", "ignore").split())[:_LINES])

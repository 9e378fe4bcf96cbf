"""A web archive's list of captures, asked for and read: the CDX server API of the Wayback Machine. Pure.

https://github.com/internetarchive/wayback/tree/master/wayback-cdx-server. An answer is an array of rows, the first of
which names the columns; where more follow, an empty row and one with the key to go on with stand at its end.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from crawler.scope import classify
from crawler.urls import BadUrl, normalise_url
from pipelines.mementos import parse_timestamp

if TYPE_CHECKING:
    import datetime as dt

    from crawler.sources import Source

PAGE_LINES = 5000
"""How many lines are asked for at once."""
_COLUMNS = ("timestamp", "original", "mimetype", "statuscode", "digest")
# Revisits have no status and a media type of their own; their payload is that of another capture.
_STATUS = "(200|-)"
_MEDIA = r"(text/html|application/xhtml\+xml|warc/revisit|unk)"
_HTML = frozenset({"text/html", "application/xhtml+xml", "warc/revisit", "unk", "-"})


class NotCapturesError(ValueError):
    """An answer that is no list of captures; the message says what was expected and what came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A capture as the list has it: when (14 digits, UTC), of which address, and what its payload is known by.

    `digest` is that of the payload, in base32, None where the list has none.
    """

    timestamp: str
    original: str
    mime: str
    status: str
    digest: str | None

    @property
    def day(self) -> dt.date:
        """The day of the capture in UTC."""
        return parse_timestamp(self.timestamp).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturesPage:
    """One answer: its captures, the key to go on with (None at the end), and how many lines were none."""

    captures: tuple[Listed, ...]
    resume_key: str | None = None
    odd: int = 0


def hosts_to_ask(source: Source) -> list[str]:
    """The hosts to ask for, once each: the list holds a host and the same with `www.` as one."""
    return list(dict.fromkeys(host.removeprefix("www.") for host in source.scope.hosts))


def query_url(
    base: str, host: str, *, since: dt.date | None, until: dt.date | None, resume_key: str | None = None
) -> str:
    """The address that asks for the captures of a host's pages, from a day to a day, both included."""
    fields = [("url", f"{host}/"), ("matchType", "prefix"), ("output", "json")]
    fields += [("from", f"{since:%Y%m%d}000000")] if since else []
    fields += [("to", f"{until:%Y%m%d}235959")] if until else []
    fields += [("filter", f"statuscode:{_STATUS}"), ("filter", f"mimetype:{_MEDIA}")]
    fields += [("limit", str(PAGE_LINES)), ("showResumeKey", "true")]
    fields += [("resumeKey", resume_key)] if resume_key else []
    return f"{base}/cdx/search/cdx?{urlencode(fields)}"


def read_captures_page(body: bytes) -> CapturesPage:
    """The captures in an answer; none in an empty one. Raises `NotCapturesError`."""
    if not body.strip():
        return CapturesPage(captures=())
    try:
        rows = json.loads(body)
    except (ValueError, RecursionError) as error:
        start = body[:80].decode("utf-8", "replace")
        raise NotCapturesError(f"expected captures as JSON, got {' '.join(start.split())!r} ({error})") from None
    if not isinstance(rows, list):
        raise NotCapturesError(f"expected captures as an array, got {str(rows)[:80]!r}")
    return _page(rows)


def _page(rows: list[Any]) -> CapturesPage:
    if not rows:
        return CapturesPage(captures=())
    names = rows[0] if isinstance(rows[0], list) else []
    if not set(_COLUMNS) <= set(map(str, names)):
        raise NotCapturesError(f"expected the columns {', '.join(_COLUMNS)}, got {str(rows[0])[:120]!r}")
    places = [names.index(name) for name in _COLUMNS]
    resume_key = None
    lines = rows[1:]
    if [] in lines:
        end = lines.index([])
        resume_key = next((str(row[0]) for row in lines[end + 1 :] if isinstance(row, list) and row), None)
        lines = lines[:end]
    read = [_listed(row, places) for row in lines]
    captures = tuple(item for item in read if item is not None)
    return CapturesPage(captures=captures, resume_key=resume_key, odd=len(read) - len(captures))


def _listed(row: object, places: list[int]) -> Listed | None:
    if not isinstance(row, list) or len(row) <= max(places):
        return None
    timestamp, original, mime, status, digest = (str(row[place]).strip() for place in places)
    try:
        parse_timestamp(timestamp)
    except ValueError:
        return None
    if len(timestamp) != len("20250829093000"):
        return None
    digest = digest.rpartition(":")[2].upper()
    return Listed(timestamp=timestamp, original=original, mime=mime, status=status, digest=digest.strip("-") or None)


@dataclass(slots=True)
class LineUp:
    """The captures of a source worth asking for, lined up: of each page one capture for each payload, the earliest.

    `refusal` says of each capture why it is not asked for, None for one that is. Every spelling of an address, http or
    https, is one page, as in a crawl.
    """

    source: Source
    since: dt.date | None
    until: dt.date | None
    _seen: set[tuple[str, str]] = field(default_factory=set)

    def refusal(self, listed: Listed) -> str | None:
        """The reason why a capture is passed over, None for one to ask for."""
        if listed.mime not in _HTML:
            return "not_html"
        if listed.status not in ("200", "-"):
            return "status"
        if not self.is_in_range(listed.day):
            return "out_of_range"
        page = page_of(self.source, listed.original)
        if page is None:
            return _why_no_article(self.source, listed.original)
        # Without a digest nobody knows whether two are the same: each counts.
        payload = (page, listed.digest or listed.timestamp)
        if payload in self._seen:
            return "same_payload"
        self._seen.add(payload)
        return None

    def is_in_range(self, day: dt.date) -> bool:
        """True for a day of the range, whose ends belong to it."""
        return (self.since is None or day >= self.since) and (self.until is None or day <= self.until)


def page_of(source: Source, original: str) -> str | None:
    """What a page of a source is known by, whatever the spelling of its address; None for what is no article of it."""
    if _why_no_article(source, original) is not None:
        return None
    return normalise_url(original).partition("://")[2]


def _why_no_article(source: Source, original: str) -> str | None:
    try:
        url = normalise_url(original)
    except BadUrl:
        return "bad_url"
    verdict = classify(source, url)
    if verdict.kind == "listing":
        return "listing"
    return verdict.refused or (None if verdict.kind == "article" else "not_article")

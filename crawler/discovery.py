"""What a document announces, as values, and the reading of feeds: bytes in, Discovery out. Pure; no byte raises.

A document that is not what it should be gives a `problem` in one line beside whatever could be read. A torn end is cut
back to the last whole item, since half a URL is a wrong URL. Nothing is expanded and nothing is fetched: documents come
from strangers. URLs come out normalised; a time without a zone is taken as UTC.

Sitemaps are read in `sitemaps` and HTML pages in `listings`, by the same rules; what all three need is here. Which
announced URL is an article is for `scope` to say. The only importer of feedparser.
"""

from __future__ import annotations

import calendar
import datetime as dt
import json
import re
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import TYPE_CHECKING, Any
from xml.sax import SAXParseException

import feedparser

from crawler.bases import against, base_among, bases_of, is_plain
from crawler.days_told import ToldDay, told_day
from crawler.urls import BadUrl, resolve_url
from pipelines.dates import find_dates, parse_declared

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# feedparser takes a second a megabyte: what comes after so much is left for tomorrow, or for the next page.
MAX_FEED_BYTES = 10_000_000

_LONGEST_DATED = 1500
_FEED = "a feed (RSS, Atom, RDF or JSON Feed)"
_HTML = re.compile(rb"(?i)(\xef\xbb\xbf)?\s*(<\?xml[^>]*>\s*)?(<!--[^>]*-->\s*)*<(!doctype\s+html|html|head|body)\b")
_ROOT_END = re.compile(rb"</(?:[\w-]+:)?(?:rss|feed|RDF|urlset|sitemapindex)\s*>")
_ITEM_ENDS = (b"</item>", b"</entry>", b"</url>", b"</sitemap>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """One URL that a document announces. `place` says where in it; times are aware, None where none is given.

    `published` is when the document says it was published; `modified` when it was last changed (Atom's `updated`, a
    sitemap's `lastmod`), which is never before `published`. `day` is the day that stands beside a link for readers, in
    the site's own zone, or up to `off` days before: it may end a list, and is never taken for the day of publication.
    `block` is the same for links that stand in one list of a page.
    """

    url: str
    title: str | None
    published: dt.datetime | None
    place: str
    modified: dt.datetime | None = None
    day: dt.date | None = None
    off: int = 0
    block: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """What was read: announcements in the order of the document, each URL once; child sitemaps; where it goes on.

    `changed` says by URL when a child last changed, for those that say so. `by_post` is an address at which a list goes
    on for who sends it something, which no crawl does. `may_be` are addresses of which the first item has one, where
    nothing told against what its relative links are meant.
    """

    announcements: tuple[Announcement, ...] = ()
    children: tuple[str, ...] = ()
    changed: Mapping[str, dt.datetime] = field(default_factory=dict)
    next_page: str | None = None
    problem: str | None = None
    by_post: str | None = None
    may_be: tuple[str, ...] = ()


@dataclass(slots=True)
class Gathering:
    """Announcements while they are gathered. URLs are resolved against `base`; the document calls an item `noun`.

    `seen_at` is when the document was read, in the zone of its site, None where nobody knows.
    """

    base: str
    noun: str
    seen_at: dt.datetime | None = None
    by_url: dict[str, Announcement] = field(default_factory=dict)
    seen: int = 0
    unusable: int = 0

    def add(
        self,
        href: object,
        title: object,
        published: Any = None,
        modified: Any = None,
        *,
        day: str | ToldDay | None = None,
        block: str = "",
    ) -> None:
        """Takes one item. One without a usable URL is counted; one that is there already gives at most its title.

        `day` is the day of the item, or a text in which it may stand as people write it.
        """
        self.seen += 1
        url = resolve(self.base, href)
        if url is None:
            self.unusable += 1
            return
        text = one_line(title) if isinstance(title, str) else None
        place = f"{self.noun} {self.seen}"
        shown = None if published or not day else self._day(day)
        new = Announcement(
            url=url, title=text, published=published, place=place, modified=modified, block=block,
            day=shown.day if shown else None, off=shown.off if shown else 0,
        )  # fmt: skip
        old = self.by_url.setdefault(url, new)
        if old.title is None and text:  # the picture of a teaser stands before its headline
            old = self.by_url[url] = replace(old, title=text, published=old.published or published)
        if old.day is None and old.published is None and shown is not None:
            self.by_url[url] = replace(old, day=shown.day, off=shown.off)

    def _day(self, day: str | ToldDay) -> ToldDay | None:
        if isinstance(day, ToldDay):
            return day
        found = day_in(day)
        return ToldDay(found) if found else told_day(day, self.seen_at)

    def result(self, *, next_page: str | None = None, problem: str | None = None) -> Discovery:
        """The Discovery of what was added, each URL once."""
        if self.unusable and not problem:
            problem = f"expected a URL in each {self.noun}, got none that can be used in {self.unusable} of {self.seen}"
        return Discovery(announcements=tuple(self.by_url.values()), next_page=next_page, problem=problem)


def read_feed(body: bytes, *, url: str, content_type: str | None, like: Iterable[str] = ()) -> Discovery:
    """The items of an RSS, Atom, RDF or JSON feed that was served at `url`, and its next page where it names one.

    `like` are known addresses of the site, which tell against what relative links are meant.
    """
    if not body.strip():
        return Discovery(problem=f"expected {_FEED}, got an empty body")
    if _HTML.match(body[:4096]):
        return Discovery(problem=f"expected {_FEED}, got an HTML page")
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        return _read_json_feed(body, url, like)
    return _read_xml_feed(body, url, content_type, like)


def _read_xml_feed(body: bytes, url: str, content_type: str | None, like: Iterable[str]) -> Discovery:
    is_cut = len(body) > MAX_FEED_BYTES
    body = _without_entities(without_torn_end(body[:MAX_FEED_BYTES]))
    if b"<!ENTITY" in body.replace(b"\0", b""):
        return Discovery(problem="expected a feed without entity declarations, got some")
    # Without the address of the feed relative links stay as they are, but for those that have an xml:base.
    headers = {"content-type": content_type} if content_type else {}
    try:
        # BytesIO, since feedparser opens a string of bytes as a file name first.
        parsed = feedparser.parse(
            BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=True
        )
    except Exception as error:  # noqa: BLE001 (its loose parser can raise anything on garbage)
        return Discovery(problem=f"expected {_FEED}, got bytes that cannot be parsed ({type(error).__name__})")
    entries = [
        (entry, entry.get("feedburner_origlink") or entry.get("link") or _permanent(entry))
        for entry in parsed["entries"]
    ]
    base, may_be = _base(url, [link for _, link in entries], parsed["feed"].get("link"), like)
    found = Gathering(url, "item")
    version: str = parsed.get("version") or ""
    for entry, link in entries:
        modified = _utc(entry.get("updated_parsed")) if "updated_parsed" in entry else None
        # RSS 1.0 has one date, dc:date, which feedparser calls `updated`.
        published = _utc(entry.get("published_parsed")) or (modified if version.startswith("rss") else None)
        written = None if published or modified else entry.get("published") or entry.get("updated")
        found.add(against(base, url, link), entry.get("title"), published, modified, day=written)
    too_large = f"expected at most {MAX_FEED_BYTES} bytes, got more; the start was read"
    problem = too_large if is_cut else _feed_problem(parsed, version)
    nexts = (link.get("href") for link in parsed["feed"].get("links", ()) if link.get("rel") == "next")
    return replace(found.result(next_page=resolve(url, next(nexts, None)), problem=problem), may_be=may_be)


def _base(url: str, links: list[Any], home: object, like: Iterable[str]) -> tuple[str, tuple[str, ...]]:
    """Against what the relative ones of `links` are meant, and what the first may be where nothing told that."""
    relative, bases = bases_of(url, links, home)
    known = {*like, *filter(None, (resolve(url, link) for link in links if is_plain(link)))}
    base, is_told = base_among(bases, relative, known)
    first = [] if is_told else [resolve(each, relative[0]) for each in bases]
    return base, tuple(dict.fromkeys(filter(None, first)))


def _permanent(entry: Any) -> str | None:
    """The id of an entry where that is an address."""
    text = entry.get("id")
    return text if isinstance(text, str) and text.startswith(("http://", "https://")) else None


def _feed_problem(parsed: feedparser.FeedParserDict, version: str) -> str | None:
    error = parsed.get("bozo_exception")
    broken = f"{error.getMessage()} in line {error.getLineNumber()}" if isinstance(error, SAXParseException) else None
    if not version and not parsed["entries"]:
        return f"expected {_FEED}, got {'something else' if broken is None else f'no feed: {one_line(broken)}'}"
    if broken:
        return f"expected well-formed XML, got {one_line(broken)}; {len(parsed['entries'])} items read"
    return None if parsed["entries"] else "expected a feed with items, got an empty one"


def _read_json_feed(body: bytes, url: str, like: Iterable[str]) -> Discovery:
    try:
        feed = json.loads(body)
    except (ValueError, RecursionError) as error:
        return Discovery(problem=f"expected a JSON Feed, got broken JSON: {one_line(str(error))}")
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        return Discovery(problem="expected a JSON Feed, got JSON without items")
    found = Gathering(url, "item")
    rows = [item if isinstance(item, dict) else {} for item in items]
    links = [item.get("url") or item.get("external_url") for item in rows]
    base, may_be = _base(url, links, feed.get("home_page_url"), like)
    for item, link in zip(rows, links, strict=True):
        dates = read_time(item.get("date_published")), read_time(item.get("date_modified"))
        found.add(against(base, url, link), item.get("title"), *dates)
    problem = None if items else "expected a feed with items, got an empty one"
    return replace(found.result(next_page=resolve(url, feed.get("next_url")), problem=problem), may_be=may_be)


def _without_entities(body: bytes) -> bytes:
    """`body` without the internal part of its DTD, where that declares entities: feedparser would expand them."""
    start = body.find(b"<!DOCTYPE")
    end = re.compile(rb"\]\s*>").search(body, start) if start >= 0 and b"<!ENTITY" in body else None
    return body[:start] + body[end.end() :] if end else body


def _utc(parsed: Any) -> dt.datetime | None:
    try:
        return dt.datetime.fromtimestamp(calendar.timegm(parsed), dt.UTC) if parsed else None
    except (ValueError, TypeError, OverflowError, OSError):
        return None


def without_torn_end(body: bytes) -> bytes:
    """`body` up to the end of its last whole item when the end of its root is missing."""
    if _ROOT_END.search(body[-4096:]):
        return body
    cut = max(body.rfind(end) + len(end) if end in body else 0 for end in _ITEM_ENDS)
    return body[:cut] if cut else body


def resolve(base: str, href: object) -> str | None:
    """`href`, as a document at `base` writes it, as a normalised URL; None where it is no http(s) URL."""
    if not isinstance(href, str) or not href.strip():
        return None
    try:
        return resolve_url(base, href)
    except BadUrl:
        return None


def read_time(text: object) -> dt.datetime | None:
    """The time that an ISO 8601 text names, in UTC where it names no zone; None where it names none."""
    text = text.strip() if isinstance(text, str) else ""
    try:
        time = dt.datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    if time is not None and len(text) <= len("2026-11-22"):
        time = time.replace(hour=12)  # noon in UTC is of that day in every zone of the region
    return time.replace(tzinfo=dt.UTC) if time and time.tzinfo is None else time


def day_in(text: str) -> dt.date | None:
    """The first day with a year in a text that people read, in any of our languages; None where there is none."""
    declared = parse_declared(text)
    if declared is not None:
        return declared.date() if isinstance(declared, dt.datetime) else declared
    found = find_dates(text[:_LONGEST_DATED])
    return found[0].day if found else None


def one_line(text: str) -> str | None:
    """`text` with its white space collapsed, cut to 300 characters; None when nothing is left."""
    return " ".join(text.split())[:300] or None

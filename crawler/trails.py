"""How far an entry is followed: which child sitemaps, which further pages, and where the range of days is passed. Pure.

A listing is newest first: it ends at the page whose last new items are older than the range. What stands on every page
of it (a list of the most read, say) is new on its first alone, so it does not keep it going.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from crawler.archives import ArchiveTrail, template_of
from crawler.signposts import is_archive_like
from crawler.spans import days_in_url, local_day, may_hold, newest_day
from crawler.traps import MAX_SITEMAPS, MAX_URL_CHARS, ListingTrail, is_trap
from crawler.urls import host_of, target_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.discovery import Announcement, Discovery
    from crawler.sources import Entry, Source
    from crawler.spans import Days

_MAX_SITEMAP_DEPTH = 3
_PAGES_OF_A_DAY = 20
_PAGES_OF_A_FEED = 500
# No reason to end: whether the range is passed is told by the articles of the page.
_WAITS = "waits"
# One step in so many may go up in a list that is newest first.
_ORDERLY = 8
# The sitemaps that a CMS writes beside those of its articles, by the names that it gives them.
_NO_NEWS = re.compile(
    r"(?:\A|[/_-])(?:page|category|categories|post_tag|tag|author|users|taxonom(?:y|ies)-\w+|posts-page)(?:[-_]?sitemap|-\d+\.xml)"
    r"|sitemap-(?:pages|categories|tags|authors|users)\b",
    re.IGNORECASE,
)
# A refused link: the reason, the URL, and what the operator is told, None where nothing.
Refused = tuple[str, str, str | None]


class Trails:
    """What the entries of one source have shown so far. `days` is the range that is asked for."""

    def __init__(self, source: Source, days: Days) -> None:
        self._days = days
        self._zone = ZoneInfo(source.timezone)
        self._trails: dict[str, ListingTrail] = {}
        self._sitemaps = 0
        self._archives: dict[str, ArchiveTrail] = {}
        self.waiting: dict[str, tuple[str, ...]] = {}
        self._edges: list[str] = []
        self.is_spilling = False

    def open_archive(self, entry: Entry, today: dt.date) -> str | None:
        """The first page of an archive to read: the newest of the range. None where the range lies in the future."""
        trail = self._archives[entry.url] = ArchiveTrail(entry.url, self._days, today=today, most=entry.max_pages)
        return trail.first()

    def next_of_archive(self, entry: Entry, *, is_quiet: bool) -> str | None:
        """The page before one of an archive, `is_quiet` where it had no article; or the site's home page."""
        return self._archives[entry.url].next(is_quiet=is_quiet)

    def is_home(self, entry: Entry, url: str) -> bool:
        """True for the home page that an archive asked for."""
        return entry.type == "archive" and url in self._archives[entry.url].homes

    def begin_archive(self, entry: Entry, discovery: Discovery, names: Mapping[str, Announcement]) -> None:
        """Begin an archive at the newest day that the home page names: of an article, or of a page by date.

        Where it names none, what it calls an archive is read next.
        """
        trail = self._archives[entry.url]
        days = [newest_day(item, self._zone) for item in names.values()]
        links = [days_in_url(item.url) for item in discovery.announcements if template_of(item.url) is not None]
        days += [link.last for link in links if link is not None]
        known = [day for day in days if day is not None]
        if not known and len(trail.homes) == 1:
            trail.homes += [
                item.url
                for item in discovery.announcements
                if is_archive_like(f"{item.title or ''} {target_of(item.url)}")
                and host_of(item.url) == host_of(entry.url)
            ][:1]
        trail.note_links(item.url for item in discovery.announcements)
        trail.begin(known)

    def is_quiet_archive(self, entry: Entry, discovery: Discovery, names: Mapping[str, Announcement]) -> bool:
        """True for the page of an archive that announces nothing of its own; which days it passes over is noted."""
        trail = self._archives.get(entry.url)
        if trail is None:
            return not names
        is_quiet = trail.is_quiet(names)
        trail.note_links((item.url for item in discovery.announcements), is_quiet=is_quiet)
        return is_quiet

    def further(
        self, discovery: Discovery, names: Mapping[str, Announcement], entry: Entry, *, depth: int
    ) -> tuple[list[str], list[Refused]]:
        """The documents to read after this one, newest first, and what is refused.

        `names` are the articles that it announces by their identity, `depth` how many documents led to it. Where a list
        shows no days the page after it is `waiting` under the entry's URL, with the new articles of this one.
        """
        urls, refused = self._children(discovery, depth)
        if discovery.by_post is not None:
            refused.append(("post_only", discovery.by_post, None))
        if discovery.next_page is not None:
            reason = self._end_of(names, entry, depth)
            if reason in {None, _WAITS}:
                urls.append(discovery.next_page)
            elif reason:
                refused.append((reason, discovery.next_page, None))
        taken = []
        for each in urls:
            why = self._refusal(each, entry)
            refused += [why] if why else []
            taken += [] if why else [each]
        return taken, refused

    def _children(self, discovery: Discovery, depth: int) -> tuple[list[str], list[Refused]]:
        """The child sitemaps that may name pages of the range, those that changed last first."""
        if depth >= _MAX_SITEMAP_DEPTH:
            return [], []
        changed = discovery.changed
        refused: list[Refused] = []
        wanted: list[str] = []
        has_news = not all(_NO_NEWS.search(target_of(url)) for url in discovery.children)
        for url in discovery.children:
            if has_news and _NO_NEWS.search(target_of(url)):
                refused.append(("not_article", url, None))
            elif may_hold(self._days, url, changed.get(url), zone=self._zone):
                wanted.append(url)
            elif may_hold(self._days, url, changed.get(url)):
                self._edges.append(url)
            else:
                refused.append(("out_of_range", url, None))
        return sorted(wanted, key=lambda url: _newest(url, changed.get(url)), reverse=True), refused

    def note_map(self, url: str, names: Mapping[str, Announcement]) -> None:
        """Note whether a sitemap has pages of the day after those in its address: its server counts days elsewhere."""
        named = days_in_url(url)
        if named is None or named.last is None:
            return
        moments = (item.published or item.modified for item in names.values())
        days = [local_day(moment, self._zone) for moment in moments if moment is not None]
        self.is_spilling |= any(day - named.last == dt.timedelta(days=1) for day in days)

    def edges_of(self, discovery: Discovery) -> list[str]:
        """The child sitemaps just beside the range, to be read where `is_spilling` comes to be true."""
        children = set(discovery.children)
        return [url for url in self._edges if url in children]

    def _end_of(self, names: Mapping[str, Announcement], entry: Entry, depth: int) -> str | None:
        """None where an entry goes on after this page; else the reason to count, an empty one where it simply ends."""
        limit = {"archive": _PAGES_OF_A_DAY, "feed": _PAGES_OF_A_FEED}.get(entry.type, entry.max_pages)
        if depth + 1 >= limit:
            return ""
        trail = self._trails.setdefault(entry.url, ListingTrail())
        fresh = {name: item for name, item in names.items() if name not in trail.shown}
        new = list(fresh.values())
        if not trail.add(names):
            return "trap"
        blocks = Counter(item.block for item in new)
        main = max(blocks, key=lambda block: blocks[block], default="")
        every = [(item.block, newest_day(item, self._zone)) for item in new]
        days = [day for block, day in every if day is not None and block == main]
        days = days or [day for _, day in every if day is not None]
        if new and not days and self._days.first is not None and entry.type == "listing":
            self.waiting[entry.url] = tuple(name for name, item in fresh.items() if item.block == main)
            return _WAITS
        return "" if self._days.first is not None and _is_past(days, self._days.first) else None

    def _refusal(self, url: str, entry: Entry) -> Refused | None:
        """Why a sitemap or further page is not read: it looks endless, or there were enough."""
        if len(url) > MAX_URL_CHARS:
            return ("too_long", url, None)
        if is_trap(url):
            return ("trap", url, None)
        if entry.type == "sitemap" and self._sitemaps >= MAX_SITEMAPS:
            return ("too_many_sitemaps", url, f"expected at most {MAX_SITEMAPS} sitemaps in one run, got more")
        self._sitemaps += entry.type == "sitemap"
        return None


def are_past(days: list[dt.date | None], first: dt.date | None) -> bool:
    """True when articles of these days, in their order (None: not known), show that a list has passed the range."""
    known = [day for day in days if day is not None]
    return first is not None and len(known) * 2 > len(days) and max(known[-2:]) < first and _is_past(known, first)


def _is_past(days: list[dt.date], first: dt.date) -> bool:
    """True when a list whose page shows these days, in its order, has come to what is older than `first`.

    That is so when all are, and also when they fall and the last is: nothing newer comes after it.
    """
    if not days or max(days) < first:
        return bool(days)
    falls = sum(later <= earlier for earlier, later in pairwise(days))
    is_sorted = falls * _ORDERLY >= (len(days) - 1) * (_ORDERLY - 1)
    return is_sorted and len(days) > 1 and days[-1] < first


def _newest(url: str, changed: dt.datetime | None) -> str:
    """When a sitemap changed last, or the last day that its address names, as a text to sort by."""
    if changed is not None:
        return changed.astimezone(dt.UTC).isoformat()
    named = days_in_url(url)
    return named.last.isoformat() if named and named.last else ""

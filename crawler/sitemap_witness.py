"""The sitemap of a site as a witness, where it is no entry: what it lists of these days is held against the store.

For a source whose entries are feeds and listings, which show the latest pages alone. robots.txt names the sitemap; of
an index only the child that changed last is read. At most once in twenty hours, after everything else, by the rules of
every other request: robots.txt, delays, conditions. What it knows and nobody announced is asked for by the next run.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from scrapy import Request

from archive.coding import UndecodableError
from crawler.bodies import MAX_DOCUMENT_BYTES, decoded_body
from crawler.clock import utc_now
from crawler.patience import TookTooLongError, limited_cpu
from crawler.reading import read_body
from crawler.sources import Entry
from crawler.spans import Days, moment_of, newest_day
from crawler.trails import Trails
from crawler.visits import META_KEY, STORED_KEY, Role, Visit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.discovery import Announcement
    from crawler.past import Past
    from crawler.sources import Source
    from crawler.spider import SourceSpider

_AGAIN = dt.timedelta(hours=20)
_DAYS = 2
# An index, an index of a year, and the sitemap itself.
_HOPS = 2
# So many pages of one witness are asked for by the next run, the newest first.
_FILLED = 20
UNANNOUNCED = "a sitemap lists it, and no entry announced it"


def is_wanted(source: Source, past: Past, now: dt.datetime) -> bool:
    """True when a witness is to be heard: no sitemap is an entry, the source file allows it, and it is time."""
    if not source.schedule.witness or any(entry.type == "sitemap" for entry in source.entries):
        return False
    return past.witnessed is None or now - past.witnessed >= _AGAIN


def choose(urls: Iterable[str]) -> str | None:
    """The sitemap to ask of those that robots.txt names: that of the news, else the first; None of none."""
    return min(urls, key=lambda url: "news" not in url.rpartition("/")[2].lower(), default=None)


def listed_of(announcements: Iterable[Announcement], source: Source, now: dt.datetime) -> list[str]:
    """The articles of today and the two days before, in the zone of the source, the newest first."""
    zone = ZoneInfo(source.timezone)
    today = now.astimezone(zone).date()
    found = [
        (moment_of(item) or now, item.url)
        for item in announcements
        if (day := newest_day(item, zone)) is not None and abs((today - day).days) <= _DAYS
    ]
    return [url for _, url in sorted(found, reverse=True)]


class SitemapWitness:
    """The witness of one spider; it is heard once, when everything else was asked for."""

    def __init__(self, spider: SourceSpider) -> None:
        self._spider = spider
        self._trails = Trails(spider.source, Days())
        self._is_heard = False

    def requests(self) -> list[Request]:
        """A request for the sitemap, the first time; none where robots.txt names none of ours."""
        seen = self._spider.ledger.seen
        url = choose(url for url in seen.sitemaps if self._spider.owns(url))
        if self._is_heard or url is None:
            return []
        self._is_heard = True
        seen.witness = url
        return [self._request(url, (), 0)]

    def _request(self, url: str, via: tuple[tuple[str, str], ...], hops: int) -> Request:
        name = self._spider.source.id
        visit = Visit(role=Role.SITEMAP, page=url, source=name, via=via, hops="P" + "L" * (hops + 1), depth=hops)
        return Request(
            url,
            callback=self.parse,
            errback=self.failed,
            meta={META_KEY: visit, "download_memory": MAX_DOCUMENT_BYTES},
            dont_filter=True,
        )

    def parse(self, response: Response) -> Iterator[Request]:
        """Note what a sitemap lists of these days, or ask for the newest child of an index."""
        visit: Visit = response.meta[META_KEY]
        if response.status != 200 or not self._spider.owns(response.url):
            return
        try:
            with limited_cpu():
                found = read_body("sitemap", decoded_body(response), url=response.url, content_type=None, charset=None)
        except (TookTooLongError, UndecodableError):
            return
        self._compare(listed_of(found.announcements, self._spider.source, utc_now()))
        if visit.depth >= _HOPS:
            return
        entry = Entry(type="sitemap", url=visit.page)
        children, _ = self._trails.further(found, {}, entry, depth=visit.depth)
        stored = response.meta.get(STORED_KEY)
        for url in [url for url in children if self._spider.owns(url)][:1]:
            record_id = stored.payload_record_id or "" if stored else ""
            yield self._request(url, ((response.url, record_id),), visit.depth + 1)

    def _compare(self, listed: Iterable[str]) -> None:
        """Hold what a sitemap lists of these days, the newest first, against the store."""
        spider, left = self._spider, _FILLED
        assert spider.run is not None
        for url in filter(spider.frontier.is_article, listed):
            is_held = spider.run.earlier.is_known(url) or spider.frontier.has(url)
            spider.ledger.seen.note_listed(url, is_held=is_held)
            if not is_held and left > 0 and not spider.run.is_taken_down(url):
                spider.ledger.seen.note_missing(url, UNANNOUNCED)
                left -= 1

    def failed(self, failure: Failure) -> None:
        """A witness that cannot be had says nothing."""

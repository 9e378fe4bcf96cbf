"""The one spider, driven by a Source: entries are read, articles announced, fetched and handed to the run.

It decides nothing itself: what a document announces is `discovery`, which URL is an article and when its page goes out
is `frontier`, how far an entry is followed is `trails`, what becomes of a page is the run's. Each announced page gets
exactly one fate in the ledger.
"""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from scrapy import Request, Spider, signals
from scrapy.exceptions import CloseSpider, DontCloseSpider

from archive.capture import MAX_PAGE_BYTES
from archive.coding import UndecodableError
from archive.errors import StoreNotUsable
from crawler.browser import launch_settings
from crawler.claims import Claims
from crawler.clock import utc_now
from crawler.discovery import Announcement
from crawler.doors import Doors
from crawler.entry_reading import EntryReader
from crawler.fates import hand_over, settle_failure
from crawler.frontier import Frontier
from crawler.part_fetching import PartFetcher
from crawler.rendering import Renderer
from crawler.revisits import MAX_REVISITS, take_due
from crawler.self_description import said_of_itself
from crawler.sitemap_witness import SitemapWitness, is_wanted
from crawler.spans import Days
from crawler.terms import settings_of
from crawler.urls import BadUrl, host_of, normalise_url
from crawler.visits import ALTERNATES_KEY, META_KEY, STORED_KEY, Role, Visit
from crawler.witness import Witness

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings
    from twisted.python.failure import Failure

    from archive.capture import Stored
    from crawler.frontier import Held
    from crawler.ledger import SourceLedger
    from crawler.past import Past
    from crawler.run import Run
    from crawler.sources import Entry, Source

logger = logging.getLogger(__name__)


class SourceSpider(Spider):
    """Crawls one source. `source` is bound by the loader; `run` comes from the command, or from the recorder."""

    source: Source
    run: Run | None = None
    refusal: str | None = None
    """Why nothing may be asked for: the reason with which the spider ends. None where nothing is in the way."""

    def __init__(
        self,
        name: str | None = None,
        *,
        run: Run | None = None,
        since: dt.date | str | None = None,
        until: dt.date | str | None = None,
        limit: int | str | None = None,
        revisits: int | str | None = None,
        past: Past | None = None,
        **options: Any,
    ) -> None:
        super().__init__(name, **options)
        self.run = run
        self.claims = Claims()
        self.doors = Doors(self.owns)
        self._days = Days(_day(since), _day(until))
        self._limit = int(limit) if limit is not None else None
        self._revisits = int(revisits) if revisits is not None else MAX_REVISITS
        self._requested = 0
        self._holes: tuple[str, ...] = ()
        self.witness = Witness(self)
        self.frontier = Frontier(self.source, self._days)
        self._reader = EntryReader(self, self._days)
        self._zone = ZoneInfo(self.source.timezone)
        self._limits_met: set[str] = set()
        self._parts: PartFetcher | None = None
        self._renderer: Renderer | None = None
        self._sitemap: SitemapWitness | None = None
        if past is not None:
            self.remember(past)

    def remember(self, past: Past) -> None:
        """Ask again for what could not be had, and hear a witness if it is time; a crawl of some days does neither."""
        if self._days == Days() and self._limit is None:
            self._holes = tuple(past.holes)
            self._sitemap = SitemapWitness(self) if is_wanted(self.source, past, utc_now()) else None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """The spider, which is told when nothing is left to be read."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.idle, signals.spider_idle)
        return spider

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Take delay and concurrency from the source, unless the command line set them."""
        super().update_settings(settings)
        politeness = cls.source.politeness
        settings.set("DOWNLOAD_DELAY", politeness.delay, priority="spider")
        settings.set("CONCURRENT_REQUESTS_PER_DOMAIN", politeness.concurrency, priority="spider")
        if cls.source.render:
            for name, value in launch_settings().items():
                settings.set(name, value, priority="spider")
        for name, hosts in settings_of([cls.source]).items():
            settings.set(name, [*settings.getlist(name), *hosts], priority="spider")

    @property
    def ledger(self) -> SourceLedger:
        """The ledger of this source in the run."""
        assert self.run is not None, "the recorder opens a run before the first request"
        return self.run.ledger(self.source.id)

    async def start(self) -> AsyncIterator[Request]:
        """A request for each entry of the source; of an archive for its newest page in the range."""
        if self.refusal is not None:
            return
        if self.source.requisites and self.settings.getbool("KAKEHASHI_REQUISITES"):
            self._parts = PartFetcher(self)
        if self.source.render and self.settings.getbool("KAKEHASHI_RENDER"):
            self._renderer = Renderer(self)
        for request in self._reader.first():
            yield request
        for url in self._holes:  # announced once, and not to be had then
            visit = Visit(role=self._role, page=url, source=self.source.id, hops="L", depth=1)
            if self.owns(url) and self.ledger.announce(url):
                yield self._request(url, visit)

    def parse_entry(self, response: Response, entry: Entry) -> Iterator[Request]:
        """Read a feed, sitemap or list, and ask for what it leads to."""
        yield from self._reader.parse(response, entry)

    def parse_feed_of_list(self, response: Response, entry: Entry) -> None:
        """Read the feed that a list without days names, for the days that it tells."""
        self._reader.parse_feed_of_list(response, entry)

    def entry_failed(self, failure: Failure) -> Iterator[Request]:
        """Note an entry that could not be fetched."""
        yield from self._reader.failed(failure)

    def take(self, announcements: Sequence[Announcement], response: Response, visit: Visit) -> dict[str, Announcement]:
        """The announced articles by their identity; the frontier holds them from now on."""
        stored: Stored | None = response.meta.get(STORED_KEY)
        announcer = (response.url, stored.payload_record_id or "" if stored else "")
        names, too_many = self.frontier.take_all(announcements, visit, announcer, self.ledger)
        for url in too_many:
            self.refuse("too_many", url, "expected fewer pages in a run, got more; see --since and --until")
        return names

    def refuse(self, reason: str, url: str, problem: str | None = None) -> None:
        """Count a refused link; the first of each reason that has one is a problem that the operator should know."""
        self.ledger.refuse(reason)
        if problem is not None and reason not in self._limits_met:
            self._limits_met.add(reason)
            self.note_problem(url, problem)

    def released(self, *, is_idle: bool = False) -> Iterator[Request]:
        """A request for each page that is held, newest first; what is over the limit is announced and left open."""
        for url, held in self._wanted(is_idle=is_idle):
            if not self.ledger.announce(url):
                continue
            if self._limit is None or self._requested < self._limit:
                self._requested += 1
                yield self._article_request(url, held)

    def _wanted(self, *, is_end: bool = False, is_idle: bool = False) -> Iterator[tuple[str, Held]]:
        """What the frontier lets go, less what was taken down."""
        assert self.run is not None
        for url, held in self.frontier.release(self.ledger, is_end=is_end, is_idle=is_idle):
            if self.run.is_taken_down(url):
                self.ledger.refuse("taken_down")
            else:
                yield url, held

    def _article_request(self, url: str, held: Held) -> Request:
        spare = held.announced_as if held.announced_as not in held.spellings else None
        return self._request(url, held.visit.followed(url, self._role, held.via.items(), spare=spare))

    @property
    def _role(self) -> Role:
        return Role.ARTICLE if self._renderer is None else Role.SHELL

    def _request(self, url: str, visit: Visit) -> Request:
        self.witness.asked(visit.page)
        meta: dict[str, Any] = {META_KEY: visit}
        callback: Any = self.parse_article
        if self._renderer is not None:
            meta["download_memory"] = MAX_PAGE_BYTES
            callback = self._renderer.parse
        return Request(url, callback=callback, errback=self.article_failed, meta=meta, dont_filter=True)

    def idle(self) -> None:
        """Ask for the announced articles, now that every document is read, then for entries that are not believed yet.

        Last come the articles that are due by their age, and a witness.

        Raises `DontCloseSpider` when there is something to be fetched, `CloseSpider` when nothing may be.
        """
        if self.refusal is not None:
            raise CloseSpider(self.refusal)
        # The frontier holds what waits for the days of other pages; a second call lets go what these did not settle.
        requests = (
            list(self.released(is_idle=True))
            or list(self.released(is_idle=True))
            or self._reader.second_asks()
            or self._reader.go_on()
            or self._due_again()
            or (self._sitemap.requests() if self._sitemap else [])
        )
        for request in requests:
            assert self.crawler.engine is not None
            self.crawler.engine.crawl(request)
        if requests:
            raise DontCloseSpider

    def _due_again(self) -> list[Request]:
        """Requests for articles known from before whose age says that they should be looked at again; asked once."""
        left = self._revisits if self._limit is None else min(self._revisits, self._limit - self._requested)
        self._revisits = 0
        if self.run is None or left <= 0:
            return []
        try:
            due = (
                page for page in self.run.due_articles(self.source.scope.hosts) if not self.run.is_taken_down(page.url)
            )
            pages = take_due(due, self.source, self.ledger, count=left, is_wanted=self._days.holds)
        except StoreNotUsable as error:  # what was crawled is safe; the next run looks again
            self.note_problem(self.source.id, f"articles known from before were not looked at again: {error}")
            return []
        return [
            self._request(url, Visit(role=self._role, page=url, source=self.source.id, is_revisit=True))
            for url in pages
        ]

    def closed(self, reason: str) -> None:  # noqa: ARG002 (Scrapy gives it by position)
        """What was announced and not asked for is in the ledger too, and is deferred."""
        for url, _ in self._wanted(is_end=True) if self.run is not None else ():
            self.ledger.announce(url)

    def day_of(self, name: str) -> dt.date | None:
        """The day of an announced article, by its identity, as far as it was told by a document or by itself."""
        return self.frontier.day_of(name)

    def owns(self, url: str) -> bool:
        """True when the host of a URL is one of the source's."""
        try:
            return host_of(normalise_url(url)) in self.source.scope.hosts
        except BadUrl:
            return False

    def note_problem(self, url: str, problem: str) -> None:
        """Tell the operator, in the log and in the report, what was wrong with a document."""
        self.ledger.note_problem(url, problem)
        logger.warning("%s: %s", url, problem)

    def parse_article(self, response: Response) -> Iterator[Request]:
        """Hand a fetched page to the run, or settle it at once when nothing about it is new."""
        visit: Visit = response.meta[META_KEY]
        stored: Stored | None = response.meta.get(STORED_KEY)
        assert self.run is not None
        if stored is None:
            return  # the store took no more: the page stays open and is deferred
        self.ledger.fetched += 1
        if visit.spare is not None and response.status in (404, 410):
            yield self._request(visit.spare, replace(visit, spare=None))
            return
        self.witness.answered(response)
        if not self.owns(response.url):
            self.run.drop(stored, url=visit.page, account=self.source.id, detail=f"to {response.url}")
            return
        others = response.meta.get(ALTERNATES_KEY, ())
        items = [Announcement(url=url, title=None, published=None, place="hreflang") for url in others]
        self.take(items, response, visit)
        if self._parts is not None:
            self._parts.look(response, visit, stored)
        hand_over(self.run, stored, visit, account=self.source.id)

    def note_page(self, request: Request, response: Response) -> None:
        """Claim the page that an article names as canonical, and keep the addresses of it in other languages."""
        visit: Visit = request.meta[META_KEY]
        if not 200 <= response.status < 300:
            return
        try:
            canonical, request.meta[ALTERNATES_KEY], day = said_of_itself(response, request.url, self._zone)
        except UndecodableError:
            return
        if day is not None:
            self.frontier.note_day(visit.page, day)
        # Most pages name themselves, which tells nothing.
        is_ours = canonical is not None and canonical != request.url and self.frontier.is_article(canonical)
        self.claims.fetched(request.url, canonical if is_ours else None, visit.page)

    def article_failed(self, failure: Failure) -> None:
        """Settle a page that could not be fetched, with its cause."""
        settle_failure(self.ledger, failure)
        self.witness.failed(failure.request)  # type: ignore[attr-defined]


def _day(value: dt.date | str | None) -> dt.date | None:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value

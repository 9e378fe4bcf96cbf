"""The one spider, driven by a Source: entries are read, articles announced, fetched and handed to the run.

It decides nothing itself: what a document announces is `discovery`, which URL is an article is `scope`, what becomes
of a page is the run's. Each announced page gets exactly one fate in the ledger.
"""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING, Any

from scrapy import Request, Spider

from archive.coding import UndecodableError
from crawler.bodies import MAX_DOCUMENT_BYTES, charset_of, content_type_of, decoded_body
from crawler.causes import describe
from crawler.clock import utc_now
from crawler.discovery import Discovery, read_feed
from crawler.fates import hand_over, settle_failure, was_stopped
from crawler.listings import read_listing
from crawler.patience import TookTooLongError, limited_cpu
from crawler.scope import classify
from crawler.sitemaps import read_sitemap
from crawler.terms import settings_of
from crawler.traps import MAX_PAGES, MAX_SITEMAPS, MAX_URL_CHARS, ListingTrail, is_trap
from crawler.urls import BadUrl, host_of, normalise_url
from crawler.visits import META_KEY, STORED_KEY, Role, Visit, urgency
from crawler.witness import Witness

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator

    from scrapy.http import Response
    from scrapy.settings import BaseSettings
    from twisted.python.failure import Failure

    from archive.capture import Stored
    from crawler.discovery import Announcement
    from crawler.ledger import SourceLedger
    from crawler.run import Run
    from crawler.sources import Entry, Source

logger = logging.getLogger(__name__)
_ROLES = {"feed": Role.FEED, "sitemap": Role.SITEMAP, "listing": Role.LISTING}
_MAX_SITEMAP_DEPTH = 3


class SourceSpider(Spider):
    """Crawls one source. `source` is bound by the loader; `run` comes from the command, or from the recorder."""

    source: Source
    run: Run | None = None

    def __init__(
        self,
        name: str | None = None,
        *,
        run: Run | None = None,
        since: dt.date | str | None = None,
        until: dt.date | str | None = None,
        limit: int | str | None = None,
        holes: tuple[str, ...] = (),
        **options: Any,
    ) -> None:
        super().__init__(name, **options)
        self.run = run
        self._since = _day(since)
        self._until = _day(until)
        self._limit = int(limit) if limit is not None else None
        self._requested = 0
        self._holes = holes
        self._seen: set[str] = set()
        self._witness = Witness(self)
        self._out_of_range: set[str] = set()
        self._sitemaps = 0
        self._trails: dict[str, ListingTrail] = {}
        self._limits_met: set[str] = set()

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Take delay and concurrency from the source, unless the command line set them."""
        super().update_settings(settings)
        politeness = cls.source.politeness
        settings.set("DOWNLOAD_DELAY", politeness.delay, priority="spider")
        settings.set("CONCURRENT_REQUESTS_PER_DOMAIN", politeness.concurrency, priority="spider")
        for name, hosts in settings_of([cls.source]).items():
            settings.set(name, [*settings.getlist(name), *hosts], priority="spider")

    @property
    def ledger(self) -> SourceLedger:
        """The ledger of this source in the run."""
        assert self.run is not None, "the recorder opens a run before the first request"
        return self.run.ledger(self.source.id)

    async def start(self) -> AsyncIterator[Request]:
        """A request for each entry of the source."""
        for entry in self.source.entries:
            visit = Visit(role=_ROLES[entry.type], page=entry.url, source=self.source.id)
            yield self._entry_request(entry, entry.url, visit)
        for url in self._holes:  # announced once, and not to be had then
            visit = Visit(role=Role.ARTICLE, page=url, source=self.source.id, hops="L", depth=1)
            if self.owns(url) and self.ledger.announce(url):
                self._witness.asked(url)
                yield self._article_request(url, visit)

    def _entry_request(self, entry: Entry, url: str, visit: Visit) -> Request:
        self._seen.add(_identity(url))
        return Request(
            url,
            callback=self.parse_entry,
            errback=self.entry_failed,
            cb_kwargs={"entry": entry},
            meta={META_KEY: visit, "download_memory": MAX_DOCUMENT_BYTES},
            dont_filter=True,
            priority=10,
        )

    def parse_entry(self, response: Response, entry: Entry) -> Iterator[Request]:
        """Read a feed, sitemap or listing: articles first, then where it goes on."""
        visit: Visit = response.meta[META_KEY]
        if not 200 <= response.status < 300:
            self._note_broken(entry, response, f"expected a {entry.type}, got status {response.status}")
            return
        try:
            with limited_cpu():
                discovery = self._read(response, entry)
        except TookTooLongError as error:
            self._note_broken(entry, response, f"expected a {entry.type}, got one that costs {error}")
            return
        except UndecodableError as error:
            self._note_broken(entry, response, f"expected a {entry.type}, got a body that cannot be decoded: {error}")
            return
        self._witness.entry_read(entry, response, discovery)
        if discovery.problem is not None:
            self._note_problem(response.url, discovery.problem)
        yield from self._articles(discovery.announcements, response, visit)
        yield from self._further(discovery, response, entry, visit)

    def _note_broken(self, entry: Entry, response: Response, problem: str) -> None:
        self._note_problem(response.url, problem)
        self._witness.entry_broken(entry, response, problem)

    def _read(self, response: Response, entry: Entry) -> Discovery:
        body = decoded_body(response)
        if entry.type == "feed":
            return read_feed(body, url=response.url, content_type=content_type_of(response))
        if entry.type == "sitemap":
            return read_sitemap(body, url=response.url)
        return read_listing(body, url=response.url, encoding=charset_of(response))

    def _articles(self, announcements: Iterable[Announcement], response: Response, visit: Visit) -> Iterator[Request]:
        stored: Stored | None = response.meta.get(STORED_KEY)
        record_id = stored.payload_record_id if stored else None
        for announcement in announcements:
            request = self._article(announcement, visit, record_id, response.url)
            if request is not None:
                yield request

    def _article(
        self, announcement: Announcement, visit: Visit, record_id: str | None, announcer: str
    ) -> Request | None:
        """The request for an announced article; None for a link that is refused, known already or over the limit."""
        try:
            url = normalise_url(announcement.url)
        except BadUrl:
            self.ledger.refuse("bad_url")
            return None
        verdict = classify(self.source, url)
        if verdict.kind != "article" or verdict.refused is not None:
            if verdict.kind != "listing":
                self.ledger.refuse(verdict.refused or "not_article")
            return None
        if url in self._out_of_range or not self._is_in_range(announcement):
            self._out_of_range.add(url)
            self.ledger.refuse("out_of_range")
            return None
        if self._is_full(url) or not self.ledger.announce(url):
            return None
        if self._limit is not None and self._requested >= self._limit:
            return None  # announced and left open: the run defers it
        self._requested += 1
        self._witness.asked(url)
        request = self._article_request(url, visit.followed(url, Role.ARTICLE, record_id, announcer))
        return request.replace(priority=urgency(announcement.published, utc_now()))

    def _is_full(self, url: str) -> bool:
        """True for a page above what one run may announce: it would cost memory without end."""
        if url in self.ledger.pages or self.ledger.announced < MAX_PAGES:
            return False
        self._refuse("too_many", url, f"expected at most {MAX_PAGES} pages in a run, got more; see --since and --until")
        return True

    def _refuse(self, reason: str, url: str, problem: str) -> None:
        """Count a refused link; the first of each reason is a problem that the operator should know."""
        self.ledger.refuse(reason)
        if reason not in self._limits_met:
            self._limits_met.add(reason)
            self._note_problem(url, problem)

    def _article_request(self, url: str, visit: Visit) -> Request:
        return Request(
            url, callback=self.parse_article, errback=self.article_failed, meta={META_KEY: visit}, dont_filter=True
        )

    def _is_in_range(self, announcement: Announcement) -> bool:
        """False only for a page that is announced with a day outside the range: a feed's date may stop, never prove."""
        if announcement.published is None:
            return True
        day = announcement.published.date()
        return (self._since is None or day >= self._since) and (self._until is None or day <= self._until)

    def _further(self, discovery: Discovery, response: Response, entry: Entry, visit: Visit) -> Iterator[Request]:
        stored: Stored | None = response.meta.get(STORED_KEY)
        record_id = stored.payload_record_id if stored else None
        children = discovery.children if visit.depth < _MAX_SITEMAP_DEPTH else ()
        following = [discovery.next_page] if discovery.next_page and self._goes_on(discovery, entry, visit) else []
        for url in (*children, *following):
            if _identity(url) not in self._seen and self.owns(url) and self._takes_entry(url, entry):
                yield self._entry_request(entry, url, visit.followed(url, visit.role, record_id, response.url))

    def _takes_entry(self, url: str, entry: Entry) -> bool:
        """False for a sitemap or further page that looks endless, and for more sitemaps than one run reads."""
        if len(url) > MAX_URL_CHARS or is_trap(url):
            self.ledger.refuse("too_long" if len(url) > MAX_URL_CHARS else "trap")
            return False
        if entry.type == "sitemap" and self._sitemaps >= MAX_SITEMAPS:
            self._refuse("too_many_sitemaps", url, f"expected at most {MAX_SITEMAPS} sitemaps in one run, got more")
            return False
        self._sitemaps += entry.type == "sitemap"
        return True

    def _goes_on(self, discovery: Discovery, entry: Entry, visit: Visit) -> bool:
        """False at the last page allowed, where a listing's dates have all passed `since`, and in a calendar's void."""
        if visit.depth + 1 >= entry.max_pages:
            return False
        urls = (item.url for item in discovery.announcements)
        trail = self._trails.setdefault(entry.url, ListingTrail())
        if not trail.add(url for url in urls if url in self.ledger.pages or url in self._out_of_range):
            self.ledger.refuse("trap")
            return False
        days = [item.published.date() for item in discovery.announcements if item.published is not None]
        return not (self._since is not None and days and max(days) < self._since)

    def owns(self, url: str) -> bool:
        """True when the host of a URL is one of the source's."""
        try:
            return host_of(normalise_url(url)) in self.source.scope.hosts
        except BadUrl:
            return False

    def entry_failed(self, failure: Failure) -> None:
        """Note an entry that could not be fetched: it announces nothing today, which the operator must know."""
        request: Request = failure.request  # type: ignore[attr-defined]
        if was_stopped(failure.value):
            return
        problem = f"not fetched: {describe(failure.value, request.url)[1]}"
        self._note_problem(request.url, problem)
        self._witness.entry_failed(request, problem)

    def _note_problem(self, url: str, problem: str) -> None:
        self.ledger.note_problem(url, problem)
        logger.warning("%s: %s", url, problem)

    def parse_article(self, response: Response) -> None:
        """Hand a fetched page to the run, or settle it at once when nothing about it is new."""
        visit: Visit = response.meta[META_KEY]
        stored: Stored | None = response.meta.get(STORED_KEY)
        assert self.run is not None
        if stored is None:
            return  # the store took no more: the page stays open and is deferred
        self.ledger.fetched += 1
        self._witness.answered(response)
        if not self.owns(response.url):
            self.run.drop(stored, url=visit.page, account=self.source.id, detail=f"to {response.url}")
        else:
            hand_over(self.run, stored, visit, account=self.source.id)

    def article_failed(self, failure: Failure) -> None:
        """Settle a page that could not be fetched, with its cause."""
        settle_failure(self.ledger, failure)
        self._witness.failed(failure.request)  # type: ignore[attr-defined]


def _identity(url: str) -> str:
    try:
        return normalise_url(url)
    except BadUrl:
        return url


def _day(value: dt.date | str | None) -> dt.date | None:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value

"""The spider of `kakehashi backfill wayback`: lists the captures of sources, and asks for the bytes of each new one.

One source after the other, so that the archive's host sees one polite client. The list is read page by page, and the
captures of a page are asked for before the next page. What becomes of a capture is counted in the ledger of its source
under the address that it has in the archive.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, cast

from scrapy import Request, Spider, signals
from scrapy.exceptions import DontCloseSpider
from scrapy.utils.defer import deferred_from_coro
from w3lib.url import safe_url_string

from archive.coding import UndecodableError
from crawler.bodies import MAX_DOCUMENT_BYTES, decoded_body
from crawler.captures_list import LineUp, NotCapturesError, hosts_to_ask, page_of, query_url, read_captures_page
from crawler.causes import describe
from crawler.fates import hand_over, settle_failure, was_stopped
from crawler.ledger import Fate
from crawler.politeness import RobotsForbiddenError
from crawler.traps import MAX_PAGES
from crawler.urls import normalise_url
from crawler.visits import META_KEY, STORED_KEY, Role, Visit
from pipelines.mementos import address_of, memento_at

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import AsyncIterator, Iterator, Sequence

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from archive.capture import Stored
    from crawler.captures_list import Listed
    from crawler.ledger import SourceLedger
    from crawler.politeness import OneAtATimeDownloader
    from crawler.run import Run
    from crawler.sources import Source

logger = logging.getLogger(__name__)
MAX_FAILURES_IN_A_ROW = 5
"""After so many captures in a row that failed the archive is not asked for more: it has trouble, or enough of us."""
_MAX_REDIRECTS = 3


class WaybackSpider(Spider):
    """Fetches the captures of sources from a web archive at `base`, from `since` to `until`, `limit` of each source."""

    name = "wayback"

    def __init__(
        self,
        name: str | None = None,
        *,
        run: Run,
        sources: Sequence[Source],
        base: str,
        since: dt.date | None = None,
        until: dt.date | None = None,
        limit: int | None = None,
        **options: Any,
    ) -> None:
        super().__init__(name, **options)
        self.run = run
        self._waiting = list(sources)
        self._source = sources[0]
        self._names = [source.id for source in sources]
        self._base = base
        self._since = since
        self._until = until
        self._limit = limit
        self._lines = LineUp(sources[0], since, until)
        self._hosts: list[str] = []
        self._keys: set[str] = set()
        self._asked: set[str] = set()
        self._requested = 0
        self._failures = 0
        self._has_given_up = False

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> WaybackSpider:
        """The spider, told when it has nothing more to do for a source."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.idle, signals.spider_idle)
        return spider

    @property
    def ledger(self) -> SourceLedger:
        """The ledger of the source whose captures are fetched now."""
        return self.run.ledger(self._source.id)

    async def start(self) -> AsyncIterator[Request]:
        """The first question about the first source."""
        for request in self._next():
            yield request

    def idle(self) -> None:
        """Go on with the next host or source, where there is one."""
        engine = self.crawler.engine
        for request in self._next():
            assert engine is not None
            engine.crawl(request)
            raise DontCloseSpider

    def _next(self) -> Iterator[Request]:
        """The question about the next host; of the next source when one is done; none when all are."""
        if self._has_given_up:
            return
        if self._is_full():
            self._hosts = []
        if not self._hosts and self._waiting:
            self._source = self._waiting.pop(0)
            self._lines = LineUp(self._source, self._since, self._until)
            self._hosts = hosts_to_ask(self._source)
            self._requested = 0
            self._keys.clear()
            _ = self.ledger  # every source stands in the report, whatever comes of it
        if self._hosts:
            yield self._question(self._hosts.pop(0))

    def _question(self, host: str, resume_key: str | None = None) -> Request:
        url = query_url(self._base, host, since=self._since, until=self._until, resume_key=resume_key)
        visit = Visit(role=Role.CAPTURES, page=url, source=self._source.id)
        return Request(
            url,
            callback=self.parse_list,
            errback=self.list_failed,
            cb_kwargs={"host": host},
            meta={META_KEY: visit, "download_memory": MAX_DOCUMENT_BYTES, "dont_redirect": True},
            dont_filter=True,
            priority=-1,  # the captures that were listed come first, so that few wait
        )

    def owns(self, _: str) -> bool:
        """True: redirects are looked at before they are followed."""
        return True

    def parse_list(self, response: Response, host: str) -> Iterator[Request]:
        """Ask for the new captures of a page of the list, then for the next page."""
        if response.status != 200:
            self._note_problem(response.url, f"expected a list of captures, got status {response.status}")
            return
        try:
            page = read_captures_page(decoded_body(response))
        except (NotCapturesError, UndecodableError) as error:
            self._note_problem(response.url, str(error))
            return
        if page.odd:
            self._note_problem(response.url, f"{page.odd} lines are no captures")
        visit: Visit = response.meta[META_KEY]
        stored: Stored | None = response.meta.get(STORED_KEY)
        for listed in page.captures:
            request = self._capture(listed, visit, stored, response.url)
            if request is not None:
                yield request
        if page.resume_key is None or self._is_full():
            return
        if page.resume_key in self._keys:
            self._note_problem(response.url, "the list does not go on: it names the same key again")
            return
        self._keys.add(page.resume_key)
        yield self._question(host, page.resume_key)

    def _capture(self, listed: Listed, visit: Visit, stored: Stored | None, announcer: str) -> Request | None:
        """The request for a capture; None for one that is passed over, known or over the limit."""
        refusal = self._lines.refusal(listed)
        address = safe_url_string(address_of(self._base, listed.timestamp, listed.original.split("#", 1)[0]))
        if refusal is None and (address in self._asked or self._is_known(listed, address)):
            refusal = "known"
        if refusal is None and self.ledger.announced >= MAX_PAGES:
            refusal = "too_many"
        if refusal is not None or not self.ledger.announce(address):
            self.ledger.refuse(refusal or "listed_twice")
            return None
        if self._is_full():
            return None  # announced and left open: the run defers it
        self._requested += 1
        via = [(announcer, stored.payload_record_id or "" if stored else "")]
        return self._request(address, visit.followed(address, Role.MEMENTO, via), [])

    def _is_full(self) -> bool:
        return self._limit is not None and self._requested >= self._limit

    def _is_known(self, listed: Listed, address: str) -> bool:
        """True where the store has this capture, or a capture of ours with the same payload of the same page."""
        if self.run.earlier.has_page(address):
            return True
        url = normalise_url(listed.original)
        schemes = (url, url.replace("http://", "https://", 1), url.replace("https://", "http://", 1))
        digest = f"sha1:{listed.digest}"
        return any(self.run.earlier.find(spelt, digest) for spelt in schemes) if listed.digest else False

    def _request(self, address: str, visit: Visit, redirected: list[str]) -> Request:
        self._asked.add(address)
        meta: dict[str, Any] = {META_KEY: visit, "dont_redirect": True}
        if redirected:
            meta["redirect_urls"] = redirected
        return Request(address, callback=self.parse_capture, errback=self.capture_failed, meta=meta, dont_filter=True)

    def parse_capture(self, response: Response) -> Request | None:
        """Hand the page to the workers; look at a redirect, which leads to another moment or address."""
        visit: Visit = response.meta[META_KEY]
        stored: Stored | None = response.meta.get(STORED_KEY)
        if stored is None:
            return None  # the store took no more: the capture stays open and is deferred
        if 300 <= response.status < 400:
            return self._redirected(response, visit)
        self.ledger.fetched += 1
        self._note_success(is_well=response.status < 500 and response.status != 429)
        hand_over(self.run, stored, visit, account=self._source.id)
        return None

    def _redirected(self, response: Response, visit: Visit) -> Request | None:
        """Follow a redirect to a moment that is wanted and not listed; any other ends the capture with its reason."""
        location = (response.headers.get("Location") or b"").decode("latin-1")
        target = response.urljoin(location)
        hops = [*response.meta.get("redirect_urls", []), response.url]
        reason = self._refused_target(response.url, target, len(hops))
        self._note_success(is_well=True)
        if reason is None:
            return self._request(target, visit, hops)
        self.ledger.settle(visit.page, Fate.DROPPED, reason, f"to {target}")
        return None

    def _refused_target(self, asked: str, target: str, hops: int) -> str | None:
        here, there = memento_at(asked), memento_at(target)
        if there is None or here is None or there.base != here.base or hops > _MAX_REDIRECTS:
            return "redirect"
        page = page_of(self._source, there.original)
        if page is None or page != page_of(self._source, here.original):
            return "redirect"
        if not self._lines.is_in_range(there.captured_at.date()):
            return "out_of_range"
        return "other_capture" if target in self._asked or self.run.earlier.has_page(target) else None

    def _note_success(self, *, is_well: bool) -> None:
        self._failures = 0 if is_well else self._failures + 1
        if self._failures >= MAX_FAILURES_IN_A_ROW and not self._has_given_up:
            self._has_given_up = True
            problem = f"{self._failures} captures in a row failed: the others are left to the next run"
            self._note_problem(self._base, problem)
            engine = self.crawler.engine
            assert engine is not None
            cast("OneAtATimeDownloader", engine.downloader).shut()
            deferred_from_coro(engine.close_spider_async(reason="given_up"))

    def list_failed(self, failure: Failure) -> None:
        """Note a list that could not be had: nothing is known of that host, which the operator must know."""
        request: Request = failure.request  # type: ignore[attr-defined]
        if not was_stopped(failure.value):
            cause, problem = describe(failure.value, request.url)
            what = str(failure.value) if isinstance(failure.value, RobotsForbiddenError) else f"{cause}: {problem}"
            self._note_problem(request.url, f"not fetched: {what}")

    def capture_failed(self, failure: Failure) -> None:
        """Settle a capture that could not be fetched, with its cause."""
        settle_failure(self.ledger, failure)
        if not was_stopped(failure.value):
            self._note_success(is_well=isinstance(failure.value, RobotsForbiddenError))

    def _note_problem(self, url: str, problem: str) -> None:
        self.ledger.note_problem(url, problem)
        logger.warning("%s: %s", url, problem)

    def closed(self, reason: str) -> None:
        """Say of every source why it ended: the recorder knows of one."""
        for name in self._names:
            self.run.spiders[name] = reason

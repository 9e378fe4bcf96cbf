"""What a spider meets, told to the ledger for whoever judges the health of the source."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from crawler.clock import utc_now
from crawler.visits import META_KEY

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

    from crawler.discovery import Discovery
    from crawler.run import Run
    from crawler.sources import Entry
    from crawler.spider import SourceSpider

# What sites answer whom they take for a robot that they do not want.
WALLS = frozenset({401, 403, 429, 451})
_REFUSED, _ERRORS = 400, 500
# What will not come, however often it is asked for.
_FINAL = frozenset({"robots_unreachable", "scheme", "bad_url", "private_address", "redirects", "too_large"})
# What a sitemap lists of the last two days is held against the store. What is dated after tomorrow is a wrong clock.
_WITNESSED = dt.timedelta(days=2)
_TOMORROW = dt.timedelta(days=1)


class Witness:
    """Tells the ledger of a spider what it met."""

    def __init__(self, spider: SourceSpider) -> None:
        self._spider = spider
        self._unknown: set[str] = set()

    @property
    def _run(self) -> Run:
        assert self._spider.run is not None
        return self._spider.run

    def asked(self, url: str) -> None:
        """A page is about to be asked for: it is new where the store has no answer of it."""
        if not self._run.earlier.is_known(url):
            self._unknown.add(url)

    def answered(self, response: Response) -> None:
        """A page came."""
        seen, page = self._spider.ledger.seen, response.meta[META_KEY].page
        seen.new += page in self._unknown
        if response.status in WALLS:
            seen.walls.add(page, f"status {response.status}")
        if page in self._unknown and (response.status in WALLS or response.status >= _ERRORS):
            seen.note_missing(page, f"status {response.status}")
        if page in self._unknown and response.status >= _REFUSED and response.status not in WALLS:
            seen.lost.add(page, f"status {response.status}")
        if response.status >= _ERRORS:
            seen.errors.add(page, f"status {response.status}")
        if not self._spider.owns(response.url):
            seen.moved.add(page, f"to {response.url}")

    def failed(self, request: Request) -> None:
        """A page did not come; what the store has of it already is no hole."""
        page, ledger = request.meta[META_KEY].page, self._spider.ledger
        last = ledger.failures[-1] if ledger.failures else {"url": "", "cause": ""}
        if page in self._unknown and last["url"] == page and last["cause"] not in _FINAL:
            ledger.seen.note_missing(page, last["cause"])

    def entry_broken(self, entry: Entry, response: Response, problem: str, *, is_confirmed: bool = False) -> None:
        """An entry came, and was not what it should be; `is_confirmed` where it was not either when asked again."""
        seen = self._spider.ledger.seen
        seen.note_document(entry.url, entry.type, 0, problem, is_confirmed=is_confirmed)
        if response.status in WALLS:
            seen.walls.add(response.url, f"status {response.status}")

    def entry_failed(self, request: Request, problem: str) -> None:
        """An entry did not come."""
        entry: Entry = request.cb_kwargs["entry"]
        if request.meta[META_KEY].page == entry.url:
            self._spider.ledger.seen.note_document(entry.url, entry.type, 0, problem)

    def entry_read(self, entry: Entry, response: Response, discovery: Discovery, *, is_confirmed: bool = False) -> None:
        """An entry, or a page of it, was read; `is_confirmed` where it was asked again for what is wrong with it."""
        seen, now = self._spider.ledger.seen, utc_now()
        if response.meta[META_KEY].page == entry.url:
            items = len(discovery.announcements) + len(discovery.children)
            seen.note_document(entry.url, entry.type, items, discovery.problem, is_confirmed=is_confirmed)
            links = [*(item.url for item in discovery.announcements), *discovery.children]
            # A feed may lie with somebody else, as long as it announces our pages.
            if not self._spider.owns(response.url) and not any(map(self._spider.owns, links)):
                seen.moved.add(entry.url, f"to {response.url}")
        for item in discovery.announcements:
            if item.published is not None and item.published > now + _TOMORROW:
                seen.future.add(item.url, item.published.isoformat())
            elif item.published is not None:
                seen.dated.append(item.published)
            day = item.published or item.modified
            if entry.type == "sitemap" and day is not None and abs(now - day) < _WITNESSED:
                seen.note_listed(item.url, is_held=self._run.earlier.is_known(item.url))

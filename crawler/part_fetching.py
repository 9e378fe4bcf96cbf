"""The parts of kept pages, fetched by the spider that fetched the page: same robots.txt, delay, guard and tap.

Which parts a page has is read when it comes; they are asked for once its article is kept. A part that the store has
is not asked for again for a while, whichever page needs it.
"""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.exceptions import DontCloseSpider

from archive.coding import UndecodableError
from crawler.bodies import charset_of, content_type_of, decoded_body
from crawler.clock import utc_now
from crawler.fates import was_stopped
from crawler.ledger import Fate
from crawler.patience import TookTooLongError, limited_cpu
from crawler.politeness import RobotsForbiddenError
from crawler.requisites import (
    MAX_OF_A_PAGE,
    MAX_STYLE_DEPTH,
    Requisite,
    refusal_of,
    requisites_of_page,
    requisites_of_style,
)
from crawler.visits import META_KEY, STORED_KEY, Role, Visit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scrapy.http import Response
    from twisted.python.failure import Failure

    from archive.capture import Stored
    from crawler.spider import SourceSpider

logger = logging.getLogger(__name__)
FRESH = dt.timedelta(days=30)
"""How long a part that the store has is not asked for again."""
MAX_OF_A_RUN = 20_000
MAX_BYTES = 20 * 1024 * 1024
"""What one part may have, on the wire; of a larger one this much is archived, and it has failed."""
_HTML = ("text/html", "application/xhtml+xml")
_PARTS = "kakehashi_parts"


@dataclass(slots=True)
class _PageParts:
    """The parts of a page that waits for its article, and how many it may still ask for."""

    url: str
    record_id: str
    visit: Visit
    found: list[Requisite]
    left: int = MAX_OF_A_PAGE


class PartFetcher:
    """Asks for the parts of the pages of one spider, which stays open as long as a page may turn out to be kept."""

    def __init__(self, spider: SourceSpider) -> None:
        assert spider.run is not None
        self._spider = spider
        self._run = spider.run
        self._counts = spider.ledger.requisites
        self._waiting: dict[str, _PageParts] = {}
        self._seen: set[str] = set()
        self._run.on_settled.append(self._settled)
        spider.crawler.signals.connect(self._stay_open, signals.spider_idle)

    def look(self, response: Response, visit: Visit, stored: Stored) -> None:
        """Read what a fetched page needs; what is no HTML, or cannot be read, needs nothing."""
        if stored.is_revisit or stored.status != 200 or not (content_type_of(response) or "").startswith(_HTML):
            return
        try:
            with limited_cpu():
                found = requisites_of_page(_body(response), url=response.url, encoding=charset_of(response))
        except (UndecodableError, TookTooLongError) as error:
            logger.info("%s: its parts are not fetched: %s", response.url, error)
            return
        if self._spider.ledger.is_open(visit.page):
            self._waiting[visit.page] = _PageParts(response.url, stored.record_id, visit, found)

    def _settled(self, account: str, page: str, fate: Fate) -> None:
        parts = self._waiting.pop(page, None) if account == self._spider.source.id else None
        if parts is not None and fate is Fate.KEPT:
            self._ask(parts, parts.found, via=parts.url, record_id=parts.record_id, depth=0)

    def _stay_open(self) -> None:
        if self._waiting:
            raise DontCloseSpider

    def _ask(self, parts: _PageParts, found: Iterable[Requisite], *, via: str, record_id: str, depth: int) -> None:
        engine = self._spider.crawler.engine
        for item in found:
            if item.url in self._seen:
                continue
            self._seen.add(item.url)
            if (refusal := refusal_of(item, self._spider.source.scope.hosts)) is not None:
                self._counts[f"refused_{refusal}"] += 1
            elif parts.left <= 0 or self._counts["announced"] >= MAX_OF_A_RUN:
                self._seen.discard(item.url)  # another page may have room for it
                self._counts["refused_too_many"] += 1
            elif engine is not None and engine.spider is not None:
                parts.left -= 1
                self._counts["announced"] += 1
                if self._is_fresh(item.url):
                    self._counts["known"] += 1
                else:
                    engine.crawl(self._request(parts, item, via=via, record_id=record_id, depth=depth))

    def _is_fresh(self, url: str) -> bool:
        seen_at = self._run.earlier.seen_at(url)
        return seen_at is not None and utc_now() - seen_at <= FRESH

    def _request(self, parts: _PageParts, item: Requisite, *, via: str, record_id: str, depth: int) -> Request:
        visit = Visit(
            role=Role.REQUISITE, page=item.url, source=self._spider.source.id, via=((via, record_id),),
            hops=parts.visit.hops + "E" * (depth + 1), depth=depth,
        )  # fmt: skip
        limit = min(MAX_BYTES, self._spider.crawler.settings.getint("DOWNLOAD_MAXSIZE") or MAX_BYTES)
        meta: dict[str, Any] = {META_KEY: visit, _PARTS: parts, "download_maxsize": limit}
        return Request(
            item.url,
            callback=self._came,
            errback=self._failed,
            cb_kwargs={"kind": item.kind},
            headers={"Accept": "*/*", "Referer": _referrer(via, item.url)},
            meta=meta,
            dont_filter=True,
            priority=-10,  # articles first
        )

    def _came(self, response: Response, kind: str) -> None:
        stored: Stored | None = response.meta.get(STORED_KEY)
        if stored is None:
            return  # the store took no more: it stays open, and is deferred
        if stored.status >= 400:
            self._counts["failed"] += 1
            return
        self._counts["unchanged" if stored.is_revisit else "stored"] += 1
        visit: Visit = response.meta[META_KEY]
        is_style = kind == "style" or (content_type_of(response) or "").startswith("text/css")
        if is_style and visit.depth < MAX_STYLE_DEPTH:
            self._read_style(response, visit, stored)

    def _read_style(self, response: Response, visit: Visit, stored: Stored) -> None:
        try:
            text = _body(response).decode(charset_of(response) or "utf-8", "replace")
            with limited_cpu():
                found = requisites_of_style(text, url=response.url)
        except (UndecodableError, TookTooLongError, LookupError) as error:
            logger.info("%s: what it asks for is not fetched: %s", response.url, error)
            return
        parts: _PageParts = response.meta[_PARTS]
        self._ask(parts, found, via=response.url, record_id=stored.payload_record_id, depth=visit.depth + 1)

    def _failed(self, failure: Failure) -> None:
        if not was_stopped(failure.value):
            self._counts["robots" if isinstance(failure.value, RobotsForbiddenError) else "failed"] += 1


def _body(response: Response) -> bytes:
    """The body, of a large one its beginning."""
    flags, response.flags = response.flags, []
    try:
        return decoded_body(response)
    finally:
        response.flags = flags


def _referrer(page: str, url: str) -> str:
    """What browsers send: the page to its own origin, its origin to others, nothing worth having to plain http."""
    of, to = urlsplit(page), urlsplit(url)
    if of.scheme == "https" and to.scheme == "http":
        return ""
    return page.split("#", 1)[0] if (of.scheme, of.netloc) == (to.scheme, to.netloc) else f"{of.scheme}://{of.netloc}/"

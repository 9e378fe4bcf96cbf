"""Reads the entries of a source for its spider: asks for them, hands over what they announce, follows them further.

What a document says is for `reading`, how far it is followed for `trails`; what becomes of an article is the spider's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from scrapy import Request

from archive.coding import UndecodableError
from crawler.bodies import MAX_DOCUMENT_BYTES, charset_of, content_type_of, decoded_body
from crawler.causes import describe
from crawler.clock import utc_now
from crawler.fates import was_stopped
from crawler.listings import declared_feeds
from crawler.patience import TookTooLongError, limited_cpu
from crawler.reading import read_body
from crawler.sources import Entry
from crawler.trails import Trails, are_past
from crawler.urls import BadUrl, normalise_url, target_of
from crawler.visits import META_KEY, STORED_KEY, Role, Visit

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from scrapy.http import Response
    from twisted.python.failure import Failure

    from archive.capture import Stored
    from crawler.discovery import Announcement, Discovery
    from crawler.spans import Days
    from crawler.spider import SourceSpider

_ROLES = {"feed": Role.FEED, "sitemap": Role.SITEMAP, "listing": Role.LISTING, "archive": Role.LISTING}
# So many documents are read before the first articles are fetched, if there are as many.
_DOCUMENTS_FIRST = 300
_COMMENTS = re.compile(r"comment", re.IGNORECASE)


class EntryReader:
    """The entries of one spider, in the range of days that is asked for."""

    def __init__(self, spider: SourceSpider, days: Days) -> None:
        self._spider = spider
        self._trails = Trails(spider.source, days)
        self._asked: set[str] = set()
        self._doubted: dict[str, Request] = {}
        self._confirmed: set[str] = set()
        self._documents = 0
        self._first_day = days.first
        self._has_feed = any(entry.type == "feed" for entry in spider.source.entries)
        self._waiting: list[tuple[Request, tuple[str, ...]]] = []
        self._edges: dict[str, tuple[Entry, Visit]] = {}

    def first(self) -> Iterator[Request]:
        """A request for each entry; of an archive for its newest page in the range."""
        today = self._now().date()
        for entry in self._spider.source.entries:
            url = self._trails.open_archive(entry, today) if entry.type == "archive" else entry.url
            if url is not None:
                yield self._first_request(entry, url)

    def _now(self) -> dt.datetime:
        """The time at the site."""
        return utc_now().astimezone(ZoneInfo(self._spider.source.timezone))

    def parse(self, response: Response, entry: Entry) -> Iterator[Request]:
        """Read a document: what it announces is handed over, and where it goes on is asked for."""
        visit: Visit = response.meta[META_KEY]
        self._documents += 1
        if response.status == 405 and visit.depth:  # "load more" that is asked by POST, which no crawl does
            self._spider.refuse("post_only", response.url)
            return
        discovery, problem = self._read(response, entry)
        if problem is not None and self._is_doubted(response, entry, visit, is_read=discovery is not None):
            return
        # Who is asked too often (429) was asked thrice by then.
        is_confirmed = entry.url in self._confirmed or response.status == 429
        if discovery is None:
            if problem is not None:
                self._spider.note_problem(response.url, problem)
                self._spider.witness.entry_broken(entry, response, problem, is_confirmed=is_confirmed)
            yield from self._archive_goes_on(entry, is_quiet=True)
            return
        self._spider.witness.entry_read(entry, response, discovery, is_confirmed=is_confirmed)
        if discovery.problem is not None:
            self._spider.note_problem(response.url, discovery.problem)
        names = self._spider.take(discovery.announcements, response, visit)
        if entry.type == "sitemap":
            self._trails.note_map(response.url, names)
        is_quiet = True
        if self._trails.is_home(entry, visit.page):
            self._trails.begin_archive(entry, discovery, names)
        else:
            is_quiet = visit.depth == 0 and self._trails.is_quiet_archive(entry, discovery, names)
            yield from self._further(discovery, names, response, entry, visit)
            yield from self._days_from_a_feed(names, response, entry, visit)
        if visit.depth == 0:
            yield from self._archive_goes_on(entry, is_quiet=is_quiet)
        if self._documents % _DOCUMENTS_FIRST == 0:
            yield from self._spider.released()

    def _days_from_a_feed(
        self, names: dict[str, Announcement], response: Response, entry: Entry, visit: Visit
    ) -> Iterator[Request]:
        """A request for the feed that a list without days names, where a range is asked for: it tells days, once."""
        is_told = self._has_feed or any(item.published or item.day for item in names.values())
        if self._first_day is None or entry.type != "listing" or visit.depth or not names or is_told:
            return
        body = decoded_body(response)
        feeds = declared_feeds(body, url=response.url, encoding=charset_of(response))
        feed = next((url for url in feeds if self._spider.owns(url) and not _COMMENTS.search(target_of(url))), None)
        if feed is None or _identity(feed) in self._asked:
            return
        self._has_feed = True
        self._asked.add(_identity(feed))
        stored: Stored | None = response.meta.get(STORED_KEY)
        via = [(response.url, stored.payload_record_id or "" if stored else "")]
        meta = {META_KEY: visit.followed(feed, Role.FEED, via), "download_memory": MAX_DOCUMENT_BYTES}
        yield Request(
            feed, callback=self._spider.parse_feed_of_list, errback=_leave, meta=meta, dont_filter=True, priority=10,
            cb_kwargs={"entry": Entry(type="feed", url=feed)},
        )  # fmt: skip

    def parse_feed_of_list(self, response: Response, entry: Entry) -> None:
        """Take what the feed of a list announces; nobody is told where it is none, since no source names it."""
        discovery, _ = self._read(response, entry)
        if discovery is not None:
            self._spider.take(discovery.announcements, response, response.meta[META_KEY])

    def failed(self, failure: Failure) -> Iterator[Request]:
        """Note a document that could not be fetched: it announces nothing today, which the operator must know."""
        request: Request = failure.request  # type: ignore[attr-defined]
        if was_stopped(failure.value):
            return
        problem = f"not fetched: {describe(failure.value, request.url)[1]}"
        self._spider.note_problem(request.url, problem)
        self._spider.witness.entry_failed(request, problem)
        yield from self._archive_goes_on(request.cb_kwargs["entry"], is_quiet=True)

    def second_asks(self) -> list[Request]:
        """A request for each entry whose answer is not believed yet, since it was not what it should be; once."""
        found, self._doubted = self._doubted, {}
        self._confirmed |= found.keys()
        return list(found.values())

    def _is_doubted(self, response: Response, entry: Entry, visit: Visit, *, is_read: bool) -> bool:
        """True when an entry is to be asked for once more before anybody is told: one odd answer may pass.

        What a server cannot give (5xx, 429) was asked for again by then; what is too large to be read is not worth it.
        """
        if 200 <= response.status < 300 and not is_read:
            return False
        if entry.type == "archive" or visit.page != entry.url or entry.url in self._confirmed:
            return False
        if response.status >= 500 or response.status == 429:
            return False
        self._doubted[entry.url] = self._first_request(entry, entry.url)
        return True

    def _first_request(self, entry: Entry, url: str) -> Request:
        return self._request(entry, url, Visit(role=_ROLES[entry.type], page=url, source=self._spider.source.id))

    def _request(self, entry: Entry, url: str, visit: Visit) -> Request:
        self._asked.add(_identity(url))
        return Request(
            url,
            callback=self._spider.parse_entry,
            errback=self._spider.entry_failed,
            cb_kwargs={"entry": entry},
            meta={META_KEY: visit, "download_memory": MAX_DOCUMENT_BYTES},
            dont_filter=True,
            priority=10,
        )

    def _archive_goes_on(self, entry: Entry, *, is_quiet: bool) -> Iterator[Request]:
        if entry.type != "archive":
            return
        url = self._trails.next_of_archive(entry, is_quiet=is_quiet)
        while url is not None and _identity(url) in self._asked:
            url = self._trails.next_of_archive(entry, is_quiet=is_quiet)
        if url is not None:
            yield self._first_request(entry, url)

    def _read(self, response: Response, entry: Entry) -> tuple[Discovery | None, str | None]:
        """What the document holds, None where it cannot be read; and why it announces nothing, if that is amiss."""
        what = "an archive page" if entry.type == "archive" else f"a {entry.type}"
        if not 200 <= response.status < 300:
            # A day without news has no page on many sites.
            if entry.type != "archive" or response.status not in (404, 410):
                return None, f"expected {what}, got status {response.status}"
            return None, None
        try:
            with limited_cpu():
                kind, charset = content_type_of(response), charset_of(response)
                body = decoded_body(response)
                found = read_body(
                    entry.type, body, url=response.url, content_type=kind, charset=charset, seen_at=self._now(),
                    like=self._spider.source.scope.samples,
                )  # fmt: skip
        except TookTooLongError as error:
            return None, f"expected {what}, got one that costs {error}"
        except UndecodableError as error:
            return None, f"expected {what}, got a body that cannot be decoded: {error}"
        return found, None if found.announcements or found.children else found.problem

    def _further(
        self, discovery: Discovery, names: dict[str, Announcement], response: Response, entry: Entry, visit: Visit
    ) -> Iterator[Request]:
        stored: Stored | None = response.meta.get(STORED_KEY)
        via = [(response.url, stored.payload_record_id or "" if stored else "")]
        urls, refused = self._trails.further(discovery, names, entry, depth=visit.depth)
        for reason, url, problem in refused:
            self._spider.refuse(reason, url, problem)
        names_before = self._trails.waiting.pop(entry.url, None)
        self._edges |= {url: (entry, visit.followed(url, visit.role, via)) for url in self._trails.edges_of(discovery)}
        for url in urls:
            if _identity(url) not in self._asked and self._spider.owns(url):
                request = self._request(entry, url, visit.followed(url, visit.role, via))
                if names_before is None:
                    yield request
                else:
                    self._waiting.append((request, names_before))

    def go_on(self) -> list[Request]:
        """The pages of lists that show no days, now that their articles were read: those of the range may follow.

        With them the sitemaps just beside the range, where those that were read say that they may have some of it.
        """
        waiting, self._waiting = self._waiting, []
        edges, self._edges = self._edges if self._trails.is_spilling else {}, {}
        return [
            request
            for request, names in waiting
            if not are_past([self._spider.day_of(name) for name in names], self._first_day)
        ] + [self._request(entry, url, visit) for url, (entry, visit) in edges.items() if self._spider.owns(url)]


def _leave(_: Failure) -> None:
    """Nothing: what only might have told days could not be fetched."""


def _identity(url: str) -> str:
    try:
        return normalise_url(url)
    except BadUrl:
        return url

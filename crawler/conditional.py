"""Conditional requests: a page that the store holds is asked for only if it has changed (RFC 9110, 13).

Each hop asks with the validators of its own URL. The answer 304 is archived as a revisit; a page is then unchanged. Of
a feed, sitemap or listing the record that it stands for is read: what it announced may never have been fetched.

Servers err: one that answers 304 for ever would hide whatever is new. So a page is asked for whole every tenth time,
an entry at least once in twelve hours, an article once a week; a server whose 304 was found out that way is not asked
like that again for the URL (`archive.trust`).
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from typing import TYPE_CHECKING, Any, Self, cast

from scrapy.exceptions import NotConfigured

from archive.errors import ArchiveError
from archive.validators import conditions
from crawler.clock import utc_now
from crawler.visits import EARLIER_KEY, META_KEY, STORED_KEY, Role

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from archive.capture import Capture, Earlier, Stored
    from crawler.run import Run
    from crawler.visits import Visit

logger = logging.getLogger(__name__)
_NAMES = ("If-None-Match", "If-Modified-Since")
_ENTRIES = frozenset({Role.FEED, Role.SITEMAP, Role.LISTING})
# How long the answer 304 is believed since the page itself last came. An entry that hides what is new costs articles:
# with the longest rhythm of a source that lives on top, what is up for a day is still seen.
TRUSTED = dt.timedelta(days=7)
TRUSTED_ENTRY = dt.timedelta(hours=12)
EVERY_NTH = 10
"""After nine answers of 304 in a row a page is asked for whole."""
# A request that must bring the whole page, since the record of it cannot be read.
_WHOLE_KEY = "kakehashi_whole"


def is_trusted(seen_at: dt.datetime | None, unmodified: int, role: Role, now: dt.datetime) -> bool:
    """True while a 304 may stand for a page that came at `seen_at`, and was said not to be modified so often since."""
    limit = TRUSTED_ENTRY if role in _ENTRIES else TRUSTED
    return seen_at is not None and now - seen_at <= limit and unmodified < EVERY_NTH - 1


class ConditionalMiddleware:
    """Adds the validators of the last whole capture to a request, and gives an entry that is unchanged as it was.

    robots.txt is always asked for whole: it is small, and a 304 would read like an empty one.
    """

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("KAKEHASHI_CONDITIONAL"):
            raise NotConfigured
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The middleware; `NotConfigured` where every page is to be asked for whole."""
        return cls(crawler)

    @property
    def _run(self) -> Run:
        return cast("Run", cast("Any", self._crawler.spider).run)

    def process_request(self, request: Request) -> None:
        """Make the request conditional where the store holds its page with validators."""
        if request.meta.pop(EARLIER_KEY, None) is not None:  # of the hop or the try before
            for name in _NAMES:
                request.headers.pop(name, None)
        visit: Visit | None = request.meta.get(META_KEY)
        if visit is None or (visit.role is not Role.ARTICLE and visit.role not in _ENTRIES):
            return
        if request.method != "GET" or _WHOLE_KEY in request.meta:
            return
        earlier = self._run.earlier.find_latest(request.url)
        if earlier is None or not is_trusted(earlier.seen_at, earlier.unmodified, visit.role, utc_now()):
            return
        if not any(name in request.headers for name in _NAMES):
            request.meta[EARLIER_KEY] = earlier
            for name, value in conditions(earlier.validators).items():
                request.headers[name] = value.encode("latin-1")

    async def process_response(self, request: Request, response: Response) -> Response | Request:
        """The response; for an entry that was not modified the earlier one, or a request that asks for it whole."""
        stored: Stored | None = request.meta.get(STORED_KEY)
        earlier: Earlier | None = request.meta.get(EARLIER_KEY)
        if response.status != 304 or earlier is None or stored is None or not stored.is_revisit:
            return response
        visit: Visit = request.meta[META_KEY]
        if earlier.is_outdated:
            logger.warning("%s: says that it was not modified since it was: asked for whole from now on", request.url)
            return request.replace(meta={**request.meta, _WHOLE_KEY: True}, dont_filter=True)
        cast("Any", self._crawler.spider).ledger.not_modified += 1
        if visit.role not in _ENTRIES:
            return response
        try:
            capture = await asyncio.to_thread(self._run.earlier.read, earlier)
        except (ArchiveError, OSError) as problem:
            logger.warning("%s: asked for whole, since its earlier record cannot be read: %s", request.url, problem)
            return request.replace(meta={**request.meta, _WHOLE_KEY: True}, dont_filter=True)
        return _as_it_was(response, capture)


def _as_it_was(response: Response, capture: Capture) -> Response:
    headers: dict[str, list[bytes]] = {}
    for name, value in capture.headers:
        headers.setdefault(name, []).append(value.encode("latin-1", "replace"))
    return response.replace(status=capture.status, headers=headers, body=capture.payload)

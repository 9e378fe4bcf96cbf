"""A host that asks to be left alone is left alone: Retry-After (RFC 9110 10.2.3, RFC 6585 4), up to a cap.

The host's whole line pauses; Scrapy's own middleware then asks for the page again, as often as `RETRY_TIMES` says. No
answer may stall a crawl: a host that is waited for in vain is given up for this run, and its pages fail with
`retry_after`. Other hosts go on all the while.
"""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections import Counter
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Self, cast

from scrapy import signals
from scrapy.exceptions import NotConfigured

from crawler.clock import utc_now
from crawler.politeness import HostBusyError, host_key

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.politeness import OneAtATimeDownloader

logger = logging.getLogger(__name__)
STATUSES = frozenset({429, 503})
# A host is given up when it was waited for so many caps without one other answer in between, or when it asked for
# more than the cap more often than this in one run.
MAX_WAITS = 3
_SECONDS = re.compile(r"\d{1,18}", re.ASCII)


def seconds_wanted(retry_after: str | None, now: dt.datetime) -> float | None:
    """How long a `Retry-After` asks to be left alone, from `now` (aware); None where it says nothing that makes sense.

    A date in the past is 0.
    """
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return float(text) if _SECONDS.fullmatch(text) else float("inf")
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=dt.UTC)
    return max(0.0, (until - now).total_seconds())


class RetryAfterMiddleware:
    """Pauses the line of a host that answers 429 or 503 with a Retry-After, and lets nothing out to one given up.

    It listens for answers as they end: a middleware sees them when the next request of the line is on its way already.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._cap = crawler.settings.getfloat("KAKEHASHI_MAX_RETRY_AFTER")
        # How long a host is left alone that asks for it and does not say how long; None: not at all.
        self._unsaid: float | None = crawler.settings.get("KAKEHASHI_RETRY_AFTER")
        if self._cap < 0:
            raise NotConfigured("KAKEHASHI_MAX_RETRY_AFTER is negative")
        self._crawler = crawler
        self._waited: dict[str, float] = {}
        self._above_cap: Counter[str] = Counter()
        self._given_up: dict[str, HostBusyError] = {}
        crawler.signals.connect(self.response_downloaded, signals.response_downloaded)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The middleware, connected."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Raise `HostBusyError` for a host that was given up."""
        error = self._given_up.get(host_key(request))
        if error is not None:
            raise HostBusyError(error.host, error.seconds)

    def response_downloaded(self, request: Request, response: Response) -> None:
        """Pause the line of the host from now on, where the answer asks for it."""
        host = host_key(request)
        if response.status not in STATUSES:
            self._waited.pop(host, None)
            return
        header = response.headers.get("Retry-After")
        wanted = seconds_wanted(header.decode("latin-1") if header else None, utc_now())
        wanted = self._unsaid if wanted is None else wanted
        if wanted is not None and host not in self._given_up:
            self._hold(host, wanted)

    def _hold(self, host: str, wanted: float) -> None:
        engine = self._crawler.engine
        assert engine is not None
        downloader = cast("OneAtATimeDownloader", engine.downloader)
        waited = self._waited.get(host, 0.0)
        # The pause between requests is part of a wait, so a wait may add a little less than the cap.
        if waited > (MAX_WAITS - 0.5) * self._cap or self._above_cap[host] >= MAX_WAITS:
            self._given_up[host] = HostBusyError(host, wanted)
            downloader.give_up(host, self._given_up[host])
            logger.warning("%s; given up for this run", self._given_up[host])
            return
        added = downloader.pause(host, min(wanted, self._cap))
        self._waited[host] = waited + added
        self._above_cap[host] += wanted > self._cap and added > 0
        logger.info("%s: left alone for %.0f s (Retry-After)", host, min(wanted, self._cap))

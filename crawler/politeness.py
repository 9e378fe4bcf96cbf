"""One request at a time and a pause after it, per host and port; robots.txt decides what is asked for at all.

Scrapy's slots are per host name; here they are per authority, since two ports are two servers. Its robots
middleware lets a site through whose robots.txt cannot be had; RFC 9309 2.3.1.4 says to stay away, so here is another.
"""

from __future__ import annotations

import asyncio
import logging
from time import monotonic
from typing import TYPE_CHECKING, Self

from scrapy import Request, signals
from scrapy.core.downloader import Downloader
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.asyncio import call_later
from scrapy.utils.defer import _schedule_coro
from scrapy.utils.httpobj import urlparse_cached
from scrapy.utils.misc import build_from_crawler, load_object

from crawler.bodies import decoded_body

if TYPE_CHECKING:
    from scrapy.core.downloader import Slot
    from scrapy.crawler import Crawler
    from scrapy.robotstxt import RobotParser

logger = logging.getLogger(__name__)
MAX_CRAWL_DELAY = 300.0
_ROBOTS_BYTES = 500 * 1024


class RobotsForbiddenError(IgnoreRequest):
    """robots.txt forbids the URL."""


class RobotsUnreachableError(IgnoreRequest):
    """robots.txt could not be had, so nothing of the host may be fetched (RFC 9309 2.3.1.4).

    `cause` is the error that the fetch of robots.txt ended with, or what the server answered.
    """

    def __init__(self, cause: Exception | str) -> None:
        super().__init__(f"robots.txt could not be had: {cause}")
        self.cause = cause


class StoppedError(IgnoreRequest):
    """The crawl is being stopped, and this request waited in the line of its host."""


def empty_lines(downloader: Downloader) -> None:
    """Give up every request that waits for its turn: stopping must not take one pause a request."""
    for slot in downloader.slots.values():
        waiting = list(slot.queue)
        slot.queue.clear()
        for _, answer in waiting:
            answer.errback(StoppedError("the crawl was stopped"))


class OneAtATimeDownloader(Downloader):
    """Scrapy's downloader, whose concurrency limit also holds without a delay.

    Scrapy 2.19 counts a request as under way when its task begins to run, not when it takes it off the line: with no
    delay, or one that is over before the event loop gets to the task, the next request goes out beside it.
    """

    def _process_queue(self, slot: Slot) -> None:
        while slot.queue and slot.latercall is None and slot.free_transfer_slots() > 0:
            pause = slot.lastseen + slot.download_delay() - monotonic()
            if pause > 0:
                slot.latercall = call_later(pause, self._latercall, slot)
                return
            slot.lastseen = monotonic()
            request, answer = slot.queue.popleft()
            slot.transferring.add(request)
            _schedule_coro(self._wait_for_download(slot, request, answer))


class SlotMiddleware:
    """Puts each request into the slot of its host and port; a redirect brings the slot of the host before."""

    def process_request(self, request: Request) -> None:
        """Name the slot; nothing else."""
        request.meta["download_slot"] = urlparse_cached(request).netloc


class RobotsMiddleware:
    """RFC 9309: 4xx allows everything; 5xx and silence forbid everything; 500 KiB are read; once per host and run."""

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        self._crawler = crawler
        self._agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self._parser_class = load_object(crawler.settings["ROBOTSTXT_PARSER"])
        self._parsers: dict[str, asyncio.Future[RobotParser]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The middleware; `NotConfigured` where robots.txt is not to be obeyed."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raise `RobotsForbiddenError` for what must not be fetched, `RobotsUnreachableError` where nobody answers."""
        if request.meta.get("dont_obey_robotstxt"):
            return
        parser = await self._parser(request)
        if not parser.allowed(request.url, self._agent):
            raise RobotsForbiddenError("forbidden by robots.txt")

    async def _parser(self, request: Request) -> RobotParser:
        netloc = urlparse_cached(request).netloc
        if netloc not in self._parsers:
            self._parsers[netloc] = asyncio.get_running_loop().create_future()
            try:
                self._parsers[netloc].set_result(await self._fetch(request))
            except Exception as error:  # noqa: BLE001  (whatever broke the fetch is the reason)
                unreachable = error if isinstance(error, RobotsUnreachableError) else RobotsUnreachableError(error)
                self._parsers[netloc].set_exception(unreachable)
            except asyncio.CancelledError:
                self._parsers.pop(netloc).cancel()  # whoever waits for it must not wait for ever
                raise
        return await asyncio.shield(self._parsers[netloc])

    async def _fetch(self, request: Request) -> RobotParser:
        parts = urlparse_cached(request)
        robots = Request(
            f"{parts.scheme}://{parts.netloc}/robots.txt",
            callback=NO_CALLBACK,
            priority=1000,
            meta={"dont_obey_robotstxt": True},
        )
        engine = self._crawler.engine
        assert engine is not None
        response = await engine.download_async(robots)
        if response.status >= 500:
            raise RobotsUnreachableError(f"robots.txt answered {response.status}")
        body = decoded_body(response)[:_ROBOTS_BYTES] if 200 <= response.status < 300 else b""
        parser: RobotParser = build_from_crawler(self._parser_class, self._crawler, body)
        await self._crawler.signals.send_catch_log_async(
            signal=signals.robots_parsed, robotparser=parser, request=request
        )
        return parser


class Politeness:
    """Takes the Crawl-delay of robots.txt for its host where it is longer than the delay in force."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        crawler.signals.connect(self.take_delay, signals.robots_parsed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The extension, connected."""
        return cls(crawler)

    def take_delay(self, robotparser: RobotParser, request: Request) -> None:
        """Slow the slot of the host down; never speed it up."""
        wanted = robotparser.crawl_delay(self._agent)
        engine = self._crawler.engine
        if not wanted or engine is None:
            return
        netloc = urlparse_cached(request).netloc
        slot = engine.downloader.slots.get(netloc)
        if slot is not None and wanted > slot.delay:
            slot.delay = min(float(wanted), MAX_CRAWL_DELAY)
            # Scrapy forgets a slot that lies idle for a minute, and makes the next one from this.
            engine.downloader.per_slot_settings[netloc] = {"delay": slot.delay}
            logger.info("%s: Crawl-delay %s s of robots.txt", netloc, slot.delay)

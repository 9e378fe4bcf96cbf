"""Parts of large files fetched over the network, one after the other, as politely as a crawl and without an archive.

robots.txt, delays, Retry-After, refused private addresses and checked certificates are those of a crawl. Whoever wants
the parts is a generator: it yields what to ask for next, and gets what came.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.utils.defer import deferred_from_coro
from twisted.internet.task import LoopingCall

from crawler.causes import describe
from crawler.crawl import crawl_settings
from crawler.interrupts import Interrupts
from crawler.log import without_greeting
from crawler.politeness import RobotsForbiddenError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.options import FetchOptions

logger = logging.getLogger(__name__)
_TICK_S = 0.2
_CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")
# What a part may be longer than was asked for before it is cut off: an answer with the whole file.
_SPARE = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What to ask for: up to `length` bytes of a file from `begin` on; the whole file where `begin` is None."""

    url: str
    length: int
    begin: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What came: `body` lies at `begin` in a file of `size` bytes, and may be shorter than what was asked for.

    `begin` and `size` are None where the server did not say. `etag` is the file's version as the server has it.
    `problem` says in a line why nothing of use came, None where something did.
    """

    status: int | None = None
    body: bytes = b""
    begin: int | None = None
    size: int | None = None
    etag: str | None = None
    problem: str | None = None


Reading = Generator[Ask, Part, None]


def fetch_parts(reading: Reading, options: FetchOptions) -> bool:
    """Lead a generator to its end, or to that of the time; True when a signal asked to stop before.

    Raises what the generator raised. It is closed in any case.
    """
    settings = crawl_settings(options, store="", spool=None)
    changes: dict[str, Any] = {
        "KAKEHASHI_CONDITIONAL": False,
        "DOWNLOAD_FAIL_ON_DATALOSS": False,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "KAKEHASHI_RETRY_AFTER": 60.0,
    }
    for name, value in changes.items():
        settings.set(name, value, priority="cmdline")
    settings["EXTENSIONS"].set("crawler.recorder.Recorder", None, priority="cmdline")
    with without_greeting(verbose=2 if logging.getLogger("scrapy").level == logging.DEBUG else 0):
        process = AsyncCrawlerProcess(settings)
    end = _End()
    try:
        with Interrupts() as interrupts:
            process.crawl(RangesSpider, reading=reading, end=end, interrupts=interrupts)
            process.start(install_signal_handlers=False)
    finally:
        reading.close()
    if end.error is not None:
        raise end.error
    return interrupts.is_asked


@dataclass(slots=True)
class _End:
    """How a reading ended: the error that it raised, None where it did not."""

    error: BaseException | None = None


class RangesSpider(Spider):
    """Asks for one part after the other."""

    name = "ranges"

    def __init__(
        self, name: str | None = None, *, reading: Reading, end: _End, interrupts: Interrupts, **options: Any
    ) -> None:
        super().__init__(name, **options)
        self._reading = reading
        self._end = end
        self._interrupts = interrupts
        self._is_stopping = False
        self._ticker = LoopingCall(self._tick)

    async def start(self) -> AsyncIterator[Request]:
        """What the reading asks for first."""
        self._ticker.start(_TICK_S, now=False)
        for request in self._go_on(None):
            yield request

    def _tick(self) -> None:
        if self._interrupts.is_patience_over:
            from twisted.internet import reactor

            # A part that is on its way may take its whole time-out; it is asked for again by the next run.
            logging.getLogger("asyncio").setLevel(logging.CRITICAL)
            cast("Any", reactor).crash()
        elif self._interrupts.is_asked:
            self._stop("shutdown")

    def _stop(self, reason: str) -> None:
        engine = self.crawler.engine
        if engine is not None and engine.spider is not None and not self._is_stopping:
            self._is_stopping = True
            cast("Any", engine.downloader).shut()
            deferred_from_coro(engine.close_spider_async(reason=reason))

    def _go_on(self, part: Part | None) -> Iterator[Request]:
        is_empty = part is None or not part.body
        if self._is_stopping or (self._interrupts.is_asked and is_empty):
            return  # what came of use is still noted; what did not come is no fault of the server
        try:
            ask = next(self._reading) if part is None else self._reading.send(part)
        except StopIteration:
            return
        except BaseException as error:  # noqa: BLE001  (whoever began the reading is told)
            self._end.error = error
            self._stop("error")
            return
        if not self._interrupts.is_asked:
            yield _request(ask, self.answered, self.failed)

    def answered(self, response: Response) -> Iterator[Request]:
        """Hand on what came."""
        yield from self._go_on(_part(response))

    def failed(self, failure: Failure) -> Iterator[Request]:
        """Say what went wrong."""
        request: Request = failure.request  # type: ignore[attr-defined]
        if isinstance(failure.value, RobotsForbiddenError):
            problem = str(failure.value)
        else:
            cause, text = describe(failure.value, request.url)
            problem = f"{cause}: {text}"
        yield from self._go_on(Part(problem=f"not fetched: {problem}"))

    def closed(self, _: str) -> None:
        """Stop the clock."""
        if self._ticker.running:
            self._ticker.stop()


def _request(ask: Ask, callback: Any, errback: Any) -> Request:
    headers = {"Accept": "*/*", "Accept-Encoding": "identity"}
    if ask.begin is not None:
        headers["Range"] = f"bytes={ask.begin}-{ask.begin + ask.length - 1}"
    meta = {"download_maxsize": ask.length + _SPARE, "download_memory": ask.length + _SPARE}
    return Request(ask.url, headers=headers, callback=callback, errback=errback, meta=meta, dont_filter=True)


def _part(response: Response) -> Part:
    etag = _header(response, "ETag")
    match = _CONTENT_RANGE.fullmatch(_header(response, "Content-Range") or "")
    if response.status == 206 and match is not None:
        return Part(status=206, body=response.body, begin=int(match[1]), size=int(match[3]), etag=etag)
    problem = None if response.status == 200 else f"status {response.status}"
    return Part(status=response.status, body=response.body, etag=etag, problem=problem)


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1").strip() if value else None

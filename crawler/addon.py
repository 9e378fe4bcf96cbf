"""The Scrapy add-on: any project gets WARCs with the bytes of the wire, by one line in `ADDONS` and a store.

    ADDONS = {"crawler.addon.WarcArchive": 500}
    KAKEHASHI_STORE = "./warcs"

It puts the tap beneath Scrapy's HTTP client and the recorder beside its engine, and changes nothing else of a project:
robots.txt, delays, middlewares, pipelines and other download handlers stay as they are. See `docs/addon.md`.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Self

from scrapy import signals
from scrapy.exceptions import NotConfigured
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.defer import deferred_from_coro, maybe_deferred_to_future
from scrapy.utils.misc import load_object
from twisted.internet.task import LoopingCall
from twisted.internet.threads import deferToThread

from archive.errors import StoreNotUsable
from crawler.archive_run import ArchiveRun
from crawler.politeness import empty_lines
from crawler.recorder import make_exchange
from crawler.tap import TapDownloadHandler, exchange_ended
from crawler.visits import STORED_KEY, facts_of_request

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

    from archive.capture import Exchange, Stored
    from crawler.wire import Wire

logger = logging.getLogger(__name__)
TAP = "crawler.tap.TapDownloadHandler"
RECORDER = "crawler.addon.WarcRecorder"
CLOSE_REASON = "store_not_usable"
_SCHEMES = ("http", "https")
_TICK_S = 0.5
# How long a project waits is its own affair: DOWNLOAD_TIMEOUT alone decides.
_TAP_LIMITS = ("KAKEHASHI_IDLE_TIMEOUT", "KAKEHASHI_CONNECT_TIMEOUT")
_NEVER_S = 7 * 86400.0


class WarcArchive:
    """The add-on: settings alone. What a project has set itself stays; the recorder says where that is amiss."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Put the tap and the recorder in, at the priority of an add-on."""
        handlers = settings["DOWNLOAD_HANDLERS"]
        for scheme in _SCHEMES:
            if scheme not in handlers:
                handlers.set(scheme, TAP, priority="addon")
        settings["EXTENSIONS"].set(RECORDER, 0, priority="addon")
        for name in _TAP_LIMITS:
            settings.set(name, _NEVER_S, priority="addon")


class NotArchivableError(Exception):
    """The settings of a project leave no way to archive its crawl; the message names the setting."""


class WarcRecorder:
    """Scrapy extension that writes each exchange of a spider into the store.

    Where that cannot be done the crawl does not begin: one line says why, and the error goes on to whoever started it.
    A request's place in the archive is in its meta under `STORED_KEY`, an `archive.Stored`, once it was answered.
    """

    def __init__(self, crawler: Crawler) -> None:
        if crawler.spider is None:
            raise NotConfigured("this is no crawl (a shell, say): nothing is archived")
        self._crawler = crawler
        try:
            _check(crawler.settings)
            self._run = _open_run(crawler.settings, crawler.spider.name)
        except (NotArchivableError, StoreNotUsable) as error:
            logger.error("%s", error)  # noqa: TRY400  (one line for people; Scrapy shows where it came from)
            raise
        self._is_stopping = False
        self._ticker = LoopingCall(self._tick)
        for handler, signal in (
            (self.spider_opened, signals.spider_opened),
            (self.request_scheduled, signals.request_scheduled),
            (self.exchange_ended, exchange_ended),
            (self.spider_closed, signals.spider_closed),
            (self.engine_stopped, signals.engine_stopped),
        ):
            crawler.signals.connect(handler, signal)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The extension, connected. Raises `NotArchivableError` and `StoreNotUsable`; `NotConfigured` in a shell."""
        return cls(crawler)

    def spider_opened(self) -> None:
        """Start the clock."""
        self._ticker.start(_TICK_S, now=False)

    def request_scheduled(self, request: Request) -> None:
        """Forget the record of another request whose meta was passed on."""
        request.meta.pop(STORED_KEY, None)

    def exchange_ended(self, request: Request, wire: Wire, error: BaseException | None) -> None:
        """Write what came over the wire; the record's place goes into the request's meta."""
        request.meta.pop(STORED_KEY, None)
        self._run.exchanges += 1
        if wire.disk_error is not None:
            self._run.fail(wire.disk_error)
        exchange = make_exchange(request.url, wire, error, self._facts(request, wire, error))
        if exchange is None:
            self._count("unanswered")
        else:
            # The address is that of the proxy; which one the proxy asked, nobody knows.
            stored = self._record(replace(exchange, ip=None) if request.meta.get("proxy") else exchange)
            exchange.response.close()
            if stored is not None:
                request.meta[STORED_KEY] = stored
        wire.close()

    def _record(self, exchange: Exchange) -> Stored | None:
        if self._run.fatal is not None:
            self._lose(exchange.url, "the store was not usable any more")
            self._stop()
            return None
        try:
            stored = self._run.record(exchange)
        except StoreNotUsable as problem:
            self._lose(exchange.url, str(problem))
            self._stop()
        except Exception as problem:
            logger.exception("%s could not be archived", exchange.url)
            self._lose(exchange.url, f"{type(problem).__name__}: {problem}")
        else:
            self._count("revisits" if stored.is_revisit else "responses")
            return stored
        return None

    def _lose(self, url: str, problem: str) -> None:
        self._run.note_problem(url, problem)
        self._count("not_archived")

    def _count(self, kind: str) -> None:
        self._run.counts[kind] += 1
        self._crawler.stats.inc_value(f"archive/{kind}")

    def _facts(self, request: Request, wire: Wire, error: BaseException | None) -> tuple[tuple[str, str], ...]:
        referer = request.headers.get("Referer")
        facts = facts_of_request(
            request.url,
            redirected_from=request.meta.get("redirect_urls", ()),
            referer=referer.decode("latin-1") if referer else None,
            depth=request.meta.get("depth"),
            is_for_engine=request.callback is NO_CALLBACK,
        )
        more = [("kakehashi-spider", self._run.spider), ("fetchTimeMs", str(round(wire.seconds * 1000)))]
        more += wire.facts()
        if request.meta.get("proxy"):
            more.append(("kakehashi-proxy", "yes"))
        if error is not None:
            more.append(("kakehashi-error", f"{type(error).__name__}: {error}"))
        return (*facts, *more)

    def _tick(self) -> None:
        self._run.tick()
        if self._run.fatal is not None:
            self._stop()

    def _stop(self) -> None:
        """Close the spider; what waits in the lines of the downloader is not fetched any more."""
        engine = self._crawler.engine
        empty_lines(engine.downloader)
        if not self._is_stopping and engine.spider is not None:
            self._is_stopping = True
            logger.error("%s", self._run.fatal)
            deferred_from_coro(engine.close_spider_async(reason=CLOSE_REASON))

    async def spider_closed(self, reason: str) -> None:
        """Close the WARC, then upload and write the ledger without holding up other spiders of the process."""
        if self._ticker.running:
            self._ticker.stop()
        self._run.close()
        await maybe_deferred_to_future(deferToThread(self._settle, reason))

    def _settle(self, reason: str) -> None:
        try:
            self._run.settle(reason)
        except StoreNotUsable as problem:
            if not self._is_stopping:
                logger.error("%s", problem)  # noqa: TRY400
        counts = ", ".join(f"{kind} {count}" for kind, count in sorted(self._run.counts.items()))
        logger.info("archived into %s: %s", self._run.store, counts or "nothing")

    def engine_stopped(self) -> None:
        """Let the process end with a failure where the archive is not whole."""
        if self._run.fatal is not None:
            # Scrapy's commands exit with 1 for a crawler without a spider, and for no other end of a crawl.
            self._crawler.spider = None


def _check(settings: BaseSettings) -> None:
    """Raise `NotArchivableError` when another setting keeps the tap out."""
    if not settings.getbool("TWISTED_REACTOR_ENABLED"):
        raise NotArchivableError("TWISTED_REACTOR_ENABLED is False, but the tap sits on Twisted: expected True")
    if settings["DOWNLOADER_CLIENTCONTEXTFACTORY"] != "SENTINEL":  # Scrapy's word for none
        raise NotArchivableError("DOWNLOADER_CLIENTCONTEXTFACTORY is set, but the tap secures connections itself")
    handlers = settings["DOWNLOAD_HANDLERS"]
    for scheme in _SCHEMES:
        handler = load_object(handlers[scheme]) if handlers.get(scheme) is not None else TapDownloadHandler
        if not (isinstance(handler, type) and issubclass(handler, TapDownloadHandler)):
            name = f"{handler.__module__}.{handler.__qualname__}"
            problem = f"DOWNLOAD_HANDLERS has {name} for {scheme}, whose bytes cannot be archived: expected no entry"
            raise NotArchivableError(problem)


def _open_run(settings: BaseSettings, spider: str) -> ArchiveRun:
    store = settings.get("KAKEHASHI_STORE")
    if not isinstance(store, str | Path) or not str(store).strip():
        problem = f"KAKEHASHI_STORE is {store!r}: expected a folder or s3://bucket/prefix to archive into"
        raise NotArchivableError(problem)
    spool = settings.get("KAKEHASHI_SPOOL")
    return ArchiveRun(
        store=str(store),
        spider=spider,
        software={name: version(name) for name in ("kakehashi", "scrapy", "twisted")},
        spool=Path(spool) if spool else None,
        operator=settings.get("KAKEHASHI_OPERATOR"),
        user_agent=settings["USER_AGENT"] or "",
        robots="obey" if settings.getbool("ROBOTSTXT_OBEY") else "ignore",
    )

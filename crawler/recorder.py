"""The recorder: what the tap copied becomes an exchange and goes into the run's WARC, before Scrapy acts on it."""

from __future__ import annotations

import io
import logging
from typing import TYPE_CHECKING, Any, BinaryIO, Self, cast

from scrapy import signals
from scrapy.exceptions import NotConfigured
from twisted.internet.task import LoopingCall

from archive.capture import Exchange
from archive.errors import StoreNotUsable
from archive.http_message import final_response_offset
from crawler.runs import run_for
from crawler.tap import Wire, exchange_ended, truncation_of
from crawler.visits import META_KEY, STORED_KEY, Role, Visit

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

    from crawler.run import Run

logger = logging.getLogger(__name__)
_TICK_S = 0.2
_HEAD_BYTES = 256 * 1024


class Recorder:
    """Scrapy extension that writes each exchange of a spider to the run that the spider belongs to.

    A spider that was started without a run (`scrapy crawl NAME`) gets one of its own, from the settings.
    """

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.get("KAKEHASHI_STORE"):
            raise NotConfigured("KAKEHASHI_STORE names no store: nothing is archived")
        self._crawler = crawler
        self._run: Run | None = None
        self._owns_run = False
        self._ticker = LoopingCall(self._tick)
        crawler.signals.connect(self.spider_opened, signals.spider_opened)
        crawler.signals.connect(self.exchange_ended, exchange_ended)
        crawler.signals.connect(self.spider_closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The extension, connected; `NotConfigured` without a store."""
        return cls(crawler)

    def spider_opened(self, spider: Any) -> None:
        """Take the spider's run, or open one."""
        self._run = getattr(spider, "run", None)
        if self._run is None:
            self._run = run_for(self._crawler.settings, sources=[spider.source] if hasattr(spider, "source") else [])
            self._owns_run = True
            spider.run = self._run
        self._ticker.start(_TICK_S, now=False)

    def exchange_ended(self, request: Request, wire: Wire, error: BaseException | None) -> None:
        """Write what came over the wire; the record's place goes into the request's meta."""
        if self._run is None or not wire.received_length or self._run.fatal is not None:
            return
        visit: Visit | None = request.meta.get(META_KEY)
        exchange = make_exchange(request.url, wire, error, self._facts(request, visit, error))
        try:
            stored = self._run.record(exchange)
        except StoreNotUsable as problem:
            logger.error("%s", problem)  # noqa: TRY400  (one line for people, no traceback)
            self._stop("store_not_usable")
            return
        finally:
            exchange.response.close()
        request.meta[STORED_KEY] = stored
        if visit is not None and visit.source:
            ledger = self._run.ledger(visit.source)
            ledger.requests += 1
            ledger.wire_bytes += exchange.response_length

    def _facts(self, request: Request, visit: Visit | None, error: BaseException | None) -> tuple[tuple[str, str], ...]:
        if visit is None:
            spider = self._crawler.spider
            source = getattr(getattr(spider, "source", None), "id", None)
            visit = Visit(role=Role.ROBOTS, page=request.url, source=source, hops="P")
        facts = list(visit.facts())
        facts += [("kakehashi-redirected-from", url) for url in request.meta.get("redirect_urls", [])[-1:]]
        if "download_latency" in request.meta:
            facts.append(("fetchTimeMs", str(round(request.meta["download_latency"] * 1000))))
        if request.url.startswith("https:"):
            facts.append(("kakehashi-tls", "certificate verified"))
        if error is not None:
            facts.append(("kakehashi-error", f"{type(error).__name__}: {error}"))
        return tuple(facts)

    def _stop(self, reason: str) -> None:
        engine = self._crawler.engine
        if engine is not None:
            engine.close_spider_async(reason=reason)  # type: ignore[unused-coroutine]

    def _tick(self) -> None:
        if self._run is not None and self._run.fatal is None:
            try:
                self._run.tick()
            except (StoreNotUsable, OSError) as problem:
                logger.error("%s", problem)  # noqa: TRY400
                self._run.fail(problem)
        if self._run is not None and self._run.fatal is not None:
            self._stop("store_not_usable")

    def spider_closed(self, reason: str) -> None:
        """Stop the clock; end the run where it was opened here."""
        if self._run is not None and reason == "shutdown":
            self._run.interrupted = True
        if self._ticker.running:
            self._ticker.stop()
        if self._owns_run and self._run is not None:
            self._run.finish()


def make_exchange(
    url: str, wire: Wire, error: BaseException | None, facts: tuple[tuple[str, str], ...]
) -> Exchange:
    """The exchange on a wire: its final response without interim answers, marked as cut when it broke off."""
    response, length = _final_response(wire)
    return Exchange(
        url=url,
        began_at=wire.began_at.replace(microsecond=wire.began_at.microsecond // 1000 * 1000),
        request=bytes(wire.sent),
        response=response,
        response_length=length,
        ip=wire.ip,
        truncated=truncation_of(error) if error is not None else None,
        protocols=wire.protocols,
        cipher=wire.cipher,
        facts=facts,
    )


def _final_response(wire: Wire) -> tuple[BinaryIO, int]:
    wire.received.seek(0)
    offset = final_response_offset(wire.received.read(min(_HEAD_BYTES, wire.received_length)))
    if not offset:
        return wire.received, wire.received_length
    wire.received.seek(offset)
    rest = wire.received.read(wire.received_length - offset)
    return cast("BinaryIO", io.BytesIO(rest)), len(rest)

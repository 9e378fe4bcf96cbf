"""The recorder: what the tap copied becomes an exchange and goes into the run's WARC, before Scrapy acts on it."""

from __future__ import annotations

import logging
import re
import shutil
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING, Any, BinaryIO, Self, cast

from scrapy import signals
from scrapy.exceptions import NotConfigured
from scrapy.utils.defer import deferred_from_coro
from twisted.internet.task import LoopingCall

from archive.capture import Exchange
from archive.errors import StoreNotUsable
from archive.leases import Held
from archive.space import problem_of
from crawler.ledger import Fate
from crawler.politeness import empty_lines, host_key
from crawler.room import SAFE
from crawler.tap import exchange_ended, truncation_of
from crawler.visits import (
    ANNOUNCED_KEY,
    EARLIER_KEY,
    META_KEY,
    ROBOTS_KEY,
    STORED_KEY,
    Role,
    Visit,
    facts_of_request,
    is_robots_txt,
)
from crawler.wire import Wire, spool

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from archive.capture import Earlier, Stored, Truncation
    from crawler.politeness import OneAtATimeDownloader
    from crawler.run import Run

logger = logging.getLogger(__name__)
_TICK_S = 0.2
_OLDER = re.compile(rb"[\r\n]{0,8}(?:HTTP/1\.0|ICY)\b", re.IGNORECASE)
_CURRENT = re.compile(rb"[\r\n]{0,8}HTTP\b", re.IGNORECASE)


class Recorder:
    """Scrapy extension that writes each exchange of a spider to the run that the spider belongs to.

    A spider that was started without a run (`scrapy crawl NAME`, Scrapyd) gets one of its own, from the settings, which
    holds the source as every run does; where another run has it the spider ends with the reason `held`, and nothing is
    asked for. A store that cannot be used raises `StoreNotUsable` here, before the first request.
    """

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.get("KAKEHASHI_STORE"):
            raise NotConfigured("KAKEHASHI_STORE names no store: nothing is archived")
        self._crawler = crawler
        self._spider = cast("Any", crawler.spider)
        self._owns_run = self._spider.run is None
        if self._owns_run and not self._open_run():
            crawler.signals.connect(self._end_refused, signals.engine_stopped)
            return
        self._run: Run = self._spider.run
        self._is_stopping = False
        self._began = monotonic()
        self._ticker = LoopingCall(self._tick)
        crawler.signals.connect(self.spider_opened, signals.spider_opened)
        crawler.signals.connect(self.exchange_ended, exchange_ended)
        crawler.signals.connect(self.spider_error, signals.spider_error)
        crawler.signals.connect(self.spider_closed, signals.spider_closed)

    def _open_run(self) -> bool:
        """Give the spider a run that holds its source, and what is known of it; False when another run has it."""
        from crawler.runs import hold_for  # with the page stage, which an archive without articles does not load

        try:
            self._spider.run, past = hold_for(self._crawler.settings, self._spider.source.id, command="scrapy crawl")
        except Held as error:
            logger.error("%s", error)  # noqa: TRY400  (one line for people)
            self._spider.refusal = "held"
            return False
        self._spider.remember(past)
        return True

    def _end_refused(self) -> None:
        # Scrapy's commands exit with 1 for a crawler without a spider, and for no other end of a crawl.
        self._crawler.spider = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The extension, connected; `NotConfigured` without a store."""
        return cls(crawler)

    def spider_opened(self) -> None:
        """Start the clock; the source is in the ledger from now on, whatever it announces."""
        self._run.spiders[self._spider.ledger.source] = "open"
        self._began = monotonic()
        self._run.on_fatal.append(lambda: self._stop("store_not_usable"))  # whichever spider's record it was
        self._ticker.start(_TICK_S, now=False)

    def exchange_ended(self, request: Request, wire: Wire, error: BaseException | None) -> None:
        """Write what came over the wire; the record's place goes into the request's meta."""
        request.meta.pop(STORED_KEY, None)  # a retry or redirect brings that of the exchange before
        if wire.disk_error is not None:
            self._give_up(wire.disk_error)
        exchange = None
        if wire.received_length and self._run.fatal is None:
            facts, asked = self._facts(request, wire, error), request.meta.get(EARLIER_KEY)
            exchange = make_exchange(request.url, wire, error, facts, revalidates=asked)
        if exchange is not None:
            stored = self._record(request, exchange)
            exchange.response.close()
            if stored is not None:
                request.meta[STORED_KEY] = stored
                self._spider.ledger.requests += 1
                self._note_certificate(request, wire)
                self._spider.ledger.wire_bytes += exchange.response_length
        wire.close()

    def _note_certificate(self, request: Request, wire: Wire) -> None:
        leaf = wire.handshake.leaf if wire.handshake else None
        if leaf is not None:
            self._spider.ledger.seen.note_certificate(
                host_key(request), leaf.not_valid_before_utc, leaf.not_valid_after_utc
            )

    def _give_up(self, error: OSError) -> None:
        """Take in no more: what came over the wire could not even be held."""
        problem = f"{problem_of(error)} where large bodies wait while they come (TMPDIR, else /var/tmp); {SAFE}"
        self._run.fail(StoreNotUsable(self._run.store, f"{problem} when there is space"))
        self._stop("store_not_usable")

    def _record(self, request: Request, exchange: Exchange) -> Stored | None:
        try:
            return self._run.record(exchange)
        except StoreNotUsable:
            self._stop("store_not_usable")  # whoever started the run says why, in one line, when it is finished
        except Exception as problem:
            logger.exception("%s could not be archived", request.url)
            self._spider.ledger.note_problem(request.url, f"not archived: {type(problem).__name__}: {problem}")
        return None

    def _facts(self, request: Request, wire: Wire, error: BaseException | None) -> tuple[tuple[str, str], ...]:
        visit: Visit | None = request.meta.get(META_KEY)
        redirected_from: list[str] = request.meta.get("redirect_urls", [])
        if visit is None and not is_robots_txt(request.url, redirected_from):
            facts = list(facts_of_request(request.url, redirected_from=redirected_from))
        else:
            facts = self._facts_of_visit(request, visit, redirected_from)
        if (announced := request.meta.get(ANNOUNCED_KEY)) is not None:
            facts.append(("kakehashi-announced-as", announced))
        facts.append(("fetchTimeMs", str(round(wire.seconds * 1000))))
        facts += wire.facts()
        if error is not None:
            facts.append(("kakehashi-error", f"{type(error).__name__}: {error}"))
        return tuple(facts)

    def _facts_of_visit(
        self, request: Request, visit: Visit | None, redirected_from: list[str]
    ) -> list[tuple[str, str]]:
        if visit is None:
            source = getattr(getattr(self._spider, "source", None), "id", None)
            visit = Visit(role=Role.ROBOTS, page=request.url, source=source, hops="P")
        elif visit.role is Role.ARTICLE and redirected_from and not self._spider.owns(request.url):
            visit = replace(visit, role=Role.FOREIGN)
        facts = list(visit.facts(redirected_from))
        if visit.role is not Role.ROBOTS:
            facts.append(("kakehashi-robots", request.meta.get(ROBOTS_KEY, "not asked")))
        return facts

    def _stop(self, reason: str) -> None:
        engine = self._crawler.engine
        if engine is not None and engine.spider is not None and not self._is_stopping:
            self._is_stopping = True
            cast("OneAtATimeDownloader", engine.downloader).shut()
            deferred_from_coro(engine.close_spider_async(reason=reason))

    def _tick(self) -> None:
        if self._run.fatal is None:
            try:
                self._run.tick()
            except (StoreNotUsable, OSError) as problem:
                self._run.fail(problem)
        if self._run.fatal is not None:
            self._stop("store_not_usable")
        elif self._run.interrupts.is_asked:
            self._stop("shutdown")
        engine = self._crawler.engine
        if engine is not None and engine._slot is not None and engine._slot.closing is not None:  # noqa: SLF001
            empty_lines(engine.downloader)

    def spider_error(self, failure: Failure, response: Response | None) -> None:
        """Count what our own code broke on: a page as failed, anything else as a problem; None: before any response."""
        what = f"{type(failure.value).__name__}: {failure.value}"
        ledger = self._spider.ledger
        if response is None:
            ledger.note_problem(ledger.source, what)
            return
        visit: Visit | None = response.meta.get(META_KEY)
        if visit is not None and visit.role in (Role.ARTICLE, Role.SHELL) and ledger.is_open(visit.page):
            ledger.settle(visit.page, Fate.FAILED, f"error_{type(failure.value).__name__}", what)
        else:
            ledger.note_problem(response.url, what)

    def spider_closed(self, reason: str) -> None:
        """Stop the clock; end the run where it was opened here."""
        self._run.spiders[self._spider.ledger.source] = reason
        self._spider.ledger.seconds = monotonic() - self._began
        if self._ticker.running:
            self._ticker.stop()
        if self._owns_run:
            self._finish()

    def _finish(self) -> None:
        try:
            report = self._run.finish()
        except StoreNotUsable as problem:
            logger.error("%s", problem)  # noqa: TRY400
            return
        for name, ledger in report["sources"].items():
            counts = {key: ledger[key] for key in ("announced", "kept", "unchanged", "dropped", "failed", "deferred")}
            logger.info("%s: %s", name, ", ".join(f"{key} {value}" for key, value in counts.items()))


def make_exchange(
    url: str,
    wire: Wire,
    error: BaseException | None,
    facts: tuple[tuple[str, str], ...],
    *,
    revalidates: Earlier | None = None,
) -> Exchange | None:
    """The exchange on a wire: its final response without interim answers, marked as cut when it broke off.

    `revalidates` is the record whose validators the request carried.

    None when nothing but interim answers came, or the disk did not hold what came.
    """
    offset = wire.begins_at
    if offset >= wire.received_length or wire.disk_error is not None:
        return None
    return Exchange(
        url=url,
        began_at=wire.began_at.replace(microsecond=wire.began_at.microsecond // 1000 * 1000),
        request=bytes(wire.sent),
        response=_from(wire.received, offset) if offset else wire.received,
        response_length=wire.received_length - offset,
        ip=wire.ip,
        truncated=_truncation(wire, error),
        protocols=_protocols(wire),
        cipher=wire.cipher,
        facts=facts,
        revalidates=revalidates,
    )


def _truncation(wire: Wire, error: BaseException | None) -> Truncation | None:
    if wire.is_whole or wire.truncated is not None:
        return None if wire.is_whole else wire.truncated
    return truncation_of(error) if error is not None else None


def _protocols(wire: Wire) -> tuple[str, ...]:
    """What the server spoke: its own status line says whether HTTP/1.1 is an older one, or none at all."""
    if wire.protocols[:1] != ("http/1.1",):
        return wire.protocols
    wire.received.seek(wire.begins_at)
    start = wire.received.read(16)
    if _OLDER.match(start):
        return ("http/1.0", *wire.protocols[1:])
    return wire.protocols if _CURRENT.match(start) else ("http/0.9", *wire.protocols[1:])


def _from(received: BinaryIO, offset: int) -> BinaryIO:
    rest = spool()
    received.seek(offset)
    shutil.copyfileobj(received, rest)
    return rest

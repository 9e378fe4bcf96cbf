"""Spiders run over one run, in one process: the only place that starts Scrapy's engine."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from crawler.capture_spider import CaptureSpider
from crawler.console import Progress
from crawler.log import hush_libraries
from crawler.loader import spider_class
from crawler.run import Run

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable
    from pathlib import Path

    from crawler.config import Catalogue
    from crawler.options import FetchOptions
    from crawler.sources import Source

logger = logging.getLogger(__name__)


def crawl_settings(options: FetchOptions) -> Settings:
    """Scrapy's settings with what the command line changes."""
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    changes: dict[str, Any] = {
        "ROBOTSTXT_OBEY": options.robots == "obey",
        "KAKEHASHI_ALLOW_PRIVATE": list(options.allow_private),
        "DOWNLOAD_DELAY": options.delay,
        "CONCURRENT_REQUESTS_PER_DOMAIN": options.concurrency,
        "CLOSESPIDER_TIMEOUT": options.max_seconds,
    }
    for name, value in changes.items():
        if value is not None:
            settings.set(name, value, priority="cmdline")
    if sys.platform != "win32":
        settings.set("ASYNCIO_EVENT_LOOP", "uvloop.Loop", priority="project")
    # Scrapy's own log of each spider's settings and stats is for Scrapy's developers.
    settings.set("LOG_ENABLED", False, priority="cmdline")
    settings.set("LOG_INSTALL_ROOT_HANDLER", False, priority="cmdline")
    settings.set("STATS_DUMP", False, priority="cmdline")
    return settings


def crawl(
    sources: Iterable[Source],
    *,
    store: str,
    spool: Path | None,
    options: FetchOptions,
    command: str,
    since: dt.date | None = None,
    until: dt.date | None = None,
    limit: int | None = None,
) -> dict[str, Any]:
    """Crawl the sources and give the run's ledger. Raises `StoreNotUsable`; what was fetched is then safe on disk."""
    chosen = list(sources)
    settings = crawl_settings(options)
    run = _run(settings, chosen, store, spool, command)
    spiders = [(spider_class(source), {"since": since, "until": until, "limit": limit}) for source in chosen]
    return _drive(run, settings, spiders)


def capture(
    urls: list[str], *, catalogue: Catalogue, store: str, spool: Path | None, options: FetchOptions, command: str
) -> dict[str, Any]:
    """Archive exactly these URLs and give the run's ledger. Raises `StoreNotUsable`."""
    settings = crawl_settings(options)
    run = _run(settings, list(catalogue), store, spool, command)
    return _drive(run, settings, [(CaptureSpider, {"urls": urls, "catalogue": catalogue})])


def _run(settings: Settings, sources: list[Source], store: str, spool: Path | None, command: str) -> Run:
    return Run(
        store=store,
        command=command,
        rules={source.id: source.page_rules() for source in sources},
        spool=spool,
        operator=settings.get("KAKEHASHI_OPERATOR"),
        user_agent=settings["USER_AGENT"],
        robots="obey" if settings.getbool("ROBOTSTXT_OBEY") else "ignore",
    )


def _drive(run: Run, settings: Settings, spiders: list[tuple[type, dict[str, Any]]]) -> dict[str, Any]:
    is_chatty = logging.getLogger("scrapy").level == logging.DEBUG
    process = AsyncCrawlerProcess(settings)
    hush_libraries(verbose=2 if is_chatty else 0)
    with Progress(run) as progress:
        run.on_tick = progress.show
        for spider, arguments in spiders:
            process.crawl(spider, run=run, **arguments)
        process.start()
        return run.finish()

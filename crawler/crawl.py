"""Spiders run over one run, in one process: the only place that starts Scrapy's engine."""

from __future__ import annotations

import logging
import sys
import tempfile
import threading
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from crawler.archived_handler import REHEARSAL_SETTINGS
from crawler.browser import missing
from crawler.capture_spider import ACCOUNT, CaptureSpider
from crawler.console import Progress
from crawler.loader import spider_class
from crawler.log import without_greeting
from crawler.rehearsal import Rehearsal
from crawler.runs import run_for
from crawler.source_file import SourceError
from crawler.states import States
from crawler.terms import settings_of
from crawler.wayback_spider import WaybackSpider
from pipelines.article import EVERY_LABEL
from pipelines.keep import listed

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Sequence

    from crawler.archived_runs import Archive
    from crawler.config import Catalogue
    from crawler.options import FetchOptions
    from crawler.past import Past
    from crawler.run import Run
    from crawler.sources import Source

logger = logging.getLogger(__name__)
_LAST_CALL_S = 0.3
# A web archive serves the whole world, and allows 24 lists a minute (2026): a slow pace, and a minute's silence when it
# has enough and does not say for how long.
WAYBACK_SETTINGS: dict[str, Any] = {
    "DOWNLOAD_DELAY": 3.0,
    "KAKEHASHI_RETRY_AFTER": 60.0,
    "KAKEHASHI_CONDITIONAL": False,
    # What failed is asked for again before the next capture, so that trouble shows after a few of them.
    "RETRY_PRIORITY_ADJUST": 1,
}


def crawl_settings(options: FetchOptions, *, store: str, spool: Path | None, alarms: Path | None = None) -> Settings:
    """Scrapy's settings with what the command line changes."""
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    changes: dict[str, Any] = {
        "ROBOTSTXT_OBEY": options.robots == "obey",
        "KAKEHASHI_STORE": store,
        "KAKEHASHI_SPOOL": spool,
        "KAKEHASHI_ALARMS": alarms,
        "KAKEHASHI_ALLOW_PRIVATE": list(options.allow_private),
        "DOWNLOAD_DELAY": options.delay,
        "CONCURRENT_REQUESTS_PER_DOMAIN": options.concurrency,
        "CLOSESPIDER_TIMEOUT": options.max_seconds,
        "DOWNLOAD_MAXSIZE": options.max_body,
        "KAKEHASHI_RESERVE": options.reserve,
        "KAKEHASHI_SPOOL_LIMIT": options.spool_limit,
        "KAKEHASHI_UPLOAD_PATIENCE": options.upload_patience,
        "KAKEHASHI_MAX_RETRY_AFTER": options.max_retry_after,
        "KAKEHASHI_KEEP": ",".join(listed(options.keep)) if options.keep else None,
        # The spiders are handed in; the catalogue of the settings is not asked.
        "SPIDER_LOADER_CLASS": "scrapy.spiderloader.DummySpiderLoader",
        # Scrapy's own log of each spider's settings and stats is for Scrapy's developers.
        "LOG_ENABLED": False,
        "LOG_INSTALL_ROOT_HANDLER": False,
        "STATS_DUMP": False,
    }
    for name, value in changes.items():
        if value is not None:
            settings.set(name, value, priority="cmdline")
    if sys.platform != "win32":
        settings.set("ASYNCIO_EVENT_LOOP", "uvloop.Loop", priority="project")
    return settings


def crawl(
    sources: Iterable[Source],
    *,
    catalogue: Catalogue,
    store: str,
    spool: Path | None,
    options: FetchOptions,
    command: str,
    since: dt.date | None = None,
    until: dt.date | None = None,
    limit: int | None = None,
    revisits: int | None = None,
    alarms: Path | None = None,
    is_due: Callable[[Source, Past], bool] | None = None,
) -> dict[str, Any] | None:
    """Crawl the sources and give the run's ledger; what could not be had the last time is asked for again.

    Raises `SourceError` where a source needs a browser and there is none, and `Held` when another run has one of them,
    before anything is fetched, `StoreNotUsable`, after which what was fetched is safe on disk, and `CatalogueErrors`
    for a file of alarms that is wrong. With `is_due` those that another run has are left to it, unless it has all, and
    those that it says no to, once they are held, are left out; None when nothing is left.
    """
    wanted = {source.id: source for source in sources}
    _check_browser(wanted.values())
    settings = crawl_settings(options, store=store, spool=spool, alarms=alarms)
    run = run_for(settings, command=command, catalogue=catalogue)
    held = run.hold(wanted, is_all=is_due is None)
    for name in wanted.keys() - set(held):
        logger.warning("%s is left to the run that holds it", name)
    states = States(run.blobs)
    pasts = {name: states.load(name) for name in held}
    due = [name for name in held if is_due is None or is_due(wanted[name], pasts[name])]
    if not due:
        run.leave()
        return None
    arguments = {"since": since, "until": until, "limit": limit, "revisits": revisits}
    spiders: dict[str, tuple[type, dict[str, Any]]] = {
        name: (spider_class(wanted[name]), {**arguments, "past": pasts[name]}) for name in due
    }
    return _drive(run, settings, spiders)


def _check_browser(sources: Iterable[Source]) -> None:
    """Raise `SourceError` for the first source that needs a browser where there is none."""
    problem = missing()
    for source in sources:
        if source.render and problem is not None:
            raise SourceError(source.id, "render", "a browser for render = true", problem)


def capture(
    urls: list[str], *, catalogue: Catalogue, store: str, spool: Path | None, options: FetchOptions, command: str
) -> dict[str, Any]:
    """Archive exactly these URLs and give the run's ledger. Raises `StoreNotUsable`.

    Their articles are stored whatever their topic, unless the options name the labels to keep.
    """
    keeps_all = options.keep is None or options.keep == EVERY_LABEL
    options = replace(options, keep=None) if keeps_all else options
    settings = crawl_settings(options, store=store, spool=spool)
    for name, hosts in settings_of(catalogue).items():  # as each source asks for its own hosts
        settings.set(name, hosts, priority="cmdline")
    run = run_for(settings, command=command, catalogue=catalogue, is_asked_for=keeps_all)
    return _drive(
        run, settings, {ACCOUNT: (CaptureSpider, {"urls": urls, "catalogue": catalogue, "keeps_all": keeps_all})}
    )


def backfill_wayback(
    sources: Sequence[Source],
    *,
    base: str,
    catalogue: Catalogue,
    store: str,
    spool: Path | None,
    options: FetchOptions,
    since: dt.date | None = None,
    until: dt.date | None = None,
    limit: int | None = None,
) -> dict[str, Any]:
    """Fetch the captures that a web archive at `base` has of sources; back comes the run's ledger.

    Raises `Held` when another run has one of the sources, and `StoreNotUsable`, as `crawl` does.
    """
    settings = crawl_settings(options, store=store, spool=spool)
    for name, value in WAYBACK_SETTINGS.items():
        if name != "DOWNLOAD_DELAY" or options.delay is None:
            settings.set(name, value, priority="cmdline")
    settings.set("CONCURRENT_REQUESTS", options.concurrency or 1, priority="cmdline")  # there is one host alone
    run = run_for(settings, command="backfill wayback", catalogue=catalogue)
    run.hold(source.id for source in sources)
    arguments = {"sources": list(sources), "base": base, "since": since, "until": until, "limit": limit}
    return _drive(run, settings, {sources[0].id: (WaybackSpider, arguments)})


def rehearse(
    sources: Iterable[Source],
    *,
    catalogue: Catalogue,
    archive: Archive,
    wanted_run: str | None,
    options: FetchOptions,
    since: dt.date | None = None,
    until: dt.date | None = None,
    limit: int | None = None,
) -> dict[str, Any]:
    """Crawl the sources over an archive and give the ledger, compared with that of the run it replays.

    No socket is opened, but those of the archive's own client where it lies on S3; nothing is written but temporary
    files. Raises `NoSuchRunError`, `StoreNotUsable`.
    """
    settings = crawl_settings(options, store=archive.name, spool=None)
    for name, value in REHEARSAL_SETTINGS.items():
        settings.set(name, value, priority="cmdline")
    archived = {source.id: archive.run_of(source.id, wanted_run) for source in sources}
    with tempfile.TemporaryDirectory(prefix="kakehashi-") as folder:
        rehearsal = Rehearsal(
            archived,
            archive=archive.name,
            blobs=archive.past.blobs,
            rules={source.id: source.page_rules() for source in catalogue},
            folder=Path(folder),
            rendering=[source.id for source in catalogue if source.render],
        )
        # What was due by its age that day is nothing that discovery found.
        arguments = {"since": since, "until": until, "limit": limit, "revisits": 0}
        spiders: dict[str, tuple[type, dict[str, Any]]] = {
            name: (spider_class(catalogue.get(name)), arguments) for name in archived
        }
        report = _drive(cast("Run", rehearsal), settings, spiders)
        return rehearsal.compared(report)


def _drive(run: Run, settings: Settings, spiders: dict[str, tuple[type, dict[str, Any]]]) -> dict[str, Any]:
    with without_greeting(verbose=2 if logging.getLogger("scrapy").level == logging.DEBUG else 0):
        process = AsyncCrawlerProcess(settings)
    with Progress(run) as progress, run.interrupts:
        run.on_tick = lambda: _look(run, progress)
        _let_go_of_threads()
        for spider, arguments in spiders.values():
            process.crawl(spider, run=run, **arguments)
        process.start(install_signal_handlers=False)  # Scrapy's are in force only once its loop runs
        for name in spiders.keys() - run.spiders.keys():
            run.ledger(name).note_problem(name, "the spider could not be started")
        return run.finish()


def _let_go_of_threads() -> None:
    """Let the process end without the threads that look up names: a reactor that was stopped at once leaves them."""
    from twisted.internet import reactor

    cast("Any", reactor).getThreadPool().threadFactory = partial(threading.Thread, daemon=True)


def _look(run: Run, progress: Progress) -> None:
    """What is due at each tick: the bar, and the end of a patience that was asked for twice, or for too long."""
    progress.show()
    if run.interrupts.is_patience_over:
        from twisted.internet import reactor

        # A response that is on its way may take its whole time-out; its page is fetched again by the next run.
        logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # it would name every task that was not waited for
        # What was recorded while this process was busy is still on its way to the workers: it is to get its article.
        cast("Any", reactor).callLater(0 if run.interrupts.count > 1 else _LAST_CALL_S, cast("Any", reactor).crash)

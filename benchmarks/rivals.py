"""The rows of the speed table, each over the same pages in a process of its own; here those that crawl with Scrapy.

    python -m benchmarks.rivals ROW JOB.json

`benchmarks.speed` starts this. The protocol on standard output is one JSON line for each event: `first` when the first
request is about to go out, `done` with what was counted when everything is written; then the process waits for a line
on standard input, so that its parent can read the CPU time of the whole tree before anything ends.

Every row has the same settings where Scrapy has them: `_EQUAL` is applied last, over both sides. What is ours is
imported inside functions, so that the memory of a stock row is stock Scrapy's own. Stock Scrapy decodes each body;
Kakehashi leaves that to its workers.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from benchmarks import saved_pages
from crawler.log import hush_libraries

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence

    from scrapy.http import Response

    from crawler.sources import Source

CONCURRENCY = 32
_EQUAL = {
    "CONCURRENT_REQUESTS": CONCURRENCY,
    "CONCURRENT_REQUESTS_PER_DOMAIN": CONCURRENCY,
    "DOWNLOAD_DELAY": 0,
    "COOKIES_ENABLED": False,
    "ROBOTSTXT_OBEY": False,
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "LOG_ENABLED": False,  # and warnings only: see `_drive`
    "STATS_DUMP": False,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What a row is to do: fetch `urls`, and leave what it writes under `folder`; `saved` is a store with the pages."""

    urls: tuple[str, ...]
    folder: Path
    saved: Path

    @classmethod
    def read(cls, path: Path) -> Job:
        """The job in a file."""
        data = json.loads(path.read_text(encoding="utf-8"))
        return cls(urls=tuple(data["urls"]), folder=Path(data["folder"]), saved=Path(data["saved"]))


class Tally:
    """Counts the pages that a row's spider got, with the bytes of their bodies, decoded or as sent."""

    def __init__(self) -> None:
        self.fetched = 0
        self.body_bytes = 0

    def begin(self) -> None:
        """Tell the parent that the first request is about to go out."""
        tell("first")

    def count(self, response: Response) -> None:
        """Count a page that arrived whole."""
        if response.status == 200:
            self.fetched += 1
            self.body_bytes += len(response.body)


def tell(event: str, **facts: Any) -> None:
    """One line for the parent."""
    sys.stdout.write(json.dumps({"event": event, **facts}) + "\n")
    sys.stdout.flush()


class StockSpider(Spider):
    """Stock Scrapy that fetches a list of URLs and does nothing with the pages."""

    name = "stock"

    def __init__(self, name: str | None = None, *, job: Job, tally: Tally, **options: Any) -> None:
        super().__init__(name, **options)
        self.job = job
        self.tally = tally

    async def start(self) -> AsyncIterator[Request]:
        """A request for each URL; like the other side's, none is looked up among those seen."""
        self.tally.begin()
        for url in self.job.urls:
            yield Request(url, callback=self.parse, dont_filter=True)

    def parse(self, response: Response) -> None:
        """Count the page."""
        self.tally.count(response)


class InlineSpider(StockSpider):
    """Stock Scrapy whose callback extracts the article with trafilatura and writes it as a line of JSON."""

    name = "inline"
    out: TextIO

    async def start(self) -> AsyncIterator[Request]:
        """The same requests, with the file of articles open."""
        import trafilatura

        self.extract = trafilatura.bare_extraction
        self.job.folder.mkdir(parents=True)
        self.out = (self.job.folder / "articles.jsonl").open("w", encoding="utf-8")
        async for request in super().start():
            yield request

    def parse(self, response: Response) -> None:
        """Text and metadata of the page, whatever its topic."""
        self.tally.count(response)
        found: Any = self.extract(response.text, url=response.url, with_metadata=True)
        if found is None:
            return
        article = {
            "url": response.url,
            "title": found.title,
            "author": found.author,
            "date": found.date,
            "text": found.text,
        }
        self.out.write(json.dumps(article, ensure_ascii=False) + "\n")

    def closed(self, reason: str) -> None:  # noqa: ARG002  (Scrapy's signature)
        """Leave the file whole."""
        self.out.close()


def _own_spider(source: Source, *, processes: bool) -> type[Spider]:
    """Our spider with a list of URLs in place of discovery; with `processes` its pages go to the workers."""
    from crawler.spider import SourceSpider
    from crawler.visits import META_KEY, Role, Visit

    class TapSpider(SourceSpider):
        def __init__(self, name: str | None = None, *, job: Job, tally: Tally, **options: Any) -> None:
            super().__init__(name, **options)
            self.job = job
            self.tally = tally

        async def start(self) -> AsyncIterator[Request]:
            self.tally.begin()
            for url in self.job.urls:
                if self.run is not None:
                    self.ledger.announce(url)
                visit = Visit(role=Role.ARTICLE, page=url, source=source.id)
                yield Request(
                    url, callback=self.parse_article, errback=self.article_failed, meta={META_KEY: visit},
                    dont_filter=True,
                )  # fmt: skip

        def parse_article(self, response: Response) -> Iterator[Request]:
            self.tally.count(response)
            if processes:
                yield from super().parse_article(response)

        def idle(self) -> None:
            """Nothing was announced that waits."""

        def closed(self, reason: str) -> None:
            """Nor is anything left."""

    return type(TapSpider.__name__, (TapSpider,), {"name": source.id, "source": source})


def _source(urls: Sequence[str]) -> Source:
    from crawler.source_file import parse_source

    return parse_source(saved_pages.source_facts(urls), file="benchmarks/rivals.py")


def _stock_settings() -> Settings:
    settings = Settings()
    settings.set("ASYNCIO_EVENT_LOOP", "uvloop.Loop")
    return _equalled(settings)


def _own_settings(job: Job, source: Source) -> Settings:
    from crawler.crawl import crawl_settings
    from crawler.options import FetchOptions

    options = FetchOptions(robots="ignore", allow_private=source.scope.hosts)
    return _equalled(crawl_settings(options, store=str(job.folder), spool=None))


def _equalled(settings: Settings) -> Settings:
    for name, value in _EQUAL.items():
        settings.set(name, value, priority="cmdline")
    return settings


def _drive(settings: Settings, spider: type[Spider], **arguments: Any) -> None:
    process = AsyncCrawlerProcess(settings)
    hush_libraries()
    process.crawl(spider, **arguments)
    process.start()


def stock(job: Job, tally: Tally) -> dict[str, Any]:
    """Stock Scrapy, fetch only."""
    _drive(_stock_settings(), StockSpider, job=job, tally=tally)
    return {}


def inline(job: Job, tally: Tally) -> dict[str, Any]:
    """Stock Scrapy with trafilatura in the callback."""
    _drive(_stock_settings(), InlineSpider, job=job, tally=tally)
    return {}


def tap(job: Job, tally: Tally) -> dict[str, Any]:
    """Our settings, handler and spider, without the recorder."""
    source = _source(job.urls)
    settings = _own_settings(job, source)
    extensions = {**settings.getdict("EXTENSIONS"), "crawler.recorder.Recorder": None}
    settings.set("EXTENSIONS", extensions, priority="cmdline")
    settings.set("KAKEHASHI_CONDITIONAL", value=False, priority="cmdline")  # there is no store to ask about
    _drive(settings, _own_spider(source, processes=False), job=job, tally=tally)
    return {}


def archive(job: Job, tally: Tally) -> dict[str, Any]:
    """The same with a run that records; no page is derived, so the ledger ends with all of them deferred."""
    return _with_run(job, tally, processes=False)


def process(job: Job, tally: Tally) -> dict[str, Any]:
    """The same with workers that make articles: all that `kakehashi crawl` does but discovery."""
    return _with_run(job, tally, processes=True)


def _with_run(job: Job, tally: Tally, *, processes: bool) -> dict[str, Any]:
    from crawler.run import Run

    source = _source(job.urls)
    settings = _own_settings(job, source)
    run = Run(
        store=str(job.folder),
        command="benchmarks.speed",
        rules={source.id: source.page_rules()},
        user_agent=settings["USER_AGENT"],
        robots="ignore",
    )
    _drive(settings, _own_spider(source, processes=processes), job=job, tally=tally, run=run)
    return {"adds_up": run.finish()["adds_up"]}


ROWS: dict[str, Callable[[Job, Tally], dict[str, Any]]] = {
    "stock": stock,
    "tap": tap,
    "archive": archive,
    "process": process,
    "inline": inline,
    "again": saved_pages.again,
    "pool": saved_pages.pool,
    "webarchive": saved_pages.webarchive,
    "wget": saved_pages.wget,
    "newsplease": saved_pages.newsplease,
}


def main() -> None:
    row, path = sys.argv[1:]
    tally = Tally()
    facts = ROWS[row](Job.read(Path(path)), tally)
    tell("done", fetched=tally.fetched, body_bytes=tally.body_bytes, **facts)
    sys.stdin.readline()


if __name__ == "__main__":
    main()

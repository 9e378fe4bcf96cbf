"""Interviews led over the network, as politely as a crawl and without an archive.

robots.txt, delays, Retry-After, refused private addresses and checked certificates are those of a crawl; nothing is
written. A host is asked one question at a time, several hosts at once.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess

from archive.coding import UndecodableError
from crawler.bodies import MAX_DOCUMENT_BYTES, charset_of, content_type_of, decoded_body
from crawler.causes import describe
from crawler.crawl import crawl_settings
from crawler.interview import Answer, Interview
from crawler.log import without_greeting
from crawler.patience import TookTooLongError, limited_cpu
from crawler.politeness import RobotsForbiddenError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping

    from scrapy.http import Response
    from scrapy.settings import Settings
    from twisted.python.failure import Failure

    from crawler.options import FetchOptions

logger = logging.getLogger(__name__)
_TIMEOUT_S = 120
_RETRY_AFTER_S = 60.0


def ask(
    interviews: Mapping[str, Interview[Any]],
    options: FetchOptions,
    *,
    slots: Mapping[str, Mapping[str, float]] | None = None,
    more: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """What each interview found out, by its name; an exception that ended one is its result.

    `slots` maps hosts (`host`, or `host:port`) to the `delay` and `concurrency` that they want; `more` are further
    settings. Where the time was over before an interview ended, it has no result. Raises `KeyboardInterrupt` when it
    was asked to stop.
    """
    settings = _settings(options, slots or {}, more or {})
    results: dict[str, Any] = {}
    with without_greeting(verbose=2 if logging.getLogger("scrapy").level == logging.DEBUG else 0):
        process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(AskingSpider)
    process.crawl(crawler, interviews=interviews, results=results)
    process.start()
    if crawler.spider is not None and getattr(crawler.spider, "end", None) == "shutdown":
        raise KeyboardInterrupt
    return results


def _settings(options: FetchOptions, slots: Mapping[str, Mapping[str, float]], more: Mapping[str, Any]) -> Settings:
    settings = crawl_settings(options, store="", spool=None)
    changes: dict[str, Any] = {
        "KAKEHASHI_CONDITIONAL": False,
        "KAKEHASHI_MEMORY_BYTES": MAX_DOCUMENT_BYTES,
        "DOWNLOAD_MAXSIZE": options.max_body or MAX_DOCUMENT_BYTES,
        "DOWNLOAD_TIMEOUT": _TIMEOUT_S,
        "RETRY_TIMES": 1,
        "CONCURRENT_REQUESTS": 16,
        "KAKEHASHI_MAX_RETRY_AFTER": _RETRY_AFTER_S if options.max_retry_after is None else options.max_retry_after,
        **more,
    }
    if options.delay is None and slots:
        changes["DOWNLOAD_SLOTS"] = {host: dict(slot) for host, slot in slots.items()}
    for name, value in changes.items():
        settings.set(name, value, priority="cmdline")
    settings["EXTENSIONS"].set("crawler.recorder.Recorder", None, priority="cmdline")
    return settings


class AskingSpider(Spider):
    """Leads the interviews, each at its own pace."""

    name = "asking"

    def __init__(
        self,
        name: str | None = None,
        *,
        interviews: Mapping[str, Interview[Any]],
        results: dict[str, Any],
        **options: Any,
    ) -> None:
        super().__init__(name, **options)
        self._interviews = interviews
        self._results = results
        self.end: str | None = None

    async def start(self) -> AsyncIterator[Request]:
        """The first question of each interview."""
        for name in self._interviews:
            for request in self._go_on(name, None):
                yield request

    def _go_on(self, name: str, answer: Answer | None) -> Iterator[Request]:
        """The next question, or the result noted."""
        interview = self._interviews[name]
        try:
            with limited_cpu():
                url = next(interview) if answer is None else interview.send(answer)
        except StopIteration as end:
            self._results[name] = end.value
        except (Exception, TookTooLongError) as error:  # noqa: BLE001 (whoever asked decides what it means)
            self._results[name] = error
        else:
            logger.info("asking for %s", url)
            yield Request(
                url, callback=self.answered, errback=self.failed, cb_kwargs={"name": name, "asked": url},
                meta={"interview": (name, url)}, dont_filter=True,
            )  # fmt: skip

    def answered(self, response: Response, name: str, asked: str) -> Iterator[Request]:
        """Send the answer to its interview."""
        yield from self._go_on(name, _answer(response, asked))

    def failed(self, failure: Failure) -> Iterator[Request]:
        """Send what went wrong to its interview."""
        request: Request = failure.request  # type: ignore[attr-defined]
        name, asked = request.meta["interview"]
        if isinstance(failure.value, RobotsForbiddenError):
            cause, problem = "robots_txt", str(failure.value)
        else:
            cause, problem = describe(failure.value, request.url)
        yield from self._go_on(
            name, Answer(asked=asked, url=request.url, problem=f"not fetched: {problem}", cause=cause)
        )

    def closed(self, reason: str) -> None:
        """Keep why it ended."""
        self.end = reason


def _answer(response: Response, asked: str) -> Answer:
    problem = None if 200 <= response.status < 300 else f"status {response.status}"
    cause, body = (f"http_{response.status}" if problem else None), b""
    try:
        body = decoded_body(response)
    except UndecodableError as error:
        problem, cause = problem or f"a body that cannot be decoded: {error}", cause or "undecodable"
    return Answer(
        asked=asked, url=response.url, status=response.status, content_type=content_type_of(response),
        charset=charset_of(response), body=body, problem=problem, cause=cause,
    )  # fmt: skip

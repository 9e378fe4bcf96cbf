"""A Scrapy project's spider of its own behind the tap, in a process of its own: what the tap tells of each exchange.

    python -m tests.crawler.tapped BASE 'GET /x' 'HEAD /y' 'POST /z 100000'

Requests go out one after the other; the number behind a path is the size of the request's body. Prints one JSON list.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess

from crawler.tap import exchange_ended, truncation_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.wire import Wire

_SETTINGS = {
    "DOWNLOAD_HANDLERS": {"http": "crawler.tap.TapDownloadHandler", "https": "crawler.tap.TapDownloadHandler"},
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "RETRY_ENABLED": False,
    "LOG_LEVEL": "ERROR",
    "HTTPERROR_ALLOW_ALL": True,
    "CONCURRENT_REQUESTS": 1,
    "KAKEHASHI_IDLE_TIMEOUT": 30,
    "KAKEHASHI_CONNECT_TIMEOUT": 2,
    "KAKEHASHI_MEMORY_BYTES": 300,
}


class TappedSpider(Spider):
    """Sends the requests that it is given."""

    name = "tapped"
    base = ""
    wanted: tuple[str, ...] = ()

    async def start(self) -> AsyncIterator[Request]:
        """The requests, in order."""
        self.told: list[dict[str, Any]] = []
        self.crawler.signals.connect(self.ended, exchange_ended)
        for number, line in enumerate(self.wanted):
            method, path, *size = line.split()
            body = b"b" * int(size[0]) if size else b""
            yield Request(
                self.base + path, method=method, body=body, callback=self.got, errback=self.failed, dont_filter=True,
                priority=-number,
            )  # fmt: skip

    def ended(self, request: Request, wire: Wire, error: BaseException | None) -> None:
        """Note what the tap tells."""
        wire.received.seek(wire.begins_at)
        self.told.append(
            {
                "method": request.method,
                "sent": bytes(wire.sent).decode("latin-1"),
                "received": wire.received.read().decode("latin-1"),
                "is_whole": wire.is_whole,
                "truncated": wire.truncated or (truncation_of(error) if error and not wire.is_whole else None),
                "error": type(error).__name__ if error else None,
            }
        )

    def got(self, response: Response) -> None:
        """Note what the spider gets of it."""
        headers = {
            name.decode(): [item.decode("latin-1") for item in values] for name, values in response.headers.items()
        }
        self.told[-1] |= {"body": response.text, "flags": response.flags, "headers": headers}

    def failed(self, failure: Failure) -> None:
        """Note that the spider got an error."""
        self.told[-1] |= {"failed": type(failure.value).__name__}

    def closed(self, reason: str) -> None:
        """Print what was told."""
        print(json.dumps(self.told))  # noqa: T201


if __name__ == "__main__":
    process = AsyncCrawlerProcess(_SETTINGS)
    process.crawl(type("Given", (TappedSpider,), {"base": sys.argv[1], "wanted": tuple(sys.argv[2:])}))
    process.start()

"""A spider for scrapy-webarchive with trafilatura in its callback, run by that package's own Scrapy.

It prints a line before its first request and one with what it fetched; whoever started it waits for its end, since
its archive is packed after the last page.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy import Request, Spider

if TYPE_CHECKING:
    from collections.abc import Iterator


class InlineArchiveSpider(Spider):
    """Fetches the URLs of the file `urls`, and writes what trafilatura makes of each."""

    name = "webarchive"
    custom_settings = {  # noqa: RUF012  (Scrapy's interface)
        "EXTENSIONS": {"scrapy_webarchive.extensions.WaczExporter": 543},
        "CONCURRENT_REQUESTS": 32,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 32,
        "ROBOTSTXT_OBEY": False,
        "COOKIES_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "LOG_LEVEL": "ERROR",
    }

    def start_requests(self) -> Iterator[Request]:
        """A request for each URL; none is looked up among those seen."""
        import trafilatura

        self.extract: Any = trafilatura.bare_extraction
        self.count = self.size = 0
        self.out = Path("articles.jsonl").open("w", encoding="utf-8")  # noqa: SIM115  (closed with the spider)
        print("first", flush=True)
        for url in Path("urls").read_text(encoding="utf-8").split():
            yield Request(url, dont_filter=True)

    def parse(self, response: Any) -> None:
        """Text and metadata of the page."""
        self.count += 1
        self.size += len(response.body)
        found = self.extract(response.text, url=response.url, with_metadata=True)
        if found is not None:
            article = {"url": response.url, "title": found.title, "date": found.date, "text": found.text}
            self.out.write(json.dumps(article, ensure_ascii=False) + "\n")

    def closed(self, reason: str) -> None:  # noqa: ARG002  (Scrapy's signature)
        """Leave the file whole, and say what came."""
        self.out.close()
        print("fetched", self.count, self.size, flush=True)

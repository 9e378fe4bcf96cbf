"""A spider for scrapy-webarchive, run by that package's own Scrapy in its own environment."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy import Request, Spider

if TYPE_CHECKING:
    from collections.abc import Iterator


class ArchiveSpider(Spider):
    """Fetches the URLs of a file; the settings are the most faithful that the package allows."""

    name = "archive"
    custom_settings = {  # noqa: RUF012  (Scrapy's interface)
        "EXTENSIONS": {"scrapy_webarchive.extensions.WaczExporter": 543},
        # Coded bodies stay coded, broken ones are passed on, and no status is filtered out before the exporter.
        "COMPRESSION_ENABLED": False,
        "DOWNLOAD_FAIL_ON_DATALOSS": False,
        "HTTPERROR_ALLOW_ALL": True,
        "METAREFRESH_ENABLED": False,
        "RETRY_ENABLED": False,
        "ROBOTSTXT_OBEY": False,
        "COOKIES_ENABLED": False,
        "CONCURRENT_REQUESTS": 8,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
        "TELNETCONSOLE_ENABLED": False,
        "LOG_LEVEL": "ERROR",
    }

    def start_requests(self) -> Iterator[Request]:
        """A request for each line of the file that `-a urls=` names."""
        given: Any = self
        for url in Path(given.urls).read_text(encoding="utf-8").split():
            yield Request(url, dont_filter=True)

    def parse(self, response: Any) -> None:
        """Nothing: the exporter has seen the response."""

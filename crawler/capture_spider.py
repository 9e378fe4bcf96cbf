"""The spider of `kakehashi capture`: exactly these URLs, no discovery, no topic filter unless one is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy import Request, Spider

from crawler.config import source_for
from crawler.fates import hand_over, settle_failure
from crawler.visits import META_KEY, STORED_KEY, Role, Visit

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from scrapy.http import Response
    from twisted.python.failure import Failure

    from archive.capture import Stored
    from crawler.config import Catalogue
    from crawler.ledger import SourceLedger
    from crawler.run import Run

ACCOUNT = "capture"


class CaptureSpider(Spider):
    """Archives URLs that somebody asked for, each under the rules of the source that owns its host, if one does."""

    name = ACCOUNT

    def __init__(
        self,
        name: str | None = None,
        *,
        run: Run,
        urls: list[str],
        catalogue: Catalogue,
        keeps_all: bool = True,
        **options: Any,
    ) -> None:
        super().__init__(name, **options)
        self.run = run
        self._urls = urls
        self._catalogue = catalogue
        self._keeps_all = keeps_all

    @property
    def ledger(self) -> SourceLedger:
        """The one ledger of a capture run."""
        return self.run.ledger(ACCOUNT)

    async def start(self) -> AsyncIterator[Request]:
        """A request for each URL; the same URL given twice is fetched once."""
        for url in self._urls:
            if self.run.is_taken_down(url):
                self.ledger.refuse("taken_down")
                self.ledger.note_problem(url, "was taken down, and is not fetched")
                continue
            if self.ledger.announce(url):
                visit = Visit(role=Role.ARTICLE, page=url, source=self._source_of(url), keeps_all=self._keeps_all)
                yield Request(
                    url, callback=self.captured, errback=self.failed, meta={META_KEY: visit}, dont_filter=True
                )

    def _source_of(self, url: str) -> str | None:
        source = source_for(self._catalogue, url)
        return source.id if source else None

    def owns(self, _: str) -> bool:
        """True: whatever a redirect leads to is what was asked for."""
        return True

    def captured(self, response: Response) -> None:
        """Hand the page to the workers, or settle it as unchanged."""
        visit: Visit = response.meta[META_KEY]
        stored: Stored | None = response.meta.get(STORED_KEY)
        if stored is not None:
            self.ledger.fetched += 1
            hand_over(self.run, stored, visit, account=ACCOUNT)

    def failed(self, failure: Failure) -> None:
        """Settle a URL that could not be fetched."""
        settle_failure(self.ledger, failure)

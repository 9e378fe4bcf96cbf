"""One page, one fetch: a page that another address of it has led to is not asked for again, nor followed to.

Which addresses are announced is known before the first is fetched; where redirects and canonical links lead is not. So
each request for an article claims the page that it is for, and what comes later to a page that is claimed is left.
"""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Self

from scrapy.exceptions import IgnoreRequest

from crawler.doubles import identity_of
from crawler.urls import BadUrl, normalise_url
from crawler.visits import LAST_CHECK_KEY, META_KEY, NOTE_KEY, Role

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

    from crawler.visits import Visit


class KnownPageError(IgnoreRequest):
    """The page at `url` is fetched under another address, `page`."""

    def __init__(self, url: str, page: str) -> None:
        super().__init__(f"{url} is the page that was announced as {page}")
        self.url = url
        self.page = page


class Claims:
    """Which announced page each page belongs to, by identity; what was fetched stays whose it is."""

    def __init__(self) -> None:
        self._pages: dict[str, str] = {}
        self._fetched: set[str] = set()

    def claim(self, url: str, page: str) -> str:
        """The announced page that has the one at a URL: `page`, unless another was first."""
        name = _name(url)
        return page if name is None else self._pages.setdefault(name, page)

    def check(self, url: str, page: str) -> None:
        """Raise `KnownPageError` when the page at a URL has come to belong to another announced page."""
        holder = self.claim(url, page)
        if holder != page:
            raise KnownPageError(url, holder)

    def fetched(self, url: str, canonical: str | None, page: str) -> None:
        """Note that the page at a URL is here, and is the one at `canonical`, if that was not fetched before."""
        for name in filter(None, (_name(url), _name(canonical or ""))):
            if name not in self._fetched:
                self._fetched.add(name)
                self._pages[name] = page


@lru_cache(maxsize=512)  # of one page it is asked four times
def _name(url: str) -> str | None:
    try:
        return identity_of(normalise_url(url))
    except BadUrl:
        return None


class ClaimMiddleware:
    """Ends a request for an article with `KnownPageError` when its page was fetched under another announced address."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The middleware; a spider without claims is left alone."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Claim the page, at each hop of its redirects."""
        spider: Any = self._crawler.spider
        visit: Visit | None = request.meta.get(META_KEY)
        claims: Claims | None = getattr(spider, "claims", None)
        if claims is None or visit is None or visit.role is not Role.ARTICLE:
            return
        claims.check(request.url, visit.page)
        # Asked again when its turn in the line of its host has come: pages that came meanwhile know more.
        request.meta[LAST_CHECK_KEY] = partial(claims.check, request.url, visit.page)
        request.meta[NOTE_KEY] = partial(spider.note_page, request)

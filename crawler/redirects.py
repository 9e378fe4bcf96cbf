"""Where a redirect may lead: to http and https, to no URL with a user name, and to none that is too long.

Scrapy hands out the redirect itself as a page where its target is no http URL; here that ends with an error that says
where it led. Which address a host has is for `guard`, at each connection.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.exceptions import IgnoreRequest

from crawler.traps import MAX_URL_CHARS
from crawler.urls import BadUrl, normalise_url, shorten

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response


class RefusedRedirectError(IgnoreRequest):
    """A redirect to `target`, which is not followed; `problem` says why."""

    def __init__(self, target: str, problem: str) -> None:
        super().__init__(f"redirect to {shorten(target)} is not followed: {problem}")
        self.target = target
        self.problem = problem


class CheckedRedirectMiddleware(RedirectMiddleware):
    """Scrapy's redirects, up to `REDIRECT_MAX_TIMES`; raises `RefusedRedirectError` for what must not be followed."""

    def _build_redirect_request(
        self, source_request: Request, response: Response, *, url: str, **kwargs: Any
    ) -> Request:
        check_target(url)
        if url in (source_request.url, *source_request.meta.get("redirect_urls", ())):
            raise IgnoreRequest(f"redirect to {shorten(url)} is not followed: it was met on the way there")
        return super()._build_redirect_request(source_request, response, url=url, **kwargs)


def check_target(url: str) -> None:
    """Raise `RefusedRedirectError` when no redirect to `url` is followed."""
    try:
        normalise_url(url)
    except BadUrl as error:
        raise RefusedRedirectError(url, error.problem) from None
    if len(url) > MAX_URL_CHARS:
        raise RefusedRedirectError(url, f"more than {MAX_URL_CHARS} characters")

"""How the hosts of a crawl are to be spoken to: whose bad certificates are let pass, who is offered HTTP/2.

By host and not by request, so that robots.txt and redirects are treated like the pages, and that what one source
tolerates at its own hosts is tolerated nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.urls import BadUrl, host_of, normalise_url

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scrapy.settings import BaseSettings

    from crawler.sources import Source

TLS_RECORD = "KAKEHASHI_TLS_RECORD"
HTTP2 = "KAKEHASHI_HTTP2"
EVERYBODY = "*"


@dataclass(frozen=True, slots=True)
class Terms:
    """Part of the key of a kept-alive connection: one that was made on other terms is never used again."""

    is_lenient: bool
    wants_h2: bool


_USUAL = Terms(is_lenient=False, wants_h2=False)


class HostTerms:
    """The terms of each host. The settings hold `host`, for the default ports, `host:port`, or `*` for all.

    Without Scrapy's DOWNLOAD_VERIFY_CERTIFICATES every certificate is let pass; what was wrong is recorded anyway.
    """

    def __init__(self, settings: BaseSettings) -> None:
        verifies = settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES")
        self._lenient = frozenset(settings.getlist(TLS_RECORD) if verifies else [EVERYBODY])
        self._h2 = frozenset(settings.getlist(HTTP2))

    def of(self, url: str) -> Terms:
        """The terms for a URL; strict and HTTP/1.1 for one that is none."""
        if not self._lenient and not self._h2:
            return _USUAL
        try:
            names = {host_of(normalise_url(url)), EVERYBODY}
        except BadUrl:
            names = {EVERYBODY}
        return Terms(is_lenient=not names.isdisjoint(self._lenient), wants_h2=not names.isdisjoint(self._h2))


def settings_of(sources: Iterable[Source]) -> dict[str, list[str]]:
    """The settings that these sources ask for, for their own hosts."""
    every = list(sources)
    return {
        TLS_RECORD: [host for source in every if source.tls == "record" for host in source.scope.hosts],
        HTTP2: [host for source in every if source.http2 for host in source.scope.hosts],
    }

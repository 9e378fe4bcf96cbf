"""robots.txt decides what is asked for at all (RFC 9309; section numbers are its).

Scrapy's robots middleware lets a site through whose robots.txt cannot be had; 2.3.1.4 says to stay away. What the file
says is for `robots_rules`; here it is fetched, kept for a day and asked for again.

- 2xx: its rules. 4xx, 429 too, and a redirect that leads nowhere: there is none, all is allowed (2.3.1.3).
- Up to five redirects, to other hosts too (2.3.1.2); after more there is none either, as the RFC suggests.
- 5xx, silence, a name that does not resolve, a private address: all is forbidden (2.3.1.4), and the file is asked for
  again by the first request that comes a minute later. Rules that were had before stay in force meanwhile (2.4).
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any, Self, cast

from scrapy import Request
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.httpobj import urlparse_cached

from archive.coding import UndecodableError
from crawler.bodies import decoded_body
from crawler.politeness import HostBusyError, RobotsForbiddenError, RobotsUnreachableError, StoppedError, host_key
from crawler.robots_rules import RobotsRules, parse_robots
from crawler.visits import META_KEY, ROBOTS_KEY, STORED_KEY, Role, Visit

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from archive.capture import Stored
    from crawler.politeness import OneAtATimeDownloader

logger = logging.getLogger(__name__)
MAX_CRAWL_DELAY = 300.0
MAX_AGE_S = 24 * 3600.0  # 2.4
ASK_AGAIN_S = 60.0
MAX_REDIRECTS = 5
_NO_RULES = RobotsRules()


@dataclass(frozen=True, slots=True)
class _Answer:
    """What is known of a host's robots.txt until `expires`: rules and the id of their record, or why there are none."""

    expires: float
    rules: RobotsRules = _NO_RULES
    record_id: str | None = None
    error: RobotsUnreachableError | None = None


class RobotsMiddleware:
    """Lets no request out that robots.txt forbids, and tells each of them in its meta what the verdict was."""

    def __init__(self, crawler: Crawler, *, clock: Callable[[], float] = monotonic) -> None:
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        self._crawler = crawler
        self._agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self._clock = clock
        self._answers: dict[str, _Answer] = {}
        self._asking: dict[str, asyncio.Future[_Answer]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The middleware; `NotConfigured` where robots.txt is not to be obeyed."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raise `RobotsForbiddenError` for what must not be fetched, `RobotsUnreachableError` where nobody answers."""
        if request.meta.get("dont_obey_robotstxt"):
            return
        answer = await self._answer(request)
        if answer.error is not None:
            raise RobotsUnreachableError(answer.error.cause)  # one error raised for each page would grow with each
        rule = answer.rules.rule_for(request.url)
        if rule is not None and not rule.allows:
            raise RobotsForbiddenError(f"forbidden by robots.txt: {rule.text}")
        verdict = f"allowed by {rule.text}" if rule else "allowed"
        request.meta[ROBOTS_KEY] = f"{verdict} {answer.record_id or ''}".strip()

    async def _answer(self, request: Request) -> _Answer:
        site = f"{urlparse_cached(request).scheme}://{host_key(request)}"
        known = self._answers.get(site)
        if known is not None and self._clock() < known.expires:
            return known
        if site not in self._asking:
            self._asking[site] = asyncio.get_running_loop().create_future()
            try:
                self._answers[site] = await self._ask(site, request, known)
                self._asking.pop(site).set_result(self._answers[site])
            except BaseException:
                self._asking.pop(site).cancel()  # whoever waits for it must not wait for ever
                raise
            return self._answers[site]
        return await asyncio.shield(self._asking[site])

    async def _ask(self, site: str, request: Request, known: _Answer | None) -> _Answer:
        """What the host says now; where it says nothing, the rules that are known, or an answer that forbids all."""
        try:
            rules, record_id = await self._fetch(self._request(f"{site}/robots.txt", request))
        except RobotsUnreachableError as error:
            is_ours = isinstance(error.cause, StoppedError | HostBusyError)  # it was not asked
            expires = self._clock() + (0 if is_ours else ASK_AGAIN_S)
            if known is None or known.error is not None or is_ours:
                return _Answer(expires, error=error)
            logger.warning("%s: %s; the rules of before hold", site, error)
            return _Answer(expires, known.rules, known.record_id)
        self._take_delay(request, rules)
        if (ledger := getattr(self._crawler.spider, "ledger", None)) is not None:
            ledger.seen.note_robots(site, [rule.text for rule in rules.rules])
            ledger.seen.sitemaps += [url for url in rules.sitemaps if url not in ledger.seen.sitemaps]
        return _Answer(self._clock() + MAX_AGE_S, rules, record_id)

    async def _fetch(self, robots: Request) -> tuple[RobotsRules, str | None]:
        engine = self._crawler.engine
        assert engine is not None
        try:
            response = await engine.download_async(robots)
        except (StoppedError, HostBusyError) as error:
            raise RobotsUnreachableError(error) from error
        except IgnoreRequest:  # more redirects than are followed, or one that leads nowhere
            return _NO_RULES, None
        except Exception as error:  # (whatever broke the fetch is the reason)
            raise RobotsUnreachableError(error) from error
        return self._read(response)

    def _request(self, url: str, asker: Request) -> Request:
        visit: Visit | None = asker.meta.get(META_KEY)
        meta: dict[str, Any] = {"dont_obey_robotstxt": True, "redirect_ttl": MAX_REDIRECTS}
        meta[META_KEY] = Visit(
            role=Role.ROBOTS,
            page=url,
            source=visit.source if visit else getattr(getattr(self._crawler.spider, "source", None), "id", None),
            via=((asker.url, ""),),
            hops=(visit.hops if visit else "") + "P",
        )
        return Request(url, callback=NO_CALLBACK, priority=1000, meta=meta)

    def _read(self, response: Response) -> tuple[RobotsRules, str | None]:
        if response.status >= 500:
            raise RobotsUnreachableError(f"robots.txt answered {response.status}")
        stored: Stored | None = response.meta.get(STORED_KEY)
        record_id = stored.record_id if stored else None
        if not 200 <= response.status < 300:
            return _NO_RULES, record_id
        try:
            return parse_robots(decoded_body(response), self._agent), record_id
        except UndecodableError as error:
            raise RobotsUnreachableError(f"robots.txt cannot be decoded: {error}") from error

    def _take_delay(self, request: Request, rules: RobotsRules) -> None:
        engine = self._crawler.engine
        if rules.crawl_delay is None or engine is None:
            return
        delay = min(rules.crawl_delay, MAX_CRAWL_DELAY)
        cast("OneAtATimeDownloader", engine.downloader).slow_down(host_key(request), delay)
        logger.info("%s: Crawl-delay %s s of robots.txt", host_key(request), delay)

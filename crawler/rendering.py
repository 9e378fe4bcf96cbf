"""Pages that only a browser can make.

The answer of the server is archived as it came, and so is all that its scripts ask for. What the browser makes of it
becomes a record of its own, which says so, and the article is made from that.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from scrapy import Request, signals
from scrapy.http.request import NO_CALLBACK

from archive.capture import MAX_PAGE_BYTES, RENDERED, Rendered
from archive.coding import UndecodableError
from crawler.bodies import decoded_body
from crawler.browser import Browser, Given, Wanted
from crawler.clock import utc_now
from crawler.fates import hand_over
from crawler.ledger import Fate
from crawler.part_fetching import MAX_BYTES
from crawler.politeness import RobotsForbiddenError
from crawler.requisites import Requisite, refusal_of
from crawler.visits import META_KEY, STORED_KEY, Role, Visit

if TYPE_CHECKING:
    from scrapy.http import Response

    from archive.capture import Stored
    from crawler.spider import SourceSpider

logger = logging.getLogger(__name__)
MAX_REQUESTS = 200
"""So many requests a page may make; the browser is refused what comes after them."""
_KEPT_BYTES = 64 * 1024 * 1024
# Frames, films and the like show nothing that an article is made of.
_NEVER = frozenset(
    {"media", "websocket", "eventsource", "manifest", "texttrack", "ping", "cspviolationreport", "document"}
)
_LOOKS = frozenset({"image", "font", "stylesheet"})
# What the browser says of itself or of our connection is not for the server; our client says its own.
_OURS = ("user-agent", "cookie", "accept-encoding", "host", "connection", "content-length")
_NOT_GIVEN = (
    "content-encoding",
    "content-length",
    "transfer-encoding",
    "set-cookie",
    "connection",
    "content-security-policy",
)


class Renderer:
    """Has the pages of one spider made by a browser, one at a time, and records what it made."""

    def __init__(self, spider: SourceSpider) -> None:
        assert spider.run is not None
        self._spider = spider
        self._run = spider.run
        self._counts = spider.ledger.requisites
        self._browser = Browser(spider.crawler, spider.crawler.settings["USER_AGENT"])
        self._one_at_a_time = asyncio.Lock()
        self._kept: OrderedDict[str, Given] = OrderedDict()
        self._kept_bytes = 0
        spider.crawler.signals.connect(self._browser.close, signals.spider_closed)

    async def parse(self, response: Response) -> None:
        """Make a fetched page, record it, and hand it to the run; settle what cannot be made.

        One whose answer is what it was at the last visit, and that was made then, is unchanged.
        """
        visit: Visit = response.meta[META_KEY]
        stored: Stored | None = response.meta.get(STORED_KEY)
        ledger = self._spider.ledger
        if stored is None:
            return  # the store took no more: the page stays open and is deferred
        ledger.fetched += 1
        if not self._spider.owns(response.url):
            ledger.settle(visit.page, Fate.DROPPED, "redirect", f"to {response.url}")
            return
        if stored.is_revisit and self._run.earlier.seen_at(RENDERED + stored.url) is not None:
            ledger.settle(visit.page, Fate.UNCHANGED)
            return
        if response.status != 200:
            fate = Fate.FAILED if response.status >= 500 or response.status == 429 else Fate.DROPPED
            reason = f"http_{response.status}" if fate is Fate.FAILED else "http_status"
            ledger.settle(visit.page, fate, reason, f"{response.status}")
            return
        await self._make_and_hand_over(response, visit, stored)

    async def _make_and_hand_over(self, response: Response, visit: Visit, stored: Stored) -> None:
        ledger = self._spider.ledger
        try:
            async with self._one_at_a_time:
                made = await self._make(response, visit, stored)
        except UndecodableError as error:
            ledger.settle(visit.page, Fate.FAILED, "undecodable", str(error))
        except Exception as error:  # noqa: BLE001  (whatever a browser ends with: it costs this page)
            if ledger.is_open(visit.page) and self._run.fatal is None:
                text = " ".join(str(error).split())[:300]
                ledger.settle(visit.page, Fate.FAILED, "render", f"{type(error).__name__}: {text}")
        else:
            page = replace(visit, role=Role.ARTICLE)
            hand_over(self._run, made, page, account=self._spider.source.id)

    async def _make(self, response: Response, visit: Visit, stored: Stored) -> Stored:
        shell = _given(response)
        page = _Asked(response.url, visit, stored)

        async def answer(wanted: Wanted) -> Given | None:
            if wanted.kind == "document" and wanted.url == response.url and not page.is_shown:
                page.is_shown = True
                return shell
            return await self._answer(wanted, page)

        made = await self._browser.make(response.url, answer)
        html = made.html.encode("utf-8", "replace")
        if len(html) > MAX_PAGE_BYTES:
            raise ValueError(f"the page that was made has {len(html)} bytes, expected at most {MAX_PAGE_BYTES}")
        facts = (
            *replace(visit, role=Role.ARTICLE).facts(),
            ("kakehashi-rendered-from", stored.record_id),
            ("kakehashi-rendered-by", made.by),
            ("kakehashi-rendered-until", "quiet" if made.is_quiet else "time was over"),
            ("kakehashi-rendered-requests", str(page.count)),
        )
        rendered = Rendered(url=stored.url, rendered_at=utc_now(), html=html, facts=facts)
        return self._run.record_rendered(rendered)

    async def _answer(self, wanted: Wanted, page: _Asked) -> Given | None:
        """What the browser is given for one of its requests; None where it is refused, or could not be had."""
        url = wanted.url.split("#", 1)[0]
        if not self._may_have(wanted) or page.count >= MAX_REQUESTS:
            return None
        if url in self._kept:
            self._kept.move_to_end(url)
            return self._kept[url]
        page.count += 1
        self._counts["announced"] += 1
        try:
            given = await self._fetch(url, wanted, page)
        except RobotsForbiddenError:
            self._counts["robots"] += 1
            return None
        except Exception as error:  # noqa: BLE001  (timeouts, broken connections: Scrapy has a class for each)
            logger.info("%s: not given to the browser: %s", url, error)
            self._counts["failed"] += 1
            return None
        if wanted.kind in ("script", "stylesheet") and given.status == 200:
            self._keep(url, given)
        return given

    def _may_have(self, wanted: Wanted) -> bool:
        source = self._spider.source
        if wanted.method != "GET" or wanted.kind in _NEVER or not wanted.url.startswith(("http://", "https://")):
            return False
        if wanted.kind in _LOOKS and not source.requisites:
            return False
        # An article may hang on a script of any host.
        is_tracker = refusal_of(Requisite(wanted.url, "image"), source.scope.hosts) is not None
        self._counts["refused_tracker"] += is_tracker
        return not is_tracker

    async def _fetch(self, url: str, wanted: Wanted, page: _Asked) -> Given:
        engine = self._spider.crawler.engine
        assert engine is not None
        visit = Visit(
            role=Role.REQUISITE, page=url, source=self._spider.source.id, via=((page.url, page.stored.record_id),),
            hops=page.visit.hops + "E",
        )  # fmt: skip
        limit = min(MAX_BYTES, self._spider.crawler.settings.getint("DOWNLOAD_MAXSIZE") or MAX_BYTES)
        meta: dict[str, Any] = {META_KEY: visit, "download_maxsize": limit, "download_memory": limit}
        headers = {
            name: value for name, value in wanted.headers.items()
            if name.lower() not in _OURS and not name.lower().startswith("sec-")
        }  # fmt: skip
        response = await engine.download_async(
            Request(url, headers=headers, callback=NO_CALLBACK, meta=meta, dont_filter=True)
        )
        stored: Stored | None = response.meta.get(STORED_KEY)
        self._counts["unchanged" if stored is not None and stored.is_revisit else "stored"] += 1
        return _given(response)

    def _keep(self, url: str, given: Given) -> None:
        """Hold the scripts of a site for its next page: they are asked for once a run."""
        self._kept[url] = given
        self._kept_bytes += len(given.body)
        while self._kept_bytes > _KEPT_BYTES:
            _, oldest = self._kept.popitem(last=False)
            self._kept_bytes -= len(oldest.body)


class _Asked:
    """A page that is being made, and how many requests it has made."""

    def __init__(self, url: str, visit: Visit, stored: Stored) -> None:
        self.url = url
        self.visit = visit
        self.stored = stored
        self.count = 0
        self.is_shown = False


def _given(response: Response) -> Given:
    """A response for the browser. Raises `UndecodableError`."""
    headers: dict[str, str] = {}
    for name, values in response.headers.items():
        key = name.decode("latin-1")
        if key.lower() not in _NOT_GIVEN:
            headers[key] = ", ".join(value.decode("latin-1") for value in values)
    return Given(status=response.status, headers=headers, body=decoded_body(response))

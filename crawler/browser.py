"""A Chromium that sees the net through us alone: each of its requests is answered with what our own client fetched.

So every byte that it was given went through the tap, under robots.txt, delays, guard and limits, and lies in a WARC as
it came over the wire. The browser itself opens no connection: a proxy that does not exist is all it is told of. The one
importer of Playwright and scrapy-playwright, which start the browser and hold its pages.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, cast

from scrapy import Request

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from playwright.async_api import Page, Route
    from playwright.async_api import Request as PageRequest
    from scrapy.crawler import Crawler

PROGRAMS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
# How long a page may take from its first request until nothing is under way, its sources' delays included.
PAGE_S = 120.0
_QUIET_S = 5.0
_NOWHERE = "http://127.0.0.1:9"
_ARGUMENTS = [
    f"--proxy-server={_NOWHERE}", "--proxy-bypass-list=<-loopback>", "--host-resolver-rules=MAP * ~NOTFOUND",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-gpu",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a browser is given for a request: decoded, without the fields that said how it was coded."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A page as the browser made it. `is_quiet` is False where something was still under way when time was over."""

    html: str
    url: str
    by: str
    is_quiet: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A request of the browser: `kind` is Playwright's word, such as script or xhr."""

    url: str
    method: str
    kind: str
    headers: dict[str, str]


Answering = "Callable[[Wanted], Awaitable[Given | None]]"


def missing() -> str | None:
    """What is not there that a browser needs, in one clause; None when all is there."""
    if find_spec("scrapy_playwright") is None:
        return "scrapy-playwright is not installed: pip install 'kakehashi[render]'"
    if program() is None:
        return f"no browser is installed: one of {', '.join(PROGRAMS)} was expected, or KAKEHASHI_CHROMIUM"
    return None


def program() -> str | None:
    """Where Chromium lies; None where there is none. KAKEHASHI_CHROMIUM names it, else it is looked for."""
    named = os.environ.get("KAKEHASHI_CHROMIUM")
    return named or next((path for name in PROGRAMS if (path := shutil.which(name))), None)


@dataclass(eq=False)
class Browser:
    """A browser that is started by the first page and ends with `close`; one page at a time."""

    crawler: Crawler
    user_agent: str
    _handler: Any = field(default=None)
    _pages: int = field(default=0)

    async def make(self, url: str, answer: Callable[[Wanted], Awaitable[Given | None]]) -> Made:
        """The page at a URL, once nothing more is under way, or `PAGE_S` are over.

        `answer` gives what the browser is given, None for what it shall not have. Raises Playwright's errors.
        """
        if self._handler is None:
            self._handler = _handler_class()(self.crawler)
            await self._handler._launch()  # noqa: SLF001  (it would launch with an engine that has started by now)
        self._pages += 1
        name = f"page-{self._pages}"
        self._handler.answers[name] = answer
        settled: list[bool] = []
        meta: dict[str, Any] = {
            "playwright": True,
            "playwright_context": name,
            "playwright_context_kwargs": {
                "user_agent": self.user_agent, "service_workers": "block", "accept_downloads": False,
            },
            "playwright_page_goto_kwargs": {"wait_until": "domcontentloaded", "timeout": PAGE_S * 1000},
            "playwright_page_methods": [_page_method(settled)],
        }  # fmt: skip
        try:
            response = await self._handler.download_request(Request(url, meta=meta))
        finally:
            self._handler.answers.pop(name)
            context = self._handler.context_wrappers.get(name)
            if context is not None:
                await context.context.close()
        version = self._handler.browser.version
        return Made(html=response.text, url=response.url, by=f"Chromium/{version}", is_quiet=settled == [True])

    async def close(self) -> None:
        """End the browser."""
        if self._handler is not None:
            await self._handler.close()
            self._handler = None


def launch_settings() -> dict[str, Any]:
    """The settings of Scrapy that the browser is started with."""
    options = {"executable_path": program(), "args": _ARGUMENTS, "chromium_sandbox": os.geteuid() != 0}
    return {"PLAYWRIGHT_LAUNCH_OPTIONS": options, "PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT": PAGE_S * 1000}


def _page_method(settled: list[bool]) -> object:
    from playwright.async_api import TimeoutError as PageTimeoutError
    from scrapy_playwright.page import PageMethod

    async def settle(page: Page) -> None:
        try:
            await page.wait_for_load_state("networkidle", timeout=PAGE_S * 1000)
            settled.append(True)
        except PageTimeoutError:
            settled.append(False)

    return PageMethod(settle)


def _handler_class() -> Callable[[Crawler], Any]:
    from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

    class _Handler(ScrapyPlaywrightDownloadHandler):  # type: ignore[misc]
        """scrapy-playwright's handler, whose pages ask us in place of the net."""

        def __init__(self, crawler: Crawler) -> None:
            super().__init__(crawler)
            self.answers: dict[str, Callable[[Wanted], Awaitable[Given | None]]] = {}

        def _make_request_handler(self, context_name: str, **_: object) -> Callable[[Route, PageRequest], Any]:
            answer = self.answers[context_name]

            async def handle(route: Route, request: PageRequest) -> None:
                wanted = Wanted(
                    url=request.url, method=request.method, kind=request.resource_type, headers=dict(request.headers)
                )
                given = await answer(wanted)
                if given is None:
                    await route.abort("blockedbyclient")
                else:
                    await route.fulfill(status=given.status, headers=given.headers, body=given.body)

            return handle

    return cast("Callable[[Crawler], Any]", _Handler)

"""Scrapy's own steps of each request, taken the short way where nothing is lost: a tenth of a page's time.

A signal that nobody listens to is not sent; a middleware that answers at once is not awaited; a count is kept without a
look at each call for an argument that Scrapy has given up. What comes of a request is the same.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from pydispatch import dispatcher
from scrapy.core.downloader.middleware import DownloaderMiddlewareManager
from scrapy.exceptions import _InvalidOutput
from scrapy.http import Request, Response
from scrapy.statscollectors import MemoryStatsCollector

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from scrapy.signalmanager import SignalManager


class Stats(MemoryStatsCollector):
    """Scrapy's counts, which look for a deprecated argument at every access, without that look."""

    __getattribute__ = object.__getattribute__


class Middlewares(DownloaderMiddlewareManager):
    """Scrapy's row of middlewares; only what one of them gives to be awaited is awaited."""

    async def _process_request(
        self, request: Request, download_func: Callable[[Request], Coroutine[Any, Any, Response]]
    ) -> Response | Request:
        for method in self.methods["process_request"]:
            assert method is not None
            found = self._handle_mw_method(method, request=request)
            if found is None:
                continue
            if inspect.isawaitable(found):
                found = await found
            if found is not None:
                return _checked(method, found)
        return await download_func(request)

    async def _process_response(self, response: Response | Request, request: Request) -> Response | Request:
        for method in self.methods["process_response"]:
            if isinstance(response, Request):
                break
            assert method is not None
            found = self._handle_mw_method(method, request=request, response=response)
            response = _checked(method, await found if inspect.isawaitable(found) else found)
        return response


def _checked(method: Callable[..., Any], found: Any) -> Response | Request:
    if not isinstance(found, (Response, Request)):
        raise _InvalidOutput(f"{method} must return a Response or a Request, got {type(found).__name__}")
    return found


def hush(signals: SignalManager) -> None:
    """Let a crawl send no signal that nobody listens to."""
    send: Any = signals.send_catch_log

    def send_if_heard(signal: Any, **named: Any) -> list[tuple[Any, Any]]:
        sender = named.get("sender", signals.sender)
        found: list[tuple[Any, Any]] = send(signal, **named) if _is_heard(signal, sender) else []
        return found

    signals.send_catch_log = send_if_heard  # type: ignore[method-assign]


def _is_heard(signal: Any, sender: Any) -> bool:
    for each in (sender, dispatcher.Any):
        known = dispatcher.connections.get(id(each))
        if known and (signal in known or dispatcher.Any in known):
            return True
    return False

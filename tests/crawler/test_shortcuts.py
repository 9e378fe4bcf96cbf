"""crawler.shortcuts: Scrapy's steps taken the short way come to the same."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import IgnoreRequest, _InvalidOutput
from scrapy.http import Response
from scrapy.signalmanager import SignalManager
from scrapy.utils.test import get_crawler

from crawler.shortcuts import Middlewares, Stats, hush

URL = "https://a.example/"


def test_a_signal_is_sent_to_whoever_listens() -> None:
    """To those of this crawl and of all, from the first to the last; their answers come back."""
    signal, sender = object(), object()
    signals, heard = SignalManager(sender), []

    def hear(value: int) -> str:
        heard.append(value)
        return "here"

    hush(signals)
    assert signals.send_catch_log(signal, value=1) == []
    signals.connect(hear, signal)
    assert signals.send_catch_log(signal, value=2) == [(hear, "here")]
    signals.disconnect(hear, signal)
    assert signals.send_catch_log(signal, value=3) == []
    SignalManager().connect(hear, signal)
    SignalManager().send_catch_log(signal, value=4)

    assert heard == [2, 4]


def test_the_counts_are_scrapys() -> None:
    """Given and read back as ever."""
    stats = Stats(get_crawler())

    stats.inc_value("a")
    stats.inc_value("a", 2)
    stats.max_value("b", 5)

    assert stats.get_stats() == {"a": 3, "b": 5}


class Says:
    """A middleware that gives what it was told to give, at once or awaited."""

    def __init__(self, request: Any = None, response: Any = None) -> None:
        self._request, self._response = request, response

    def process_request(self, request: Request) -> Any:
        return self._request

    async def process_response(self, request: Request, response: Response) -> Any:
        return self._response or response


class Slow:
    """One that is awaited for requests, and answers at once."""

    async def process_request(self, request: Request) -> None:
        await asyncio.sleep(0)
        if request.meta.get("refused"):
            raise IgnoreRequest

    def process_response(self, request: Request, response: Response) -> Response:
        return response.replace(status=response.status + 1)


def fetch(*middlewares: object, **meta: Any) -> Response | Request:
    """What comes of one request."""

    async def download(request: Request) -> Response:
        return Response(request.url)

    row = Middlewares(*middlewares, crawler=get_crawler())
    return asyncio.run(row.download_async(download, Request(URL, meta=meta)))


def test_middlewares_are_asked_in_their_order() -> None:
    """Those that are awaited and those that are not."""
    answer, again = Response(URL, status=404), Request(URL)

    assert fetch(Slow(), Says(), Slow()).status == 202  # type: ignore[union-attr]
    assert fetch(Slow(), Says(request=answer)).status == 405  # type: ignore[union-attr]
    assert fetch(Slow(), Says(request=again), Slow()) is again
    assert fetch(Slow(), Says(response=again), Slow()) is again


def test_what_a_middleware_must_not_say_is_an_error() -> None:
    """And what it raises goes on."""
    with pytest.raises(_InvalidOutput, match="got int"):
        fetch(Says(request=5))
    with pytest.raises(_InvalidOutput, match="got str"):
        fetch(Says(response="x"))
    with pytest.raises(IgnoreRequest):
        fetch(Slow(), refused=True)

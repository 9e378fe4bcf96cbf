"""The line of each host: one request at a time, a pause after it, and a longer one where the host asks for it.

Scrapy's slots are per host name; here they are per authority, since two ports are two servers. The pause holds over all
crawls of this machine (`turns`). What robots.txt says is
for `robots`; when a host asks to be left alone for a while, `retries` reads how long.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import SplitResult

from scrapy.core.downloader import Downloader
from scrapy.exceptions import IgnoreRequest
from scrapy.utils.asyncio import call_later
from scrapy.utils.defer import _schedule_coro
from scrapy.utils.httpobj import urlparse_cached

from crawler.shortcuts import Middlewares, hush
from crawler.turns import Turns
from crawler.visits import LAST_CHECK_KEY, NOTE_KEY

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.core.downloader import Slot
    from scrapy.crawler import Crawler
    from scrapy.http import Response

_DEFAULT_PORTS = {"http": 80, "https": 443}
# How many requests of paused hosts may wait beside those that Scrapy lets wait: other hosts go on meanwhile.
_MAX_PAUSED = 1000


class RobotsForbiddenError(IgnoreRequest):
    """robots.txt forbids the URL."""


class RobotsUnreachableError(IgnoreRequest):
    """robots.txt could not be had, so nothing of the host may be fetched (RFC 9309 2.3.1.4).

    `cause` is the error that the fetch of robots.txt ended with, or what the server answered.
    """

    def __init__(self, cause: Exception | str) -> None:
        super().__init__(f"robots.txt could not be had: {cause}")
        self.cause = cause


class HostBusyError(IgnoreRequest):
    """The host asked to be left alone again and again; `seconds` is how long it wanted the last time."""

    def __init__(self, host: str, seconds: float) -> None:
        super().__init__(f"{host} asks to be left alone (Retry-After: {seconds:.0f} s), and was waited for in vain")
        self.host = host
        self.seconds = seconds


class StoppedError(IgnoreRequest):
    """The crawl is being stopped, and this request waited in the line of its host."""


def host_key(request: Request) -> str:
    """The name of a request's line: host, and port where it is not the scheme's own."""
    parts = urlparse_cached(request)
    return _line_of(parts.scheme, parts.netloc)


@lru_cache(maxsize=1024)
def _line_of(scheme: str, netloc: str) -> str:
    parts = SplitResult(scheme, netloc, "", "", "")
    host = (parts.hostname or "").removesuffix(".")
    try:
        port = parts.port
    except ValueError:
        return netloc
    host = f"[{host}]" if ":" in host else host
    return host if port in (None, _DEFAULT_PORTS.get(scheme)) else f"{host}:{port}"


def empty_lines(downloader: Downloader) -> None:
    """Give up every request that waits for its turn: stopping must not take one pause a request."""
    for slot in downloader.slots.values():
        _empty(slot, StoppedError("the crawl was stopped"))


def _empty(slot: Slot, error: IgnoreRequest) -> None:
    waiting = list(slot.queue)
    slot.queue.clear()
    for _, answer in waiting:
        answer.errback(error)


class OneAtATimeDownloader(Downloader):
    """Scrapy's downloader, whose concurrency limit also holds without a delay, and whose lines can be paused.

    Scrapy 2.19 counts a request as under way when its task begins to run, not when it takes it off the line: with no
    delay, or one that is over before the event loop gets to the task, the next request goes out beside it.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.middleware.__class__ = Middlewares  # Scrapy names no setting for it
        hush(crawler.signals)
        folder = crawler.settings.get("KAKEHASHI_HOSTS")
        self._turns = Turns(Path(folder) if folder else None)
        self._turn_at: dict[str, float] = {}

    def _process_queue(self, slot: Slot) -> None:
        while slot.queue and slot.latercall is None and slot.free_transfer_slots() > 0:
            pause = slot.lastseen + slot.download_delay() - monotonic()
            if pause > 0:
                slot.latercall = call_later(pause, self._latercall, slot)
                return
            wait = self._turn(slot)
            if wait > 0:
                slot.latercall = call_later(wait, self._latercall, slot)
                return
            slot.lastseen = monotonic()
            request, answer = slot.queue.popleft()
            slot.transferring.add(request)
            _schedule_coro(self._wait_for_download(slot, request, answer))

    def _turn(self, slot: Slot) -> float:
        """The seconds until this process has its turn at the host of a line; 0 when it has it now."""
        if slot.delay <= 0:
            return 0.0
        host, now = host_key(slot.queue[0][0]), monotonic()
        turn = self._turn_at.get(host)
        if turn is None or turn + slot.delay < now:  # one that was missed, in a pause say, is somebody else's by now
            turn = self._turn_at[host] = now + self._turns.take(host, slot.delay)
        if turn <= now:
            del self._turn_at[host]
        return turn - now

    is_shut = False

    def shut(self) -> None:
        """Let no request out any more, not even one that has left its line by now."""
        self.is_shut = True
        empty_lines(self)

    async def _download(self, slot: Slot, request: Request) -> Response:
        if self.is_shut:
            slot.transferring.discard(request)
            raise StoppedError("the crawl was stopped")
        if (check := request.meta.get(LAST_CHECK_KEY)) is not None:
            try:
                check()
            except IgnoreRequest:
                slot.transferring.discard(request)
                self._process_queue(slot)
                raise
        response = await super()._download(slot, request)
        if (note := request.meta.get(NOTE_KEY)) is not None:
            note(response)
        return response

    def pause(self, host: str, seconds: float) -> float:
        """Let nothing out of a host's line for so long; back come the seconds that this adds to the pause in force."""
        slot = self.slots.get(host)
        if slot is None:
            return 0.0
        # The line goes on one delay after the last request; a request in the future keeps it shut until then.
        last, until = max(slot.lastseen, monotonic() - slot.delay), monotonic() + seconds - slot.delay
        slot.lastseen = max(slot.lastseen, until)
        self._turns.hold(host, seconds, slot.delay)
        return max(0.0, until - last)

    def give_up(self, host: str, error: IgnoreRequest) -> None:
        """End what waits in a host's line with an error."""
        slot = self.slots.get(host)
        if slot is not None:
            _empty(slot, error)

    def slow_down(self, host: str, delay: float) -> None:
        """Make the pause after each request to a host longer; never shorter."""
        slot = self.slots.get(host)
        if slot is not None and delay > slot.delay:
            slot.delay = delay
            # Scrapy forgets a slot that lies idle for a minute, and makes the next one from this.
            self.per_slot_settings[host] = {**self.per_slot_settings.get(host, {}), "delay": delay}

    def needs_backout(self) -> bool:
        """True when no more requests are to be taken in; those that wait for a paused host keep nobody else out."""
        now = monotonic()
        paused = sum(len(slot.queue) for slot in self.slots.values() if slot.lastseen > now)
        return 0 < self.total_concurrency <= len(self.active) - min(paused, _MAX_PAUSED)


class SlotMiddleware:
    """Puts each request into the line of its host and port; a redirect brings the line of the host before."""

    def process_request(self, request: Request) -> None:
        """Name the slot; nothing else."""
        request.meta["download_slot"] = host_key(request)

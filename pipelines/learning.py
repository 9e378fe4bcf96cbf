"""Templates of hosts learned from captures, in two readings: which hosts have enough pages, then what recurs."""

from __future__ import annotations

import collections
from typing import TYPE_CHECKING

from pipelines.template import LEAST_PAGES, MOST_PAGES, host_of, learn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from concurrent.futures import Future

    from archive.capture import Capture
    from pipelines.capture_workers import CaptureWorkers
    from pipelines.template import Template

_WINDOW_PER_WORKER = 8


def learn_templates(read: Callable[[], Iterable[Capture]], workers: CaptureWorkers) -> dict[str, Template]:
    """The template of each host with three pages or more. `read` gives the captures anew each time."""
    counts = collections.Counter(host_of(capture.url) for capture in read() if _is_page(capture))
    pages: dict[str, list[frozenset[str]]] = {host: [] for host, count in counts.items() if count >= LEAST_PAGES}
    if not pages:
        return {}
    left = dict.fromkeys(pages, MOST_PAGES)
    window: collections.deque[tuple[str, Future[frozenset[str]]]] = collections.deque()
    for capture in read():
        host = host_of(capture.url)
        if _is_page(capture) and left.get(host, 0) > 0:
            left[host] -= 1
            window.append((host, workers.keys(capture)))
        while len(window) > workers.processes * _WINDOW_PER_WORKER:
            _collect(window, pages)
    while window:
        _collect(window, pages)
    learned = ((host, learn(keys)) for host, keys in pages.items())
    return {host: template for host, template in learned if template is not None}


def _collect(
    window: collections.deque[tuple[str, Future[frozenset[str]]]], pages: dict[str, list[frozenset[str]]]
) -> None:
    host, future = window.popleft()
    pages[host].append(future.result())


def _is_page(capture: Capture) -> bool:
    is_html = "html" in (capture.header("Content-Type") or "html").lower()
    role = capture.fact("kakehashi-role")
    return capture.record_type != "revisit" and capture.status == 200 and is_html and role in ("article", None)

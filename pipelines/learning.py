"""Templates of hosts learned from captures, in two readings: which hosts have enough pages, then what recurs.

The pages that a template is learned from are derived in the same turn. What they gave stands where the template touches
none of their lines, so that hardly a page is read twice.
"""

from __future__ import annotations

import collections
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pipelines.article import Article
from pipelines.template import LEAST_PAGES, MOST_PAGES, host_of, learn
from pipelines.unchanged import may_decide

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from concurrent.futures import Future

    from archive.capture import Capture
    from pipelines.capture_workers import CaptureWorkers
    from pipelines.flow import Outcome
    from pipelines.template import Template

_WINDOW_PER_WORKER = 8
_MOST_KEPT = 5000  # outcomes in memory: some ten kilobytes each
_Read = tuple["Capture", "Future[tuple[Outcome | None, frozenset[str]]]"]


@dataclass(slots=True)
class Learned:
    """The template of each host, and what the pages gave that they were learned from, by WARC and offset."""

    templates: dict[str, Template] = field(default_factory=dict)
    _outcomes: dict[tuple[str, int], Outcome] = field(default_factory=dict)

    def keep(self, capture: Capture, outcome: Outcome | None) -> None:
        """Take what a page gave without a template, None where it was not derived."""
        if outcome is not None:
            self._outcomes[capture.location.warc, capture.location.offset] = outcome

    def add(self, other: Learned) -> None:
        """Take in what was learned elsewhere; of two templates of one host the later."""
        self.templates |= other.templates
        self._outcomes |= other._outcomes

    def outcome_of(self, capture: Capture) -> Outcome | None:
        """What a page gives with the template of its host, where that is known; None for one that is to be derived."""
        known = self._outcomes.pop((capture.location.warc, capture.location.offset), None)
        template = self.templates.get(host_of(capture.url))
        if known is None or template is None:
            return known
        if not isinstance(known, Article) or may_decide(template, known.text, known.removed):
            return None
        rules = {**known.provenance.rules, "template": template.digest}
        return replace(known, provenance=replace(known.provenance, rules=rules))


def learn_templates(
    read: Callable[[], Iterable[Capture]], workers: CaptureWorkers, source_of: Callable[[Capture], str | None]
) -> Learned:
    """The template of each host with three pages or more. `read` gives the captures anew each time."""
    counts = collections.Counter(host_of(capture.url) for capture in read() if _is_page(capture))
    pages: dict[str, list[frozenset[str]]] = {host: [] for host, count in counts.items() if count >= LEAST_PAGES}
    learned = Learned()
    if not pages:
        return learned
    left, room = dict.fromkeys(pages, MOST_PAGES), _MOST_KEPT
    window: collections.deque[_Read] = collections.deque()
    for capture in read():
        host = host_of(capture.url)
        if _is_page(capture) and left.get(host, 0) > 0:
            left[host] -= 1
            room -= 1
            window.append((capture, workers.read(capture, source_of(capture), is_derived=room >= 0)))
        while len(window) > workers.processes * _WINDOW_PER_WORKER:
            _collect(window, pages, learned)
    while window:
        _collect(window, pages, learned)
    found = ((host, learn(keys)) for host, keys in pages.items())
    learned.templates = {host: template for host, template in found if template is not None}
    return learned


def _collect(window: collections.deque[_Read], pages: dict[str, list[frozenset[str]]], learned: Learned) -> None:
    capture, future = window.popleft()
    outcome, keys = future.result()
    pages[host_of(capture.url)].append(keys)
    learned.keep(capture, outcome)


def _is_page(capture: Capture) -> bool:
    is_html = "html" in (capture.header("Content-Type") or "html").lower()
    role = capture.fact("kakehashi-role")
    return capture.record_type != "revisit" and capture.status == 200 and is_html and role in ("article", None)

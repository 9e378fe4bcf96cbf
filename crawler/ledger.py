"""The ledger of a run: each announced page is counted exactly once, and the sums must agree. Pure.

announced = kept + unchanged + dropped (by reason) + failed (by cause) + deferred
"""

from __future__ import annotations

import enum
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from crawler.sightings import Sightings
from pipelines.article import Reason

if TYPE_CHECKING:
    from pipelines.page_job import Derived

_LISTED = 1000


class Fate(enum.StrEnum):
    """How an announced page ended."""

    KEPT = "kept"
    UNCHANGED = "unchanged"
    DROPPED = "dropped"
    FAILED = "failed"
    DEFERRED = "deferred"


_FATES = {"article": Fate.KEPT, "dropped": Fate.DROPPED, "failed": Fate.FAILED}
_STORED = frozenset({Fate.KEPT, Fate.UNCHANGED, Fate.DROPPED})


@dataclass(slots=True)
class SourceLedger:
    """The counts of one source in one run; `revisited` of its pages nobody announced, they were due by their age.

    `pages` maps every announced URL to its fate, None while it is open. `not_modified` counts requests whose page did
    not have to come again (304); `seconds` is how long it was crawled.
    """

    source: str
    pages: dict[str, Fate | None] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    folded: set[str] = field(default_factory=set)
    labels: Counter[str] = field(default_factory=Counter)
    failures: list[dict[str, str]] = field(default_factory=list)
    problems: list[dict[str, str]] = field(default_factory=list)
    requisites: Counter[str] = field(default_factory=Counter)
    fetched: int = 0
    revisited: int = 0
    requests: int = 0
    wire_bytes: int = 0
    not_modified: int = 0
    seconds: float = 0.0
    seen: Sightings = field(default_factory=Sightings)

    def announce(self, url: str) -> bool:
        """Count a page as announced; False when it was announced before in this run."""
        if url in self.pages:
            return False
        self.pages[url] = None
        return True

    def fold(self, url: str) -> None:
        """Take back an announced page that is open: it is another one's under a second address. Counted as refused."""
        if self.is_open(url):
            del self.pages[url]
            self.folded.add(url)
            self.refuse("double")

    def settle_derived(self, derived: Derived) -> Fate | None:
        """Close a page with what its worker made of it; back comes its fate, None for one that is not open."""
        page = derived.job.url
        if not self.is_open(page):
            return None
        fate = _FATES[derived.kind]
        self.seen.note_page(page, derived.features)
        if derived.reason == Reason.CHALLENGE:
            self.seen.walls.add(page, f"a bot wall: {derived.detail}")
        self.settle(page, fate, derived.reason, derived.detail)
        return fate

    def settle(self, url: str, fate: Fate, reason: str = "", detail: str = "") -> None:
        """Close a page with its fate. Raises `ValueError` for one that was never announced or is closed already."""
        if url not in self.pages or self.pages[url] is not None:
            raise ValueError(f"{url} is {'settled twice' if url in self.pages else 'not announced'}")
        self.pages[url] = fate
        self.counts[fate] += 1
        if fate is Fate.DROPPED:
            self.dropped[reason] += 1
        elif fate is Fate.KEPT and reason:
            self.labels[reason] += 1
        elif fate is Fate.FAILED:
            self.failed[reason] += 1
            if len(self.failures) < _LISTED:
                self.failures.append({"url": url, "cause": reason, "detail": detail})

    def is_open(self, url: str) -> bool:
        """True while an announced page has no fate yet."""
        return url in self.pages and self.pages[url] is None

    def defer_open(self) -> None:
        """Close what the run leaves undone as deferred: a limit was reached, or it was stopped."""
        for url, fate in self.pages.items():
            if fate is None:
                self.settle(url, Fate.DEFERRED)
        if self.requisites:
            self.requisites["deferred"] += self.requisites["announced"] - self._requisites_done

    def refuse(self, reason: str) -> None:
        """Count a link that was never announced: out of scope, a trap, media."""
        self.refused[reason] += 1

    def note_problem(self, url: str, problem: str) -> None:
        """List something that broke discovery: an empty feed, a feed that is a web page."""
        self.problems.append({"url": url, "problem": problem})

    @property
    def announced(self) -> int:
        """How many pages were announced."""
        return len(self.pages)

    @property
    def _requisites_done(self) -> int:
        return sum(self.requisites[fate] for fate in ("stored", "unchanged", "known", "failed", "robots", "deferred"))

    @property
    def adds_up(self) -> bool:
        """True when every announced page has exactly one fate."""
        by_fate = sum(self.counts[fate] for fate in Fate)
        return (
            self.announced == by_fate
            and self.counts[Fate.DROPPED] == self.dropped.total()
            and self.counts[Fate.FAILED] == self.failed.total()
            and self.requisites["announced"] == self._requisites_done
        )

    def _seen(self) -> dict[str, Any]:
        for url in self.seen.listed:
            if self.pages.get(url) in _STORED and url not in self.seen.missing:
                self.seen.listed[url] = True
        return self.seen.as_json()

    def as_json(self) -> dict[str, Any]:
        """The counts as plain JSON values."""
        return {
            "announced": self.announced,
            "kept": self.counts[Fate.KEPT],
            "unchanged": self.counts[Fate.UNCHANGED],
            "dropped": dict(sorted(self.dropped.items())),
            "failed": dict(sorted(self.failed.items())),
            "deferred": self.counts[Fate.DEFERRED],
            "labels": dict(sorted(self.labels.items())),
            "refused": dict(sorted(self.refused.items())),
            "requests": self.requests,
            "fetched": self.fetched,
            "revisited": self.revisited,
            "not_modified": self.not_modified,
            "requisites": dict(sorted(self.requisites.items())),
            "bytes": self.wire_bytes,
            "seconds": round(self.seconds, 3),
            "failures": self.failures,
            "problems": self.problems,
            "seen": self._seen(),
            "adds_up": self.adds_up,
        }

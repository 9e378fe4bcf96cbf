"""Articles derived again from their records, and compared byte for byte with the lines that are stored."""

from __future__ import annotations

import collections
import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive.capture import Location
from archive.errors import BlobNotFound, Malformed
from archive.faults import Fault, Kind
from archive.reader import read_capture
from pipelines.article import Article, Failed
from pipelines.capture_workers import CaptureWorkers
from pipelines.jsonl import format_article
from pipelines.rules import NO_RULES
from pipelines.software import software

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from concurrent.futures import Future

    from archive.blobs import BlobStore
    from archive.capture import Capture
    from pipelines.flow import Outcome
    from pipelines.rules import PageRules

_WINDOW_PER_WORKER = 8


@dataclass(slots=True, kw_only=True)
class Tally:
    """How much was looked at. `derived` articles were made again; `other_rules` could not, others having made them."""

    warcs: int = 0
    records: int = 0
    captures: int = 0
    articles: int = 0
    dropped: int = 0
    derived: int = 0
    other_rules: int = 0
    faults: int = 0
    unfinished: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a file of articles, where it begins in bytes, and what it says."""

    key: str
    position: int
    raw: bytes
    article: Article


class Deriver:
    """Derives articles again in worker processes, a window of them at a time, so that memory stays flat.

    `rules` are the page rules of every source by its id. What other rules or software made is only counted.
    """

    def __init__(
        self, blobs: BlobStore, rules: Mapping[str, PageRules], tally: Tally, *, processes: int | None = None
    ) -> None:
        self._blobs = blobs
        self._rules = rules
        self._tally = tally
        self._workers = CaptureWorkers(rules, processes=processes or os.cpu_count() or 1)
        self._window: collections.deque[tuple[Line, Future[Outcome]]] = collections.deque()

    def take(self, line: Line) -> Iterator[Fault]:
        """Begin with an article; back come the faults of earlier ones that are ready."""
        if not self._is_ours(line.article):
            self._tally.other_rules += 1
            return
        try:
            capture = self._capture(line.article)
        except (Malformed, BlobNotFound, ValueError, TypeError) as error:
            yield _fault(line, f"its record cannot be read: {error}")
            return
        self._window.append((line, self._workers.submit(capture, line.article.source)))
        if len(self._window) > self._workers.processes * _WINDOW_PER_WORKER:
            yield from self._compare(*self._window.popleft())

    def finish(self) -> Iterator[Fault]:
        """The faults of all articles that are still under way."""
        while self._window:
            yield from self._compare(*self._window.popleft())

    def close(self) -> None:
        """End the processes."""
        self._workers.close()

    def _is_ours(self, article: Article) -> bool:
        if article.source is not None and article.source not in self._rules:
            return False
        digest = self._rules.get(article.source or "", NO_RULES).digest
        provenance = article.provenance
        is_same = provenance.rules.get("source") == digest and provenance.rules.get("template") is None
        return is_same and provenance.software == software()

    def _capture(self, article: Article) -> Capture:
        place = article.provenance
        location = Location(warc=place.warc or "", offset=place.offset or 0, length=place.length or 0)
        return read_capture(self._blobs.get_range(location.warc, location.offset, location.length), location)

    def _compare(self, line: Line, future: Future[Outcome]) -> Iterator[Fault]:
        outcome = future.result()
        self._tally.derived += 1
        if isinstance(outcome, Article):
            again = format_article(outcome)
            if again.encode() + b"\n" != line.raw:
                yield _fault(line, f"derived again, it differs in {_different(again, line.raw)}")
        elif isinstance(outcome, Failed):
            yield _fault(line, f"derived again, it fails: {outcome.cause}: {outcome.detail}")
        else:
            yield _fault(line, f"derived again, it is dropped: {outcome.reason}: {outcome.detail}")


def _fault(line: Line, problem: str) -> Fault:
    return Fault(kind=Kind.DERIVATION, key=line.key, offset=line.position, problem=f"{problem} ({line.article.url})")


def _different(again: str, stored: bytes) -> str:
    new, old = json.loads(again), json.loads(stored)
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return ", ".join(names) or "its spelling"

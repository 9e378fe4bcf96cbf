"""What the pages of a run's WARCs give: handed to the workers by location, collected, published with their WARC.

All methods are for one thread; workers answer into a queue that `drain` empties.
"""

from __future__ import annotations

import datetime as dt
import queue
import time
from typing import TYPE_CHECKING

from crawler.page_workers import PageWorkers
from pipelines.page_job import failed
from pipelines.results import PendingResults
from pipelines.worker import PAGE_WALL_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from archive.layout import Stem
    from pipelines.page_job import Derived, Job
    from pipelines.rules import PageRules

# A page that was just recorded is on its way through Scrapy and has not asked for a worker yet.
_SETTLING = dt.timedelta(seconds=30)


class _Results:
    """The pages of one WARC: how many are under way, what came of the others, whether and when the file was closed."""

    def __init__(self, pending: PendingResults) -> None:
        self.pending = pending
        self.under_way = 0
        self.closed: tuple[Stem, dt.datetime] | None = None


class Harvest:
    """The open results of a run. `settle` is told each outcome; `publish` gets a stem and the keys written for it."""

    def __init__(
        self,
        folder: Path,
        *,
        rules: Mapping[str, PageRules],
        processes: int,
        generation: str,
        now: Callable[[], dt.datetime],
        settle: Callable[[Derived], None],
        publish: Callable[[Stem, list[str]], None],
        patience_s: float = PAGE_WALL_SECONDS + 30,
    ) -> None:
        self._folder = folder
        self._generation = generation
        self._now = now
        self._settle = settle
        self._publish = publish
        self._patience_s = patience_s
        self._results: dict[str, _Results] = {}
        self._answers: queue.SimpleQueue[Derived] = queue.SimpleQueue()
        self._workers = PageWorkers(rules, processes=processes, on_done=self._answers.put)
        self._jobs: dict[tuple[str, int], Job] = {}
        self._answered_at = 0.0

    def derive(self, job: Job) -> None:
        """Hand a recorded page to the workers; never blocks."""
        self._results_of(job.location.warc).under_way += 1
        self._jobs[job.location.warc, job.location.offset] = job
        self._workers.submit(job)  # a run that finds nothing new starts no process

    def add(self, derived: Derived) -> None:
        """Take the outcome of a page that needs no worker."""
        self._results_of(derived.job.location.warc).under_way += 1
        self._answers.put(derived)

    def warc_closed(self, key: str, stem: Stem) -> None:
        """Note that no more pages will be recorded in a WARC."""
        self._results_of(key).closed = (stem, self._now())

    @property
    def pages_under_way(self) -> int:
        """How many pages wait for a worker's answer."""
        return sum(results.under_way for results in self._results.values())

    def tick(self) -> None:
        """Take in what the workers have answered, and publish the WARCs that are closed and complete."""
        self._workers.flush()
        self._drain()
        before = self._now() - _SETTLING
        for key in [key for key, item in self._results.items() if item.closed and item.closed[1] <= before]:
            self._publish_if_complete(key)

    def _drain(self, *, wait_s: float = 0.0) -> None:
        try:
            derived = self._answers.get(timeout=wait_s) if wait_s else self._answers.get_nowait()
            while True:
                self._take(derived)
                derived = self._answers.get_nowait()
        except queue.Empty:
            return

    def _take(self, derived: Derived) -> None:
        place = derived.job.location
        results = self._results_of(place.warc)
        results.under_way -= 1
        self._jobs.pop((place.warc, place.offset), None)
        self._answered_at = time.monotonic()
        self._settle(derived)
        results.pending.add(derived)

    def finish(self, is_hurried: Callable[[], bool] = lambda: False) -> None:
        """Wait for the workers and end them; nothing more may be handed in. Raises `OSError` when the disk is full.

        In a hurry the WARCs that are not published yet are left to the next run.
        """
        error: OSError | None = None
        if not is_hurried():
            self._workers.wait_for_start(self._patience_s)
        self._answered_at = time.monotonic()
        while self.pages_under_way and not is_hurried():
            if self._workers.cannot_start or time.monotonic() - self._answered_at > self._patience_s:
                self._give_up()
            try:
                self._drain(wait_s=0.5)
            except OSError as problem:  # the other answers are still to be counted
                error = problem
        if is_hurried():
            self._leave()
        else:
            self._workers.close()
        if error is not None:
            raise error

    def _leave(self) -> None:
        """End the workers where they are, and publish nothing more: a page may lie on disk that nobody handed in yet.

        The WARCs have no articles then, which is what the next run looks for.
        """
        self._results.clear()
        self._jobs.clear()
        self._workers.abandon()

    def _give_up(self) -> None:
        """Count the pages as failed that no worker will answer for: the pool could not start, or lost its processes.

        Each page has a limit of wall time, so that a pool that works answers within it.
        """
        for job in list(self._jobs.values()):
            self._answers.put(failed(job, "no_worker", "the workers gave no answer"))
        self._workers.stop()

    def publish_all(self) -> None:
        """Publish every WARC that is closed; after `finish`."""
        for key in list(self._results):
            self._publish_if_complete(key)

    def _publish_if_complete(self, key: str) -> None:
        results = self._results[key]
        if results.closed is None or results.under_way:
            return
        stem = results.closed[0]
        keys = results.pending.publish(self._folder, stem, self._generation)
        del self._results[key]
        self._publish(stem, keys)

    def _results_of(self, warc: str) -> _Results:
        if warc not in self._results:
            self._results[warc] = _Results(PendingResults.under(self._folder, warc))
        return self._results[warc]

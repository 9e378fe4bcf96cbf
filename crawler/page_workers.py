"""The workers of a run: they start beside it, and pages that come faster than they are read go to them in lots.

To start them takes two seconds in which a crawl is not to stand still, and each way to a worker and back takes half a
millisecond of the crawl's own process.
"""

from __future__ import annotations

import logging
import threading
from concurrent.futures import Future, wait
from typing import TYPE_CHECKING

from pipelines.worker import AT_ONCE, Workers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pipelines.page_job import Derived, Job
    from pipelines.rules import PageRules

logger = logging.getLogger(__name__)


class PageWorkers:
    """Processes that start with the first page. `on_done` gets one outcome for each, from a thread of the pool.

    All methods are for one thread.
    """

    def __init__(self, rules: Mapping[str, PageRules], *, processes: int, on_done: Callable[[Derived], None]) -> None:
        self._rules = rules
        self._processes = processes
        self._on_done = on_done
        self._waiting: list[Job] = []
        self._started: Future[Workers] | None = None
        self._at_work = 0
        self._lock = threading.Lock()

    def submit(self, job: Job) -> None:
        """Hand in a page; never blocks. It goes on with others, or at the next `flush` at the latest."""
        self._waiting.append(job)
        if self._started is None:
            self._started = Future()
            threading.Thread(target=self._start, args=(self._started,), daemon=True).start()
        elif len(self._waiting) >= AT_ONCE or self._at_work < self._processes * 2:
            self.flush()

    def _start(self, started: Future[Workers]) -> None:
        try:
            started.set_result(Workers(self._rules, processes=self._processes))
        except BaseException as error:  # the pages are given up in time, the records are archived all the same
            logger.exception("the processes that read pages did not start")
            started.set_exception(error)

    def flush(self) -> None:
        """Hand on all pages that wait, if there are workers by now."""
        workers = self._ready()
        if workers is None:
            return
        waiting, self._waiting = self._waiting, []
        for first in range(0, len(waiting), AT_ONCE):
            lot = waiting[first : first + AT_ONCE]
            with self._lock:
                self._at_work += len(lot)
            workers.submit(lot, self._done)

    def _done(self, derived: Derived) -> None:
        with self._lock:
            self._at_work -= 1
        self._on_done(derived)

    def wait_for_start(self, seconds: float) -> None:
        """Wait so long at most until the workers have started, and hand on all pages."""
        if self._started is not None:
            wait([self._started], timeout=seconds)
        self.flush()

    @property
    def cannot_start(self) -> bool:
        """Whether it is known by now that there will be no process: what was handed in will not be answered."""
        return self._started is not None and self._started.done() and self._started.exception() is not None

    def close(self) -> None:
        """Take no more pages; the processes end when all are answered, and nobody waits for that."""
        if (workers := self._ready()) is not None:
            workers.close()
        self._started = None

    def stop(self) -> None:
        """End the processes now; what was not answered never will be."""
        self._waiting = []
        if (workers := self._ready()) is not None:
            workers.stop()
        self._started = None

    def abandon(self) -> None:
        """As `stop`, and wait for their end."""
        self._waiting = []
        if self._started is not None:
            wait([self._started])
        if (workers := self._ready()) is not None:
            workers.abandon()
        self._started = None

    def _ready(self) -> Workers | None:
        """The workers, once they have started."""
        started = self._started
        return started.result() if started is not None and started.done() and not self.cannot_start else None

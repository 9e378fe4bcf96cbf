"""The long-running scheduler: each source is crawled when its plan says, in a process of its own.

All that it knows lies in the store, so it can end and begin at any instant, on any machine: what was missed meanwhile
is due, once. The only importer of apscheduler, which keeps the times; a job is one look at one source.
"""

from __future__ import annotations

import datetime as dt
import logging
import subprocess
import threading
from typing import TYPE_CHECKING

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger

from archive.blobs import open_blobs
from archive.errors import ArchiveError
from crawler.alarms import deliver
from crawler.clock import utc_now
from crawler.due import plans_of
from crawler.exits import Exit
from crawler.states import States

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.alarm_file import AlarmSettings
    from crawler.config import Catalogue
    from crawler.plan import Plan

logger = logging.getLogger(__name__)
# Another machine may have looked meanwhile, and alarms may wait: how often the store is read again.
_REPLAN = dt.timedelta(minutes=5)
_NOT_BEFORE = {Exit.HELD: dt.timedelta(minutes=1), Exit.STORE: dt.timedelta(minutes=5)}
# A process that ended as no command does (killed, out of memory) is not begun again at once.
_AFTER_A_CRASH = dt.timedelta(minutes=5)
_GRACE_S = 60.0


class Scheduler:
    """Crawls the sources of a catalogue when they are due, `parallel` at once, until it is told to `stop`.

    `command` is what crawls one source that is named after it, if it is still due. Raises nothing once it runs: a store
    that is away is waited for.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        *,
        store: str,
        command: Sequence[str],
        alarms: AlarmSettings | None,
        parallel: int,
    ) -> None:
        self._catalogue = catalogue
        self._store = store
        self._command = list(command)
        self._alarms = alarms
        self._not_before: dict[str, dt.datetime] = {}
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._lock = threading.Lock()
        self._is_over = threading.Event()
        self._jobs = BackgroundScheduler(
            timezone=dt.UTC,
            executors={"default": ThreadPoolExecutor(parallel), "own": ThreadPoolExecutor(1)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        # Its log is for its developers; what it does is told here.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)

    def run(self) -> None:
        """Begin, and come back when `stop` was called and every crawl has ended."""
        self._jobs.add_job(
            self._replan, "interval", seconds=_REPLAN.total_seconds(), next_run_time=utc_now(), executor="own"
        )
        self._jobs.start()
        self._is_over.wait()
        self._end()

    def stop(self) -> None:
        """Let `run` come back; may be called from a signal handler."""
        self._is_over.set()

    def _end(self) -> None:
        self._jobs.pause()
        with self._lock:
            running = dict(self._running)
        for process in running.values():
            process.terminate()
        for name, process in running.items():
            try:
                process.wait(_GRACE_S)
            except subprocess.TimeoutExpired:
                logger.warning("%s does not end and is killed; the next look finishes what it left", name)
                process.kill()
        self._jobs.shutdown(wait=True)

    def _replan(self) -> None:
        """Read the store again, and set the time of each source that is not being crawled."""
        try:
            blobs = open_blobs(self._store)
            plans = plans_of(self._catalogue, States(blobs), utc_now())
            deliver(blobs, self._alarms)
        except ArchiveError as error:
            logger.warning("the schedule is not read now, and tried again: %s", error)
            return
        for plan in plans:
            self._set(plan)

    def _set(self, plan: Plan) -> None:
        with self._lock:
            if plan.source in self._running or self._is_over.is_set():
                return
        at = max(plan.at, self._not_before.get(plan.source, plan.at))
        self._jobs.add_job(
            self._look, DateTrigger(at, timezone=dt.UTC), args=[plan.source], id=plan.source, replace_existing=True
        )

    def _look(self, name: str) -> None:
        """Crawl one source in a process of its own, and plan its next look."""
        with self._lock:
            if self._is_over.is_set():
                return
            # A signal to the whole group of a terminal is for the scheduler, which tells its crawls.
            process = self._running[name] = subprocess.Popen(  # noqa: S603  (our own command)
                [*self._command, name], stdin=subprocess.DEVNULL, start_new_session=True
            )
        code = process.wait()
        with self._lock:
            self._running.pop(name, None)
        wait = _NOT_BEFORE.get(Exit(code), dt.timedelta()) if code in set(map(int, Exit)) else _AFTER_A_CRASH
        self._not_before[name] = utc_now() + wait
        logger.log(logging.INFO if code in (Exit.DONE, Exit.FAILURES) else logging.WARNING, "%s: exit %s", name, code)
        self._plan_again(name)

    def _plan_again(self, name: str) -> None:
        try:
            (plan,) = plans_of([self._catalogue.get(name)], States(open_blobs(self._store)), utc_now())
        except ArchiveError as error:
            logger.warning("%s is planned again in %s: %s", name, _REPLAN, error)
            return
        self._set(plan)
        logger.info("%s: next at %s: %s", name, plan.at.isoformat(timespec="seconds"), plan.why)

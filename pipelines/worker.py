"""Pages derived in worker processes: a page that hangs or crashes its parser costs its time limit and itself only.

A worker reads the record from disk by its location, so no page travels through a pipe; what comes back is the line
that will be stored. The limit counts CPU seconds, so a busy machine fails no page that a quiet one would pass.
"""

from __future__ import annotations

import queue
import resource
import signal
import socket
import sys
import threading
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import forkserver, resource_tracker
from pathlib import Path
from typing import TYPE_CHECKING

from pebble import ProcessExpired, ProcessPool

from pipelines.collecting import collect_seldom
from pipelines.forked import server_context
from pipelines.held import STOPPING, put_off
from pipelines.not_started import WorkersNotStarted
from pipelines.page_job import Derived, Job, derive_job, error_cause, failed
from pipelines.rules import NO_RULES, PageRules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from types import FrameType


PAGE_CPU_SECONDS = 20.0
# Wall time is only the last resort, for a worker that waits without using the CPU.
PAGE_WALL_SECONDS = 180.0
PAGE_MEMORY = 200 * 1024 * 1024
"""Bytes that a page may take beyond what a worker holds before its first: a parse takes about twenty times the page."""
_TURNS = 3
AT_ONCE = 8
"""Pages that share a way to a worker and back, which takes half a millisecond of the parent's CPU."""


class OverCpuTimeError(BaseException):
    """A page used up its CPU seconds."""

    # Not an Exception: no handler inside a parser may swallow it.


_rules: dict[str, PageRules] = {}
_is_served = False


def _start(rules: dict[str, PageRules]) -> None:
    for number in STOPPING:  # the parent decides when to stop
        signal.signal(number, signal.SIG_DFL if number == signal.SIGTERM else signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)
    signal.signal(signal.SIGPROF, _over_time)
    limit_memory(PAGE_MEMORY)
    sys.addaudithook(_refuse_network)
    _rules.update(rules)
    collect_seldom()


def _refuse_network(event: str, arguments: tuple[object, ...]) -> None:
    """What a page holds must come from its record: a worker that reaches for the network is stopped."""
    if event == "socket.__new__" and arguments[1] in (socket.AF_INET, socket.AF_INET6):
        raise PermissionError("a page worker opens no socket")
    if event in ("socket.getaddrinfo", "socket.gethostbyname"):
        raise PermissionError("a page worker looks up no name")


def _over_time(_: int, __: FrameType | None) -> None:
    raise OverCpuTimeError


def rules_of(source: str | None) -> PageRules:
    """In a worker: the rules of a source that the pool was started with."""
    return _rules.get(source or "", NO_RULES)


def limit_memory(more: int) -> None:
    """Let this process take so many bytes beyond what it holds; a page that wants more fails with a `MemoryError`."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (pages * resource.getpagesize() + more, hard))


def limit_cpu(seconds: float) -> None:
    """A soft limit that Python sees, and a hard one for C code that never returns to it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    ceiling = int(used.ru_utime + used.ru_stime + seconds * 2) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (ceiling, hard))
    signal.setitimer(signal.ITIMER_PROF, seconds)


def _work(job: Job, cpu_seconds: float) -> Derived:
    limit_cpu(cpu_seconds)
    try:
        return derive_job(job, _rules)
    except OverCpuTimeError:
        return failed(job, "time_limit", f"more than {cpu_seconds:g} CPU seconds")
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _work_on(jobs: Sequence[Job], cpu_seconds: float) -> list[Derived]:
    """The outcome of each job, in their order."""
    return [_work(job, cpu_seconds) for job in jobs]


class Workers:
    """A pool of page workers that read records from disk. `on_done` is called from a thread of the pool."""

    def __init__(
        self,
        rules: Mapping[str, PageRules],
        *,
        processes: int,
        cpu_seconds: float = PAGE_CPU_SECONDS,
        wall_seconds: float = PAGE_WALL_SECONDS,
    ) -> None:
        self._cpu_seconds = cpu_seconds
        self._wall_seconds = wall_seconds
        self._pool = start_pool(rules, processes)

    def submit(self, jobs: Sequence[Job], on_done: Callable[[Derived], None]) -> None:
        """Derive some pages, one after the other on one way to a worker; never blocks.

        `on_done` gets exactly one outcome for each, all of them together, whatever happens to the worker. Raises
        `RuntimeError` when the pool takes nothing more.
        """
        self._submit(jobs, on_done, _TURNS)

    def _submit(self, jobs: Sequence[Job], on_done: Callable[[Derived], None], turns: int) -> None:
        """Pages that share one way to a worker and back; where one of them ends it, each is done again by itself."""

        def settle(done: Future[list[Derived]]) -> None:
            error = CancelledError() if done.cancelled() else done.exception()
            if error is None:
                outcomes = done.result()
            elif len(jobs) > 1 and not done.cancelled():
                for job in jobs:
                    again([job], turns)
                return
            elif turns > 1 and _was_told_to_end(error):
                # A service manager that ends a run tells every process of it: no fault of the page.
                again(jobs, turns - 1)
                return
            else:
                outcomes = [failed(job, *cause_of(error)) for job in jobs]
            for outcome in outcomes:
                on_done(outcome)

        def again(some: Sequence[Job], turns: int) -> None:
            try:
                self._submit(some, on_done, turns)
            except RuntimeError as stopped:  # the pool takes nothing more
                for job in some:
                    on_done(failed(job, *cause_of(stopped)))

        future: Future[list[Derived]] = self._pool.schedule(
            _work_on, args=(jobs, self._cpu_seconds), timeout=self._wall_seconds
        )
        future.add_done_callback(settle)

    def derive_all(self, jobs: Sequence[Job]) -> Iterator[Derived]:
        """The outcome of each job as it comes, in any order."""
        answers: queue.SimpleQueue[Derived] = queue.SimpleQueue()
        for first in range(0, len(jobs), AT_ONCE):
            self.submit(jobs[first : first + AT_ONCE], answers.put)
        for _ in jobs:
            yield answers.get()

    def stop(self) -> None:
        """End the processes now; what was not answered never will be."""
        self._pool.stop()  # type: ignore[no-untyped-call]

    def abandon(self) -> None:
        """As `stop`, and wait for their end: one that is just starting would complain that its parent has gone."""
        end_pool(self._pool)

    def close(self) -> None:
        """Take no more pages; the processes end when all are answered, and nobody waits for that."""
        self._pool.close()  # type: ignore[no-untyped-call]
        _join_behind(self._pool)


def start_server() -> None:
    """Start the server of the workers, for who is sure to need some: it loads what they need, the caller goes on."""
    server_context()  # says what the server loads
    with put_off():
        _start_held(resource_tracker.ensure_running, forkserver.ensure_running)


def has_server() -> bool:
    """Whether the server of the workers has been started in this process, so that more of them come at once."""
    return _is_served


def start_pool(rules: Mapping[str, PageRules], processes: int) -> ProcessPool:
    """Processes for pages, whose sources have these rules. Raises `WorkersNotStarted`."""
    pool = ProcessPool(
        max_workers=processes, max_tasks=2000, initializer=_start, initargs=(dict(rules),), context=server_context()
    )
    try:
        with put_off():
            _start_held(resource_tracker.ensure_running, forkserver.ensure_running, lambda: pool.active)
    except (BrokenProcessPool, EOFError, OSError) as error:
        end_pool(pool)
        why = error.__cause__ or error
        problem = f"the processes that read pages did not start: {type(why).__name__}: {why}"
        raise WorkersNotStarted(problem) from error
    except BaseException:  # a signal that had to wait until now
        end_pool(pool)
        raise
    return pool


def end_pool(pool: ProcessPool) -> None:
    """End the processes of a pool now, and wait for their end."""
    pool.stop()  # type: ignore[no-untyped-call]
    pool.join()


def leave_pool(pool: ProcessPool) -> None:
    """End the processes of a pool now; nobody waits for that, but this process as a whole when it ends."""
    pool.stop()  # type: ignore[no-untyped-call]
    _join_behind(pool)


def _join_behind(pool: ProcessPool) -> None:
    # Pebble looks ten times a second whether a pool is to end: each run would stand still for that, twice.
    threading.Thread(target=pool.join, name="end of a pool").start()


def _start_held(*starts: Callable[[], object]) -> None:
    """Start processes with the signals held: what is sent to the whole group must not end the server of the workers."""
    global _is_served  # noqa: PLW0603  (the server is one for the whole process, too)
    try:
        for start in starts:
            signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)  # each time: the tracker lets go of them in the end
            start()
        _is_served = True
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)


def _was_told_to_end(error: BaseException | None) -> bool:
    return isinstance(error, ProcessExpired) and error.exitcode in (-signal.SIGTERM, -signal.SIGHUP)


def cause_of(error: BaseException) -> tuple[str, str]:
    """Cause and detail of a page that its worker did not survive."""
    if isinstance(error, FutureTimeoutError):
        return "time_limit", "the worker did not answer within the time for a page"
    if isinstance(error, ProcessExpired):
        return "worker_died", f"the worker ended with code {error.exitcode}"
    return error_cause(error)

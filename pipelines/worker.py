"""Pages derived in worker processes: a page that hangs or crashes its parser costs its time limit and itself only.

A worker reads the record from disk by its location, so no page travels through a pipe; what comes back is the line
that will be stored. The limit counts CPU seconds, so a busy machine fails no page that a quiet one would pass.
"""

from __future__ import annotations

import errno
import gc
import multiprocessing
import queue
import resource
import signal
import socket
import sys
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass, replace
from multiprocessing import forkserver, resource_tracker
from pathlib import Path
from typing import TYPE_CHECKING

from pebble import ProcessExpired, ProcessPool

from archive.errors import ArchiveError
from archive.layout import OPEN_SUFFIX
from archive.reader import read_capture_in
from pipelines.article import EVERY_LABEL, STORED_LABELS, Article, Dropped, Failed, Label, Reason
from pipelines.features import PageFeatures, features_of
from pipelines.held import STOPPING, put_off
from pipelines.jsonl import format_article, format_dropped, format_failed
from pipelines.mementos import as_original, memento_at
from pipelines.provenance import from_origin, provenance_of
from pipelines.rules import NO_RULES, PageRules
from pipelines.template import page_keys

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from types import FrameType

    from archive.capture import Capture, Location
    from pipelines.page import Page

PAGE_CPU_SECONDS = 20.0
# Wall time is only the last resort, for a worker that waits without using the CPU.
PAGE_WALL_SECONDS = 180.0
PAGE_MEMORY = 200 * 1024 * 1024
"""Bytes that a page may take beyond what a worker holds before its first: a parse takes about twenty times the page."""
_TURNS = 3
_COLLECT_AFTER = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One page to derive: where its record lies, under whose rules.

    `path` is that of the finished WARC on disk, `location` its place in the store.
    `source` names the rules, `account` the ledger it is counted in. `keep` are the labels that are stored, all of them
    where somebody asked for the page by its URL (`keeps_all`). `origin` is whose WARC it was; None for our own.
    `is_memento` is for what a web archive gave back: the page is that of the address within its own. `captured_at` is
    for a record that stands for another one with the same payload: the page is read as one of that one's time.
    With `tells_lines` the outcome says which lines the page shows; with `is_whole` it is read whatever a glance says.
    """

    path: str
    location: Location
    url: str
    source: str | None
    account: str = "-"
    keeps_all: bool = False
    keep: frozenset[Label] = STORED_LABELS
    origin: str | None = None
    is_memento: bool = False
    captured_at: dt.datetime | None = None
    tells_lines: bool = False
    is_whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """What a page gave: `kind` is article, dropped or failed; `reason` the label, reason or cause; `line` its JSON.

    `features` are what the page says of its site, None where it says nothing. `lines` are the keys of all lines that
    the page shows, for learning a template, where the job asked for them and the page was read.
    """

    job: Job
    kind: str
    reason: str
    line: str
    detail: str = ""
    features: PageFeatures | None = None
    lines: frozenset[str] | None = None


class OverCpuTimeError(BaseException):
    """A page used up its CPU seconds."""

    # Not an Exception: no handler inside a parser may swallow it.


_rules: dict[str, PageRules] = {}


def _start(rules: dict[str, PageRules]) -> None:
    for number in STOPPING:  # the parent decides when to stop
        signal.signal(number, signal.SIG_DFL if number == signal.SIGTERM else signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)
    signal.signal(signal.SIGPROF, _over_time)
    limit_memory(PAGE_MEMORY)
    sys.addaudithook(_refuse_network)
    _rules.update(rules)
    # A page leaves hardly any cycles; looking for some after every few hundred objects takes a twentieth of the time.
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER)


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


def derive_job(job: Job, rules: Mapping[str, PageRules]) -> Derived:
    """Read the record of a job and run the page stage over it; any error of a page becomes its `failed` line."""
    # Here and not above: the process that crawls hands pages on and never derives one, so it loads no extractor.
    from pipelines.flow import derive_any_topic, only_labels

    pages: list[Page] = []
    try:
        capture, origin = _read(job), job.origin
        if job.is_memento and (memento := memento_at(capture.url)) is not None:
            capture, origin = as_original(capture), memento.origin
        if job.captured_at is not None:
            capture = replace(capture, captured_at=job.captured_at)
        keep = EVERY_LABEL if job.keeps_all else job.keep
        is_glanced_at = keep <= STORED_LABELS and not job.is_whole
        found = derive_any_topic(
            capture, rules.get(job.source or "", NO_RULES), is_glanced_at=is_glanced_at, on_page=pages.append
        )
        outcome = from_origin(only_labels(found, keep) if isinstance(found, Article) else found, origin)
    except (OSError, ArchiveError) as error:
        return failed(job, "unreadable", str(error))
    except Exception as error:  # noqa: BLE001  (the one broad catch: a page must not end the run)
        return failed(job, f"error_{type(error).__name__}", str(error))
    lines = page_keys(block.text for page in pages for block in page.blocks) if job.tells_lines and pages else None
    return replace(_derived(job, outcome), features=features_of(found), lines=lines)


def _read(job: Job) -> Capture:
    """The capture of a job; its WARC may have been closed, and lost its `.open`, while the job waited."""
    for path in (job.path + OPEN_SUFFIX, job.path):
        try:
            with open(path, "rb", buffering=0) as file:  # noqa: PTH123  (a plain read, thousands of times)
                file.seek(job.location.offset)
                return read_capture_in(file, job.location)
        except FileNotFoundError:
            continue
    raise FileNotFoundError(errno.ENOENT, "the WARC is not there", job.path)


def _derived(job: Job, outcome: Article | Dropped | Failed) -> Derived:
    match outcome:
        case Article():
            label: Label = outcome.relevance.label
            return Derived(job=job, kind="article", reason=label.value, line=format_article(outcome))
        case Dropped():
            line = format_dropped(outcome)
            return Derived(job=job, kind="dropped", reason=outcome.reason.value, line=line, detail=outcome.detail)
        case Failed():
            line = format_failed(outcome)
            return Derived(job=job, kind="failed", reason=outcome.cause, line=line, detail=outcome.detail)


def failed(job: Job, cause: str, detail: str) -> Derived:
    """The outcome of a page that could not be worked on."""
    value = Failed(url=job.url, cause=cause, detail=detail[:500], provenance=provenance_of(job.location))
    return Derived(job=job, kind="failed", reason=cause, line=format_failed(value), detail=detail[:500])


def dropped(
    job: Job,
    *,
    url: str,
    reason: Reason,
    detail: str,
    record_id: str | None,
    digest: str | None,
    captured_at: dt.datetime,
) -> Derived:
    """The outcome of a page that is dropped unread; `url` is the address that it was fetched from."""
    provenance = provenance_of(job.location, record_id, digest, captured_at)
    value = from_origin(Dropped(url=url, reason=reason, detail=detail, provenance=provenance), job.origin)
    return Derived(job=job, kind="dropped", reason=reason.value, line=format_dropped(value), detail=detail)


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

    def submit(self, job: Job, on_done: Callable[[Derived], None]) -> None:
        """Derive a page; never blocks. `on_done` gets exactly one outcome, whatever happens to the worker."""
        self._submit(job, on_done, _TURNS)

    def _submit(self, job: Job, on_done: Callable[[Derived], None], turns: int) -> None:
        def settle(done: Future[Derived]) -> None:
            # A service manager that ends a run tells every process of it: no fault of the page.
            if turns > 1 and not done.cancelled() and _was_told_to_end(done.exception()):
                self._submit(job, on_done, turns - 1)
            else:
                on_done(_result(job, done))

        future: Future[Derived] = self._pool.schedule(_work, args=(job, self._cpu_seconds), timeout=self._wall_seconds)
        future.add_done_callback(settle)

    def derive_all(self, jobs: Sequence[Job]) -> Iterator[Derived]:
        """The outcome of each job as it comes, in any order."""
        answers: queue.SimpleQueue[Derived] = queue.SimpleQueue()
        for job in jobs:
            self.submit(job, answers.put)
        for _ in jobs:
            yield answers.get()

    def stop(self) -> None:
        """End the processes now; what was not answered never will be."""
        self._pool.stop()  # type: ignore[no-untyped-call]

    def abandon(self) -> None:
        """As `stop`, and wait for their end: one that is just starting would complain that its parent has gone."""
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()

    def close(self) -> None:
        """Wait for what was submitted and end the processes."""
        self._pool.close()  # type: ignore[no-untyped-call]
        self._pool.join()


def start_pool(rules: Mapping[str, PageRules], processes: int) -> ProcessPool:
    """Processes for pages, whose sources have these rules."""
    # forkserver: a fork of the crawler would inherit its sockets and reactor.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["__main__", "pipelines.warm"])
    pool = ProcessPool(
        max_workers=processes, max_tasks=2000, initializer=_start, initargs=(dict(rules),), context=context
    )
    try:
        with put_off():
            _start_processes(pool)
    except BaseException:  # a signal that had to wait until now
        pool.stop()  # type: ignore[no-untyped-call]
        pool.join()
        raise
    return pool


def _start_processes(pool: ProcessPool) -> None:
    """Start them with the signals held: what is sent to the whole group must not end the server of the workers."""
    try:
        for start in (resource_tracker.ensure_running, forkserver.ensure_running, lambda: pool.active):
            signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)  # each time: the tracker lets go of them in the end
            start()
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)


def _was_told_to_end(error: BaseException | None) -> bool:
    return isinstance(error, ProcessExpired) and error.exitcode in (-signal.SIGTERM, -signal.SIGHUP)


def _result(job: Job, future: Future[Derived]) -> Derived:
    try:
        return future.result()
    except BaseException as error:  # noqa: BLE001  (a cancelled future included)
        return failed(job, *cause_of(error))


def cause_of(error: BaseException) -> tuple[str, str]:
    """Cause and detail of a page that its worker did not survive."""
    if isinstance(error, FutureTimeoutError):
        return "time_limit", "the worker did not answer within the time for a page"
    if isinstance(error, ProcessExpired):
        return "worker_died", f"the worker ended with code {error.exitcode}"
    return f"error_{type(error).__name__}", str(error)

"""A pool that takes captures themselves, for input that has no place in a store; topics are labelled, not dropped.

The same processes and limits as in `worker.py`.
"""

from __future__ import annotations

import signal
from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from pipelines.article import EVERY_LABEL, Failed
from pipelines.page_job import error_cause
from pipelines.provenance import provenance_of_capture
from pipelines.template import page_keys
from pipelines.worker import (
    PAGE_CPU_SECONDS,
    PAGE_WALL_SECONDS,
    OverCpuTimeError,
    cause_of,
    limit_cpu,
    rules_of,
    start_pool,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pebble import ProcessPool

    from archive.capture import Capture
    from pipelines.article import Label
    from pipelines.flow import Outcome
    from pipelines.page import Page
    from pipelines.rules import PageRules
    from pipelines.template import Template


_Value = TypeVar("_Value")


class CaptureWorkers:
    """The pool; its processes start with the first capture."""

    def __init__(
        self, rules: Mapping[str, PageRules], *, processes: int, cpu_seconds: float = PAGE_CPU_SECONDS
    ) -> None:
        self.processes = processes
        self._rules = rules
        self._cpu_seconds = cpu_seconds
        self._started: ProcessPool | None = None

    @property
    def _pool(self) -> ProcessPool:
        if self._started is None:
            self._started = start_pool(self._rules, self.processes)
        return self._started

    def submit(
        self,
        capture: Capture,
        source: str | None,
        template: Template | None = None,
        *,
        keep: frozenset[Label] = EVERY_LABEL,
    ) -> Future[Outcome]:
        """The outcome of a capture, to come; it never raises. `template` is what was learned of its host."""
        arguments = (capture, source, template, keep, self._cpu_seconds)
        future = self._pool.schedule(_derive_capture, args=arguments, timeout=PAGE_WALL_SECONDS)
        settled: Future[Outcome] = Future()
        future.add_done_callback(lambda done: settled.set_result(_outcome(capture, done)))
        return settled

    def keys(self, capture: Capture) -> Future[frozenset[str]]:
        """What a template is learned from, to come; empty for a page that cannot be read. It never raises."""
        future = self._pool.schedule(_keys_of, args=(capture, self._cpu_seconds), timeout=PAGE_WALL_SECONDS)
        return _settled(future, frozenset[str]())

    def read(
        self, capture: Capture, source: str | None, *, is_derived: bool
    ) -> Future[tuple[Outcome | None, frozenset[str]]]:
        """What `submit` gives without a template, and what `keys` gives, to come; it never raises.

        The first is None where it is not asked for with `is_derived`.
        """
        task = _read if is_derived else _keys_alone
        future = self._pool.schedule(task, args=(capture, source, self._cpu_seconds), timeout=PAGE_WALL_SECONDS)
        nothing: tuple[Outcome | None, frozenset[str]] = None, frozenset()
        return _settled(future, nothing)

    def close(self) -> None:
        """End the processes, whether or not all was fetched."""
        if self._started is not None:
            self._started.stop()  # type: ignore[no-untyped-call]
            self._started.join()


def _settled(future: Future[_Value], otherwise: _Value) -> Future[_Value]:
    """What a task gives, to come; `otherwise` where it fails or is called off."""
    settled: Future[_Value] = Future()
    future.add_done_callback(
        lambda done: settled.set_result(otherwise if done.cancelled() or done.exception() else done.result())
    )
    return settled


# Loaded below and not above: who starts workers derives nothing, so it loads no extractor; they have it from the start.
def _keys_of(capture: Capture, cpu_seconds: float) -> frozenset[str]:
    from pipelines.flow import lines_of

    limit_cpu(cpu_seconds)
    try:
        return page_keys(lines_of(capture))
    except OverCpuTimeError:
        return frozenset()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _keys_alone(capture: Capture, _: str | None, cpu_seconds: float) -> tuple[None, frozenset[str]]:
    return None, _keys_of(capture, cpu_seconds)


def _read(capture: Capture, source: str | None, cpu_seconds: float) -> tuple[Outcome, frozenset[str]]:
    pages: list[Page] = []
    outcome = _derive_capture(capture, source, None, EVERY_LABEL, cpu_seconds, on_page=pages.append)
    return outcome, page_keys(block.text for page in pages for block in page.blocks)


def _derive_capture(
    capture: Capture,
    source: str | None,
    template: Template | None,
    keep: frozenset[Label],
    cpu_seconds: float,
    *,
    on_page: Callable[[Page], None] = lambda _: None,
) -> Outcome:
    from pipelines.flow import derive

    limit_cpu(cpu_seconds)
    try:
        return derive(capture, replace(rules_of(source), template=template), keep=keep, on_page=on_page)
    except OverCpuTimeError:
        return _failed_capture(capture, "time_limit", f"more than {cpu_seconds:g} CPU seconds")
    except Exception as error:  # noqa: BLE001  (as in a worker: a page must not end the run)
        return _failed_capture(capture, *error_cause(error))
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _failed_capture(capture: Capture, cause: str, detail: str) -> Failed:
    provenance = provenance_of_capture(capture)
    return Failed(url=capture.url, cause=cause, detail=detail[:500], provenance=provenance)


def _outcome(capture: Capture, future: Future[Outcome]) -> Outcome:
    try:
        return future.result()
    except BaseException as error:  # noqa: BLE001
        return _failed_capture(capture, *cause_of(error))

"""Pages that were handed in are answered once each, also while the workers start, one by one or in lots."""

from __future__ import annotations

import queue
from typing import TYPE_CHECKING

import pytest

from crawler import page_workers
from crawler.page_workers import PageWorkers
from pipelines.page_job import Derived, Job
from pipelines.worker import AT_ONCE, Workers
from tests.pipelines import archived

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("worker")
_COUNT = 2 * AT_ONCE + 3


def _jobs(folder: Path) -> list[Job]:
    written = archived.write(folder, [archived.exchange(f"page-{number}") for number in range(_COUNT)])
    return [
        Job(path=str(folder / item.location.warc), location=item.location, url=item.url, source=None)
        for item in written
    ]


def test_pages_that_come_before_and_after_the_start_are_each_answered_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lots: list[int] = []

    def counted(self: Workers, jobs: Sequence[Job], on_done: Callable[[Derived], None]) -> None:
        lots.append(len(jobs))
        handed(self, jobs, on_done)

    handed = Workers.submit
    monkeypatch.setattr(Workers, "submit", counted)
    answers: queue.SimpleQueue[Derived] = queue.SimpleQueue()
    workers = PageWorkers({}, processes=1, on_done=answers.put)
    jobs = _jobs(tmp_path)
    for job in jobs[:-1]:
        workers.submit(job)  # the start of the processes is not waited for
    assert lots == []
    workers.wait_for_start(60)
    assert lots == [AT_ONCE, AT_ONCE, 2]
    assert not workers.cannot_start
    workers.submit(jobs[-1])
    workers.flush()
    workers.close()

    got = [answers.get(timeout=60) for _ in jobs]
    assert {item.job.url for item in got} == {job.url for job in jobs}
    assert {item.kind for item in got} == {"article"}
    assert answers.empty()


def test_workers_that_cannot_start_keep_nobody_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(12, "no memory for a process")

    monkeypatch.setattr(page_workers, "Workers", refuse)
    answers: queue.SimpleQueue[Derived] = queue.SimpleQueue()
    workers = PageWorkers({}, processes=1, on_done=answers.put)
    workers.submit(_jobs(tmp_path)[0])
    workers.wait_for_start(60)
    assert workers.cannot_start
    workers.submit(_jobs(tmp_path)[1])
    workers.stop()
    workers.close()

    assert answers.empty()

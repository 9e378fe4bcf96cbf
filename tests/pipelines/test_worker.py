"""A page that hangs, crashes or waits costs its limit and itself; the pages beside it come out right."""

from __future__ import annotations

import gc
import gzip
import json
import queue
import subprocess
import sys
import threading
import tracemalloc
from dataclasses import replace
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipelines.not_started import WorkersNotStarted
from pipelines.page_job import Derived, Job, derive_job
from pipelines.worker import Workers
from tests.pipelines import archived, unruly
from tests.wireserver import page, with_length

if TYPE_CHECKING:
    from pipelines.rules import PageRules

pytestmark = pytest.mark.xdist_group("worker")
HARMS = ("spin", "swallow", "exit", "segfault", "sleep", "raise")


def jobs_of(folder: Path, names: list[str], *, closed: bool = True) -> list[Job]:
    """A job for each page of a WARC, under the rules of its name."""
    stored = archived.write(folder, [archived.exchange(name) for name in names])
    return [
        Job(path=str(folder / item.location.warc), location=item.location, url=item.url, source=name)
        for name, item in zip(names, stored, strict=True)
    ]


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Derived]:
    """Good and bad pages through one pool with small limits, by name."""
    names = ["good-1", *HARMS, "good-2", "good-3"]
    jobs = jobs_of(tmp_path_factory.mktemp("warc"), names)
    rules: dict[str, PageRules] = {name: unruly.make(name) for name in HARMS}
    workers = Workers(rules, processes=2, cpu_seconds=4, wall_seconds=15)
    found = {derived.job.source or "": derived for derived in workers.derive_all(jobs)}
    workers.close()
    return found


@pytest.mark.parametrize(
    ("name", "cause"),
    [
        ("spin", "time_limit"),
        ("swallow", "time_limit"),
        ("exit", "worker_died"),
        ("segfault", "worker_died"),
        ("sleep", "time_limit"),
        ("raise", "error_RecursionError"),
    ],
)
def test_a_bad_page_fails_alone_and_says_why(outcomes: dict[str, Derived], name: str, cause: str) -> None:
    """CPU burnt, a process that ends or crashes, a wait without CPU, an error: one failed line each."""
    derived = outcomes[name]
    line = json.loads(derived.line)

    assert ("failed", cause) == (derived.kind, derived.reason)
    assert f"failed:{cause}" == line["reason"]
    assert derived.job.location.offset == line["provenance"]["offset"]


@pytest.mark.parametrize("name", ["good-1", "good-2", "good-3"])
def test_the_pages_beside_it_come_out_right(outcomes: dict[str, Derived], name: str) -> None:
    """Whatever happened to the workers, a good page is an article with its own text and place."""
    derived = outcomes[name]
    article = json.loads(derived.line)

    assert ("article", "core") == (derived.kind, derived.reason)
    assert f"the {name} centre" in article["text"]
    assert derived.job.location.offset == article["provenance"]["offset"]


def test_page_that_wants_much_memory_fails_alone(tmp_path: Path, proves: bool) -> None:
    """A table of megabytes: its worker stays under 400 MB, says so, and reads the next page."""
    row = b"<tr><td>cell one</td><td>12</td></tr>"
    message = with_length(b"<html><body><h1>A table</h1><table>" + row * (400_000 if proves else 200_000))
    exchanges = [archived.exchange("large", message=message), archived.exchange("good")]
    stored = archived.write(tmp_path, exchanges)
    jobs = [
        Job(path=str(tmp_path / item.location.warc), location=item.location, url=item.url, source=None, keeps_all=True)
        for item in stored
    ]
    workers = Workers({}, processes=1, cpu_seconds=3)
    found = {derived.job.url.rsplit("/", 1)[-1]: derived for derived in workers.derive_all(jobs)}
    workers.close()

    assert found["large"].kind == "failed"
    assert found["large"].reason in ("error_MemoryError", "worker_died", "time_limit")
    assert found["good"].kind == "article"


def test_every_page_has_exactly_one_outcome(outcomes: dict[str, Derived]) -> None:
    """Nothing is lost and nothing is answered twice."""
    assert len(outcomes) == len(HARMS) + 3


def test_a_page_is_read_from_a_file_that_is_still_open(tmp_path: Path) -> None:
    """A worker finds the record in the `.open` file, and in the finished one after the rename."""
    jobs = jobs_of(tmp_path, ["one", "two"])
    final = tmp_path / jobs[0].location.warc
    final.rename(final.with_name(final.name + ".open"))
    workers = Workers({}, processes=1)
    answers: queue.SimpleQueue[Derived] = queue.SimpleQueue()
    workers.submit(jobs[:1], answers.put)
    first = answers.get()
    final.with_name(final.name + ".open").rename(final)
    workers.submit(jobs[1:], answers.put)
    second = answers.get()
    workers.close()

    assert ["article", "article"] == [first.kind, second.kind]


def test_a_record_that_is_not_there_fails(tmp_path: Path) -> None:
    """A missing file and a place that holds no record are failures of the page, with the reason."""
    (job,) = jobs_of(tmp_path, ["one"])
    wrong = Job(path=str(tmp_path / "none"), location=job.location, url=job.url, source=None)
    inside = type(job.location)(warc=job.location.warc, offset=job.location.offset + 7, length=50)
    torn = Job(path=job.path, location=inside, url=job.url, source=None)
    workers = Workers({}, processes=1)
    found = list(workers.derive_all([wrong, torn]))
    workers.close()

    assert {("failed", "unreadable")} == {(derived.kind, derived.reason) for derived in found}


def test_a_record_that_no_page_can_be_is_dropped_unread(tmp_path: Path) -> None:
    """However large the body, a worker holds none of it: the page is dropped for its size."""
    large = archived.exchange("large", message=with_length(page("large", filler=40 * 1024 * 1024)))
    (stored,) = archived.write(tmp_path, [large])
    path = str(tmp_path / stored.location.warc)
    job = Job(path=path, location=stored.location, url=stored.url, source=None)
    derive_job(job, {})  # the first page loads the extractor
    tracemalloc.start()

    derived = derive_job(job, {})
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert ("dropped", "too_large") == (derived.kind, derived.reason)
    assert "bytes, expected at most" in derived.detail
    assert peak < 36 * 1024 * 1024


@pytest.mark.parametrize("is_compressed", [True, False])
def test_a_page_leaves_nothing_that_only_a_search_for_cycles_frees(tmp_path: Path, is_compressed: bool) -> None:
    """Workers look for cycles seldom: buffers in one were a hundred kilobytes a page, up to a worker's limit."""
    (job,) = jobs_of(tmp_path, ["one"])
    if not is_compressed:
        path = Path(job.path)
        path.write_bytes(gzip.decompress(path.read_bytes()[job.location.offset :][: job.location.length]))
        place = replace(job.location, offset=0, length=path.stat().st_size)
        job = replace(job, location=place)
    assert derive_job(job, {}).kind == "article"
    for thread in threading.enumerate():
        if thread.name == "end of a pool":  # that of another test, which leaves cycles of its own
            thread.join()
    gc.collect()
    gc.disable()
    try:
        for _ in range(3):
            derive_job(job, {})
        found = gc.collect()
    finally:
        gc.enable()

    assert found == 0


def test_a_pool_that_does_not_start_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no memory for the server of the workers, or it died as it loaded what they need."""

    def refuse(_: object) -> None:
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr(BaseProcess, "start", refuse)
    with pytest.raises(WorkersNotStarted, match=r"did not start: OSError: \[Errno 12\] Cannot allocate memory"):
        Workers({}, processes=1)


_PROGRAM = """
import os, sys
with open("loaded", "a") as file:
    file.write("once\\n")
if __name__ == "__main__":
    from pipelines.worker import start_pool
    pool = start_pool({}, 2)
    pids = {pool.schedule(os.getpid).result() for _ in range(9)}
    pool.close()
    pool.join()
    print(len(pids - {os.getpid()}) > 0, sys.modules["__main__"].__file__)
"""


@pytest.mark.parametrize("how", [["program.py"], ["-m", "program"]])
def test_a_worker_does_not_load_the_program_that_wants_it(tmp_path: Path, how: list[str]) -> None:
    """A quarter of a second in each worker where it is `scrapy`; and the program itself keeps its main module."""
    (tmp_path / "program.py").write_text(_PROGRAM)
    done = subprocess.run([sys.executable, *how], check=True, cwd=tmp_path, capture_output=True, text=True, timeout=60)

    assert done.stdout.split() == ["True", str(tmp_path / "program.py")]
    assert (tmp_path / "loaded").read_text() == "once\n"


_LEAVING = """
import os, threading
from pipelines.worker import leave_pool, start_pool
pool = start_pool({}, 2)
print(*{pool.schedule(os.getpid).result() for _ in range(9)}, flush=True)
gone_on, join = threading.Event(), pool.join
pool.join = lambda: gone_on.wait() and join()  # who waited for it would wait for ever
leave_pool(pool)
print("gone on", end="")
gone_on.set()
"""


def test_who_leaves_a_pool_goes_on_and_no_process_stays(tmp_path: Path) -> None:
    """The program ends when its workers have ended, though it never waited for them."""
    done = subprocess.run(
        [sys.executable, "-c", _LEAVING], check=True, cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    pids, said = done.stdout.splitlines()

    assert said == "gone on"
    assert [pid for pid in pids.split() if Path("/proc", pid).exists()] == []
    assert done.stderr == ""

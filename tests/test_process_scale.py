"""`process` over many pages: every core works, and memory does not grow with the pages (10,000 of them with `--prove`)."""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests import commands
from tests.memory import watched
from tests.pipelines.archived import exchange, write
from tests.wireserver import page, with_length

pytestmark = pytest.mark.xdist_group("process-scale")
WORDS = [
    "railway",
    "treaty",
    "ministry",
    "river",
    "market",
    "carriage",
    "university",
    "engineer",
    "loan",
    "visit",
    "cotton",
    "energy",
    "water",
    "summit",
]


def make_store(folder: Path, pages: int, *, warcs: int) -> None:
    """A store of different pages, none of which has an article yet."""
    chance = random.Random(4)
    for number in range(warcs):
        names = [f"p{number}-{index}" for index in range(pages // warcs)]
        stamp = (dt.datetime(2026, 11, 21, tzinfo=dt.UTC) + dt.timedelta(minutes=number)).strftime("%Y%m%dT%H%M%SZ")
        write(
            folder, (exchange(name, message=with_length(long_page(name, chance))) for name in names),
            run=f"{stamp}{number:06x}",
        )  # fmt: skip


def long_page(name: str, chance: random.Random) -> bytes:
    """An article of some 600 words, none like another."""
    paragraphs = (f"<p>{' '.join(chance.choices(WORDS, k=60)).capitalize()} in {name}.</p>" for _ in range(10))
    return page(name).replace(b"</article>", "".join(paragraphs).encode() + b"</article>")


def workers_of(pid: int) -> dict[int, str]:
    """The processes below a process, and the state of each: R while it has work for a core."""
    parents: dict[int, int] = {}
    states: dict[int, str] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, ValueError, IndexError):
            fields = path.read_text().rpartition(")")[2].split()
            parents[int(path.parent.name)], states[int(path.parent.name)] = int(fields[1]), fields[0]
    found: dict[int, str] = {}
    for child in parents:
        above = child
        while (above := parents.get(above, 0)) not in (0, pid):
            pass
        if above == pid:
            found[child] = states[child]
    return found


@pytest.mark.timeout(3600)
def test_all_cores_work_and_memory_stays_flat(proves: bool, tmp_path: Path) -> None:
    """The articles of the first tenth alone take as much memory as those of all."""
    pages, warcs = (10_000, 10) if proves else (60, 3)
    peaks = []
    for name, share in (("few", 10), ("all", 1)) if proves else (("all", 1),):
        store = tmp_path / name
        make_store(store, pages // share, warcs=max(1, warcs // share))
        peaks.append(measured(store, pages // share, proves=proves))

    if proves:
        assert peaks[1] < peaks[0] + 60


def measured(store: Path, pages: int, *, proves: bool) -> int:
    """The peak of memory of a `process --dry-run`, in MiB, all pages of which were derived."""
    began = time.monotonic()
    process = commands.start("-q", "process", "--dry-run", "--store", store, "--json")
    busy: dict[int, int] = {}
    samples = everybody = 0

    import threading

    def look() -> None:
        nonlocal samples, everybody
        while process.returncode is None:
            states = workers_of(process.pid)
            working = [pid for pid, state in states.items() if state == "R"]
            for pid in working:
                busy[pid] = busy.get(pid, 0) + 1
            if len(states) > (os.cpu_count() or 1):
                samples += 1
                everybody += len(working) >= (os.cpu_count() or 1)
            time.sleep(0.05)

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    out, err, peak = watched(process, timeout=3500)
    watcher.join()
    seconds = time.monotonic() - began
    assert process.returncode == 0, err.decode()
    report = json.loads(out)
    assert report["pages"] == pages
    assert len([pid for pid, count in busy.items() if count]) >= (os.cpu_count() or 1)
    share = everybody / max(1, samples)
    print(f"{pages} pages, {pages / seconds:.0f} pages/s, all cores busy {share:.0%}, peak {peak} MiB")  # noqa: T201
    if proves:
        assert share > 0.75
    return peak

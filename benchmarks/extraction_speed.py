"""Pages a second of `kakehashi extract`, beside trafilatura with metadata on the same WARC and as many processes.

    python -m benchmarks.extraction_speed [FOLDER] [--limit N] [--repeat 1] [--slowest] [--memory]

FOLDER is that of `benchmarks.extraction`. Its dev pages become one WARC, which both read in turn:
(a) `kakehashi extract FILE --no-source-rules`, (b) a pool of as many processes with the same reader of WARCs and
`trafilatura.bare_extraction(with_metadata=True)`. Start and end of all processes count. CPU is that of every process,
which on a busy machine is the steadier figure. `--slowest` reads each page once more by itself and names the page that
costs us most. `--memory` runs (a) alone and prints the peak memory of its largest process (VmHWM), workers included.
"""

from __future__ import annotations

import argparse
import ctypes
import datetime as dt
import gzip
import io
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from archive.capture import Exchange
from archive.coding import decode_content
from archive.reader import Finding, read_captures
from archive.writer import WarcWriter
from benchmarks.extraction import FOLDER, by_trafilatura, gold, page_of, read, warm_up
from benchmarks.options import count
from pipelines.charset import decode_page
from pipelines.compiled import how_it_runs
from pipelines.gate import codings_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.extraction import Row

_WHEN = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
_ADOPT_ORPHANS = 36  # PR_SET_CHILD_SUBREAPER: workers whose parent ended are waited for, and counted, here
_READ_PEER = "--read-by-trafilatura"


def write_warc(folder: Path, rows: list[Row], out: Path) -> Path:
    """One WARC with the pages of the rows, mixed."""
    writer = WarcWriter(
        out, run="20261121T000000Zspeeds", now=lambda: _WHEN, info=(("software", "benchmark"),),
        find_earlier=lambda _, __: None, on_closed=lambda _: None,
    )  # fmt: skip
    for row in random.Random(1).sample(rows, len(rows)):
        writer.write(_exchange(row, gzip.decompress(page_of(folder, row).read_bytes())))
    writer.close()
    (path,) = out.rglob("*.warc.gz")
    return path


def _exchange(row: Row, body: bytes) -> Exchange:
    head = (
        f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset={row['encoding']}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    response = head.encode() + body
    return Exchange(
        url=row.get("url") or f"https://example.org/{row['id']}",
        began_at=_WHEN,
        request=b"GET / HTTP/1.1\r\n\r\n",
        response=io.BytesIO(response),
        response_length=len(response),
        facts=(("kakehashi-role", "article"),),
    )


def read_by_trafilatura(path: Path, processes: int, out: TextIO) -> None:
    """What the peer makes of each page, a line of JSON each, in input order."""
    with get_context("fork").Pool(processes) as pool:
        answers = pool.imap(_read_page, pages_in(path), chunksize=1)
        out.writelines(json.dumps(found, ensure_ascii=False) + "\n" for found in answers)


def pages_in(path: Path) -> Iterator[tuple[bytes, str, str]]:
    """The decoded body, the URL and the Content-Type of each page in a WARC."""
    with path.open("rb") as file:
        for item in read_captures(file, warc=path.name, size=path.stat().st_size):
            if not isinstance(item, Finding) and item.status == 200:
                yield decode_content(item.payload, codings_of(item)), item.url, item.header("Content-Type") or ""


def _read_page(page: tuple[bytes, str, str]) -> Row:
    body, url, content_type = page
    text, _ = decode_page(body, content_type)
    return by_trafilatura(text.encode(), {"url": url, "encoding": "utf-8"})


def run_once(command: list[str], expected: int) -> tuple[float, float]:
    """Wall and CPU seconds of a command with all its processes. Raises `SystemExit` when it did not do its work."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        started = subprocess.Popen(command, stdout=out, stderr=errors)
        _wait_for_all(started)
        wall = time.perf_counter() - start
        out.seek(0)
        lines = sum(1 for _ in out)
    if lines < expected * 0.9:
        raise SystemExit(f"{command[3]}: {lines} articles of {expected} pages, exit {started.returncode}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _wait_for_all(started: subprocess.Popen[bytes]) -> None:
    started.wait()
    try:
        while True:
            os.waitpid(-1, 0)
    except ChildProcessError:
        return


def measure(path: Path, pages: int, repeat: int) -> dict[str, tuple[float, float]]:
    """The best wall and the best CPU seconds of each system, which run in turn."""
    commands = {
        "kakehashi": [sys.executable, "-m", "crawler", "extract", str(path), "--no-source-rules"],
        "trafilatura": [sys.executable, "-m", "benchmarks.extraction_speed", _READ_PEER, str(path)],
    }
    runs: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for _ in range(repeat):
        for name, command in commands.items():
            runs[name].append(run_once(command, pages))
    return {name: (min(wall for wall, _ in own), min(cpu for _, cpu in own)) for name, own in runs.items()}


def peak_memory(path: Path, pages: int) -> float:
    """The MiB that the largest of our processes ever held, over all pages."""
    run_once([sys.executable, "-m", "crawler", "extract", str(path), "--no-source-rules"], pages)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def slowest(folder: Path, rows: list[Row], processes: int) -> str:
    """The page that costs us most CPU, and what the stage alone costs both without any start."""
    names = ["kakehashi", "trafilatura"]
    with get_context("spawn").Pool(processes, initializer=warm_up, initargs=(names,)) as pool:
        found = pool.map(read, [(str(folder), row, names) for row in rows], chunksize=4)
    ours, theirs = (sum(page[name][1] for page in found) / len(found) * 1000 for name in names)
    worst = max(found, key=lambda page: page["kakehashi"][1])["kakehashi"]
    return (
        f"stage alone: {ours:.1f} ms CPU a page, trafilatura {theirs:.1f}: ratio {theirs / ours:.2f}\n"
        f"slowest page: {worst[1] * 1000:.0f} ms CPU, {worst[0]['id']}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description="Speed of extract beside trafilatura with metadata.")
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    parser.add_argument("--limit", type=count, help="at most so many pages of each set")
    parser.add_argument("--repeat", type=count, default=1)
    parser.add_argument("--slowest", action="store_true", help="name the slowest page, and time the stage alone")
    parser.add_argument("--memory", action="store_true", help="the peak memory of our largest process, and no more")
    parser.add_argument(_READ_PEER, type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    processes = os.cpu_count() or 1
    if options.read_by_trafilatura:
        read_by_trafilatura(options.read_by_trafilatura, processes, sys.stdout)
        return 0
    if not (options.folder / "gold").is_dir():
        print(f"no gold in {options.folder}: give the folder of the benchmark", file=sys.stderr)
        return 2
    ctypes.CDLL(None).prctl(_ADOPT_ORPHANS, 1, 0, 0, 0)
    rows = list(gold(options.folder, [], options.limit))
    with tempfile.TemporaryDirectory() as scratch:
        path = write_warc(options.folder, rows, Path(scratch))
        if options.memory:
            print(f"{len(rows)} pages, largest process: {peak_memory(path, len(rows)):.0f} MiB")
            return 0
        found = measure(path, len(rows), options.repeat)
    print(f"{len(rows)} pages, {processes} processes, load {os.getloadavg()[0]:.1f}, page stage {how_it_runs()}")
    for name, (wall, cpu) in found.items():
        print(f"{name:12} {len(rows) / wall:7.1f} pages/s {cpu / len(rows) * 1000:8.1f} CPU ms/page")
    (our_wall, our_cpu), (their_wall, their_cpu) = found["kakehashi"], found["trafilatura"]
    print(f"times trafilatura: {their_cpu / our_cpu:.2f} by CPU, {their_wall / our_wall:.2f} by wall time")
    if options.slowest:
        print(slowest(options.folder, rows, processes))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Pages a second and CPU a page of each stage, beside stock Scrapy, all in one run over a site on loopback.

    python -m benchmarks.speed [--pages 2000] [--repeat 2] [--rivals] [--rows ...] [--json]

Each row is a fresh process (`benchmarks.rivals`); in every other repeat the rows come in the opposite order. What is
measured is measured here, from outside and the same for all: the wall time from a row's first request until
everything is written, and the CPU time (user and system) of its whole process tree in between. A row that did not
do all its work ends the benchmark with exit code 1. Reads Linux's /proc.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, Any

from archive.reader import Finding, read_records
from benchmarks.options import count
from benchmarks.process_tree import Sampler, cpu_seconds
from pipelines.compiled import how_it_runs
from pipelines.jsonl import parse_article, parse_dropped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

ROOT = Path(__file__).resolve().parents[1]
TITLES = {
    "stock": "stock Scrapy: fetch",
    "tap": "Kakehashi: fetch",
    "archive": "Kakehashi: fetch + archive",
    "process": "Kakehashi: fetch + archive + process",
    "inline": "stock Scrapy + trafilatura inline",
    "again": "Kakehashi: process, from WARC",
    "pool": "trafilatura with metadata, from WARC, all cores",
    "webarchive": "scrapy-webarchive + trafilatura inline",
    "wget": "wget --warc-file",
    "newsplease": "news-please over saved pages, all cores",
}
_ARCHIVING = ("archive", "process", "again")
_EXTRACTS_ALL = ("inline", "pool", "webarchive")
_RIVALS = ("webarchive", "wget", "newsplease")
_LONGEST_S = 600
_READS_WARCS = ("again", "pool", "newsplease")


class WorkNotDoneError(Exception):
    """A row ended without having done what it is measured for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a row did: pages fetched, responses read back from its WARCs, lines of articles and of dropped pages."""

    fetched: int
    records: int
    articles: int
    dropped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One run of a row: wall and CPU seconds from the first request to the end, peak of the tree's resident memory."""

    seconds: float
    cpu_seconds: float
    peak_mb: float
    work: Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the table: best wall time and mean CPU time of the repeats, highest peak; `repeats` holds them all."""

    name: str
    pages_s: float
    cpu_ms: float
    peak_mb: float
    work: Work
    repeats: tuple[Measure, ...]


# --- one row -----------------------------------------------------------------------------------------------------


@contextmanager
def serving(pages: int, *options: str) -> Iterator[dict[str, Any]]:
    """The site in its own process; its description as `benchmarks.site` prints it."""
    command = [sys.executable, "-m", "benchmarks.site", "--pages", str(pages), *options]
    with _started(command) as server:
        line = server.stdout.readline() if server.stdout else ""
        if not line:
            raise WorkNotDoneError("the site did not start")
        yield json.loads(line)


@contextmanager
def _started(command: list[str]) -> Iterator[subprocess.Popen[str]]:
    """A process that ends when its standard input closes, or else is ended."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("KAKEHASHI_", "SCRAPY_"))}
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        if process.stdin:
            process.stdin.close()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """A row that has run: wall and CPU seconds, peak of the tree's memory, and what it said at its end."""

    seconds: float
    cpu_seconds: float
    peak_mb: float
    facts: dict[str, Any]


def run_row(name: str, site: Mapping[str, Any], folder: Path, saved: Path) -> Ran:
    """Run a row once; it writes to `out` in `folder`, and `saved` is a store with the pages.

    Raises `WorkNotDoneError`.
    """
    job = folder / "job.json"
    facts = {"urls": site["urls"], "folder": str(folder / "out"), "saved": str(saved)}
    job.write_text(json.dumps(facts), encoding="utf-8")
    with _started([sys.executable, "-m", "benchmarks.rivals", name, str(job)]) as process:
        sampler = Sampler(process.pid)
        sampler.start()
        limit = threading.Timer(_LONGEST_S + len(site["urls"]), process.kill)
        limit.start()
        try:
            _event(process, name, "first")
            began, cpu_before = time.perf_counter(), cpu_seconds(process.pid)
            done = _event(process, name, "done")
            seconds, cpu = time.perf_counter() - began, cpu_seconds(process.pid) - cpu_before
        finally:
            limit.cancel()
            sampler.stop()
    return Ran(seconds=seconds, cpu_seconds=cpu, peak_mb=sampler.peak_mb, facts=done)


def measure(name: str, site: Mapping[str, Any], folder: Path, saved: Path) -> Measure:
    """Run a row once in `folder`, which is empty, and check its work. Raises `WorkNotDoneError`."""
    ran = run_row(name, site, folder, saved)
    work = _checked(name, ran.facts, site, folder / "out")
    return Measure(seconds=ran.seconds, cpu_seconds=ran.cpu_seconds, peak_mb=ran.peak_mb, work=work)


def _event(process: subprocess.Popen[str], name: str, event: str) -> dict[str, Any]:
    line = process.stdout.readline() if process.stdout else ""
    if not line:
        raise WorkNotDoneError(f"{name}: the process ended before its {event!r}")
    found: dict[str, Any] = json.loads(line)
    if found["event"] != event:
        raise WorkNotDoneError(f"{name}: said {found['event']!r}, expected {event!r}")
    return found


# --- the work done -----------------------------------------------------------------------------------------------


def _checked(name: str, done: Mapping[str, Any], site: Mapping[str, Any], out: Path) -> Work:
    """What a row left, counted from its files. Raises `WorkNotDoneError` when it is not what it should be."""
    pages, on_topic = len(site["urls"]), int(site["on_topic"])
    records, wire_bytes = _read_warcs(out)
    articles, dropped = _count_articles(out), _count_dropped(out)
    work = Work(fetched=done["fetched"], records=records, articles=articles, dropped=dropped)
    if work != (wanted := _wanted(name, pages, on_topic, work)):
        raise WorkNotDoneError(f"{name}: did {work}, expected {wanted}")
    if done["body_bytes"] not in _body_sizes(name, site):
        raise WorkNotDoneError(f"{name}: {done['body_bytes']} bytes of bodies, expected {_body_sizes(name, site)}")
    if not done.get("adds_up", True):
        raise WorkNotDoneError(f"{name}: the ledger does not add up")
    if name in _ARCHIVING and wire_bytes != site["wire_bytes"]:
        raise WorkNotDoneError(f"{name}: {wire_bytes} bytes of responses in WARCs, expected {site['wire_bytes']}")
    return work


def _wanted(name: str, pages: int, on_topic: int, work: Work) -> Work:
    """What a row has to do. What rivals write is counted by the records of their WARCs, and not read any closer."""
    makes_articles = name in ("process", "again")
    return Work(
        fetched=0 if name in _READS_WARCS else pages,
        records=pages if name in _ARCHIVING else work.records if name in ("wget", "webarchive") else 0,
        articles=on_topic if makes_articles else pages if name in (*_EXTRACTS_ALL, "newsplease") else 0,
        dropped=pages - on_topic if makes_articles else 0,
    )


def _body_sizes(name: str, site: Mapping[str, Any]) -> tuple[int, ...]:
    """All bodies together as stock Scrapy hands them on, decoded; our crawler may leave them as they were sent."""
    if name in ("stock", "inline", "webarchive"):
        return (site["html_bytes"],)
    return (0,) if name in (*_READS_WARCS, "wget") else (site["html_bytes"], site["body_bytes"])


def _read_warcs(out: Path) -> tuple[int, int]:
    """How many responses the WARCs hold, and how many bytes they are."""
    count = size = 0
    for path in out.rglob("*.warc.gz"):
        with path.open("rb") as file:
            for record in read_records(file, warc=path.name, size=path.stat().st_size):
                if isinstance(record, Finding):
                    raise WorkNotDoneError(str(record))
                count += record.kind == "response"
                size += len(record.block) if record.kind == "response" else 0
    return count, size


def _count_articles(out: Path) -> int:
    own = [parse_article(line) for line in _lines(out / "articles")]
    theirs = [json.loads(line) for line in _lines_of(out / "articles.jsonl")]
    return sum(len(article.text) > 500 for article in own) + sum(len(article["text"]) > 500 for article in theirs)


def _count_dropped(out: Path) -> int:
    return sum(parse_dropped(line).reason in ("off_topic", "one_side") for line in _lines(out / "dropped"))


def _lines(folder: Path) -> list[str]:
    return [line for path in folder.rglob("*.jsonl") for line in _lines_of(path)]


def _lines_of(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


# --- the table ---------------------------------------------------------------------------------------------------


def compare(pages: int, repeat: int, names: Sequence[str], topic_every: int = 1) -> list[Row]:
    """The rows of these names, `repeat` times each, over one site. Raises `WorkNotDoneError`."""
    measures: dict[str, list[Measure]] = {name: [] for name in names}
    with (
        serving(pages, "--topic-every", str(topic_every)) as site,
        tempfile.TemporaryDirectory(prefix="kakehashi-bench-") as temporary,
    ):
        folder, first = Path(temporary, "row"), Path(temporary, "first")
        first.mkdir()
        measure("archive", site, first, first)  # for those that read WARCs; not counted
        for number in range(repeat):
            for name in names[:: -1 if number % 2 else 1]:
                folder.mkdir()
                measures[name].append(measure(name, site, folder, first / "out"))
                shutil.rmtree(folder)
    return [_row(name, pages, found) for name, found in measures.items()]


def _row(name: str, pages: int, found: Sequence[Measure]) -> Row:
    return Row(
        name=name,
        pages_s=pages / min(one.seconds for one in found),
        cpu_ms=mean(one.cpu_seconds for one in found) / pages * 1000,
        peak_mb=max(one.peak_mb for one in found),
        work=found[0].work,
        repeats=tuple(found),
    )


def as_json(rows: Sequence[Row], machine: str) -> dict[str, Any]:
    """The table as plain values."""
    return {
        "machine": machine,
        "rows": [
            {
                "name": row.name,
                "title": TITLES[row.name],
                "pages_s": round(row.pages_s, 1),
                "cpu_ms": round(row.cpu_ms, 2),
                "peak_mb": round(row.peak_mb),
                "of_stock": _ratio(row, rows, "stock"),
                "of_inline": _ratio(row, rows, "inline"),
                "of_limit": round(row.pages_s * row.cpu_ms / 1000 / (os.cpu_count() or 1), 2),
                "fetched": row.work.fetched,
                "records": row.work.records,
                "articles": row.work.articles,
                "dropped": row.work.dropped,
                "seconds": [round(one.seconds, 3) for one in row.repeats],
                "cpu_seconds": [round(one.cpu_seconds, 2) for one in row.repeats],
            }
            for row in rows
        ],
    }


def _ratio(row: Row, rows: Sequence[Row], name: str) -> float | None:
    other = next((other for other in rows if other.name == name), None)
    return None if other is None else round(row.pages_s / other.pages_s, 2)


_COLUMNS = {
    "pages/s": "pages_s",
    "CPU ms/page": "cpu_ms",
    "peak MB": "peak_mb",
    "x row 1": "of_stock",
    "x row 5": "of_inline",
    "of its CPU": "of_limit",
    "fetched": "fetched",
    "in WARC": "records",
    "articles": "articles",
}


def format_table(table: Mapping[str, Any]) -> str:
    """The table as people read it; a Markdown table, too."""
    width = max(map(len, TITLES.values()))
    lines = [
        f"| row | {'':{width}} | {' | '.join(_COLUMNS)} |",
        f"| --- | {'-' * width} | {' | '.join('-' * (len(title) - 1) + ':' for title in _COLUMNS)} |",
    ]
    for row in table["rows"]:
        number = list(TITLES).index(row["name"]) + 1
        cells = " | ".join(f"{'' if row[key] is None else row[key]:>{len(title)}}" for title, key in _COLUMNS.items())
        lines.append(f"| {number:>3} | {row['title']:{width}} | {cells} |")
    return "\n".join(lines)


def describe_run(pages: int, repeat: int) -> str:
    """One line on what was run where, so that a table that is pasted elsewhere keeps its terms."""
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("Scrapy", "trafilatura"))
    load = os.getloadavg()[0]
    cores = f"{os.cpu_count()} cores (load {load:.1f} at the start)"
    python = f"Python {platform.python_version()}, page stage {how_it_runs()}"
    return f"{pages} pages, best of {repeat}; {cores}, {python}, {versions}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pages", type=count, default=2000, help="pages of the site (default: %(default)s)")
    parser.add_argument("--repeat", type=count, default=2, help="runs of each row (default: %(default)s)")
    parser.add_argument("--topic-every", type=count, default=1, help="one page in so many is on topic (default: all)")
    parser.add_argument("--rivals", action="store_true", help="with scrapy-webarchive, wget and news-please as well")
    parser.add_argument("--rows", nargs="+", choices=tuple(TITLES), help="these rows alone")
    parser.add_argument("--json", action="store_true", help="print the table as JSON")
    args = parser.parse_args()
    machine = describe_run(args.pages, args.repeat)
    names = args.rows or [name for name in TITLES if args.rivals or name not in _RIVALS]
    try:
        table = as_json(compare(args.pages, args.repeat, names, args.topic_every), machine)
    except WorkNotDoneError as problem:
        print(f"benchmarks.speed: {problem}", file=sys.stderr)
        return 1
    print(json.dumps(table, indent=1) if args.json else f"{machine}\n\n{format_table(table)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

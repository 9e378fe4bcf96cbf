"""Quality and time of the page stage on pages with gold, beside trafilatura, in one table.

    python benchmarks/extraction.py [FOLDER] [--sets a,b] [--limit N] [--processes 2] [--boot 200] [--worst 10]
                                    [--templates] [--systems all]

FOLDER holds `gold/`, `pages/` and `evaluate.py`; it is `../shared/bench/extraction` beside the repository unless given.
Every page is read once by each system, ours without the rules of any source; newspaper4k and news-please run in an
environment of their own, made on first use. The seconds are of CPU, summed over all processes, the parsing of the page
included on all sides.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gzip
import json
import subprocess
import sys
import tempfile
import time
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.extraction_peers import PEERS, WARM_UP, predictions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "bench" / "extraction"
Row = dict[str, Any]


def ours(body: bytes, row: Row) -> Row:
    """Our article, as one line of predictions; `row["template"]` is what was learned of its host, if anything."""
    from pipelines import Article, extract_page
    from pipelines.rules import PageRules

    found = extract_page(
        body,
        url=row.get("url"),
        captured_at=crawled(row),
        content_type=f"text/html; charset={row['encoding']}",
        rules=PageRules(template=row.get("template")),
    )
    if not isinstance(found, Article):
        return {"text": "", "title": None, "authors": [], "date": None}
    return {
        "text": found.text,
        "title": found.title,
        "authors": list(found.authors),
        "date": (found.published or "")[:10] or None,
        "removed": [(part.rule, part.sample) for part in found.removed],
    }


def by_trafilatura(body: bytes, row: Row, **options: bool) -> Row:
    """What trafilatura makes of the page with metadata, and its own defaults otherwise."""
    import trafilatura

    text = body.removeprefix(b"\xef\xbb\xbf").decode(row["encoding"], "replace")
    found = trafilatura.bare_extraction(text, url=row.get("url"), with_metadata=True, **options)
    if found is None:
        return {"text": "", "title": None, "authors": [], "date": None}
    names = [name.strip() for name in (found.author or "").split(";") if name.strip()]
    return {"text": found.text or "", "title": found.title, "authors": names, "date": found.date}


SYSTEMS: dict[str, Callable[[bytes, Row], Row]] = {
    "kakehashi": ours,
    "trafilatura": by_trafilatura,
    "trafilatura-precision": partial(by_trafilatura, favor_precision=True),
    "trafilatura-recall": partial(by_trafilatura, favor_recall=True),
}


def crawled(row: Row) -> dt.datetime | None:
    """Noon of the day of the capture, where the gold knows it."""
    day = row.get("crawl_date")
    return dt.datetime.combine(dt.date.fromisoformat(str(day)[:10]), dt.time(12), dt.UTC) if day else None


def gold(folder: Path, sets: list[str], limit: int | None) -> Iterator[Row]:
    """The gold rows of the dev pages."""
    for path in sorted((folder / "gold").glob("*.jsonl")):
        if not sets or path.stem in sets:
            rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
            yield from [row for row in rows if row["split"] == "dev"][:limit]


def page_of(folder: Path, row: Row) -> Path:
    """Where the bytes of a page lie."""
    return folder / "pages" / row["id"].split("--")[0] / f"{row['id']}.html.gz"


def task_of(folder: Path, row: Row) -> dict[str, str]:
    """A page for a peer in another environment."""
    path = str(page_of(folder, row))
    return {"id": row["id"], "path": path, "url": row.get("url") or "", "encoding": row["encoding"]}


def warm_up(systems: list[str]) -> None:
    """Load what each system loads: it is not the first page's time."""
    for name in systems:
        SYSTEMS[name](WARM_UP.encode(), {"encoding": "utf-8"})


def read(task: tuple[str, Row, list[str]]) -> dict[str, tuple[Row, float]]:
    """The prediction and the seconds of each system for one page."""
    folder, row, systems = task
    body = gzip.decompress(page_of(Path(folder), row).read_bytes())
    found: dict[str, tuple[Row, float]] = {}
    for name in systems:
        start = time.process_time()
        prediction = SYSTEMS[name](body, row)
        found[name] = ({"id": row["id"], **prediction}, time.process_time() - start)
    return found


def keys_of(task: tuple[str, Row]) -> frozenset[str]:
    """What a template is learned from, of one page."""
    from pipelines.charset import decode_page
    from pipelines.page import parse_page
    from pipelines.template import page_keys

    folder, row = task
    page = gzip.decompress(page_of(Path(folder), row).read_bytes())
    text, _ = decode_page(page, f"text/html; charset={row['encoding']}")
    parsed = parse_page(text)
    return page_keys(block.text for block in parsed.blocks) if parsed else frozenset()


def learn_templates(folder: Path, rows: list[Row], pool: Any) -> None:
    """Give each row the template of its host, where the benchmark holds three pages of it."""
    from pipelines.learning import host_of
    from pipelines.template import learn

    hosts: dict[str, list[Row]] = {}
    for row in rows:
        if row.get("url"):
            hosts.setdefault(host_of(row["url"]), []).append(row)
    for own in hosts.values():
        if len(own) >= 3:
            template = learn(pool.map(keys_of, [(str(folder), row) for row in own]))
            for row in own:
                row["template"] = template


def evaluate(folder: Path, predictions: Path, sets: list[str], boot: int) -> str:
    """The table of the benchmark's own evaluator; the figures of each page land beside the predictions."""
    command = [sys.executable, str(folder / "evaluate.py"), str(predictions), "--split", "dev", "--boot", str(boot)]
    command += ["--per-page", str(predictions.with_suffix(".pages"))]
    command += ["--sets", ",".join(sets)] if sets else []
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def worst(predictions: Path, count: int) -> list[str]:
    """The pages with the lowest body F1, outside the legacy set."""
    rows = [json.loads(line) for line in predictions.with_suffix(".pages").read_text(encoding="utf-8").splitlines()]
    scored = sorted(
        ((row["body"]["f1"], row) for row in rows if "body" in row and row["set"] != "daniel"), key=lambda pair: pair[0]
    )
    return [
        f"{f1:.3f}  p {row['body']['p']:.3f}  r {row['body']['r']:.3f}  {row['id']}"
        for f1, row in scored[:count]
    ]  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description="Score the page stage on pages with gold.")
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    parser.add_argument("--sets", default="", help="comma-separated; default: all")
    parser.add_argument("--limit", type=int, help="at most so many pages of each set")
    every = ",".join((*SYSTEMS, *PEERS))
    parser.add_argument("--systems", default="kakehashi,trafilatura", help=f"of {every}, or all")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--boot", type=int, default=0, help="bootstrap samples for the standard error")
    parser.add_argument("--worst", type=int, default=0, help="list our N worst pages")
    parser.add_argument("--keep", type=Path, help="a folder for predictions and figures of each page")
    parser.add_argument("--templates", action="store_true", help="learn the templates of hosts with three pages first")
    options = parser.parse_args()
    if not (options.folder / "evaluate.py").is_file():
        print(f"no evaluate.py in {options.folder}: give the folder of the benchmark", file=sys.stderr)
        return 2
    sets = [name for name in options.sets.split(",") if name]
    systems = (every if options.systems == "all" else options.systems).split(",")
    here = [name for name in systems if name in SYSTEMS]
    rows = list(gold(options.folder, sets, options.limit))
    with get_context("spawn").Pool(options.processes, initializer=warm_up, initargs=(here,)) as pool:
        if options.templates:
            learn_templates(options.folder, rows, pool)
        found = pool.map(read, [(str(options.folder), row, here) for row in rows], chunksize=8)
    for name in systems:
        if name not in SYSTEMS:
            answers = predictions(name, [task_of(options.folder, row) for row in rows], options.processes)
            for both, answer in zip(found, answers, strict=True):
                both[name] = answer
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        for name in systems:
            path = folder / f"{name}.jsonl"
            path.write_text("".join(json.dumps(row[name][0]) + "\n" for row in found), encoding="utf-8")
            seconds = sum(row[name][1] for row in found)
            print(f"{name}: {len(found)} pages in {seconds:.1f} s, {len(found) / seconds:.1f} pages a second and core")
            print(evaluate(options.folder, path, sets, options.boot))
        if options.worst and "kakehashi" in systems:
            print("\n".join(worst(folder / "kakehashi.jsonl", options.worst)))
    return 0


if __name__ == "__main__":
    sys.exit(main())

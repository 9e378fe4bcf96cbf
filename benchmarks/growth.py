"""How the cost of a thousand pages grows with the pages that a store has: one crawl after the other into one store.

    python -m benchmarks.growth [--pages 20000] [--step 1000] [--urls 1000000]

Each step is a process of its own that fetches pages which no step before it had, archives them, makes their articles,
and links them: all that `kakehashi crawl` does but discovery, as row 4 of `benchmarks.speed`. Pages are as long as
their text needs, some 30 KB, and all on topic; CPU is that of the whole process tree. Then an index of `--urls` known
URLs is asked what a crawl asks of it for each page: a thousand times among a thousandth, a tenth, and all of them.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import sys
import tempfile
import time
from pathlib import Path

from archive.blobs import LocalBlobs
from archive.capture import Location
from archive.cdxj import CdxEntry, format_line
from archive.known import KnownCaptures
from benchmarks.options import count
from benchmarks.speed import WorkNotDoneError, describe_run, run_row, serving

_ASKED, _AT_ONCE = 1000, 10_000
_WHEN = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)


def grow(pages: int, step: int) -> list[dict[str, float]]:
    """Wall and CPU seconds for a thousand pages and peak of memory in MB, step by step. Raises `WorkNotDoneError`."""
    found = []
    with tempfile.TemporaryDirectory(prefix="kakehashi-growth-") as temporary:
        folder = Path(temporary)
        for first in range(0, pages, step):
            with serving(step, "--topic-every", "1", "--first", str(first), "--page-bytes", "0") as site:
                done = run_row("process", site, folder, folder)
            if (done.facts["fetched"], done.facts["adds_up"]) != (step, True):
                raise WorkNotDoneError(f"the step behind page {first}: {done.facts}")
            per = 1000 / step
            found.append(
                {
                    "pages": first + step,
                    "seconds": round(done.seconds * per, 2),
                    "cpu_seconds": round(done.cpu_seconds * per, 2),
                    "peak_mb": round(done.peak_mb),
                }
            )
            print(f"{first + step:>8} pages: {found[-1]}", file=sys.stderr)
        articles = sum(1 for path in (folder / "out" / "articles").rglob("*.jsonl") for _ in path.open("rb"))
        if articles != pages:
            raise WorkNotDoneError(f"{articles} articles of {pages} pages")
    return found


def ask(urls: int) -> list[dict[str, float]]:
    """What a look-up costs among a thousandth, a tenth and all of so many URLs, in microseconds of CPU."""
    found, indexed = [], 0
    chance = random.Random(1)
    with tempfile.TemporaryDirectory(prefix="kakehashi-known-") as temporary:
        blobs = LocalBlobs(Path(temporary))
        known = KnownCaptures(Path(temporary, "known.sqlite"))
        for wanted in (max(1, urls // 1000), urls // 10, urls):
            for first in range(indexed, wanted, _AT_ONCE):
                entries = sorted(map(_entry, range(first, min(wanted, first + _AT_ONCE))), key=lambda entry: entry.key)
                lines = "".join(f"{format_line(entry)}\n" for entry in entries)
                blobs.put_bytes(f"cdxj/kakehashi-20261122T000000000Z-{first:05d}-growth.cdxj", lines.encode())
                known.sync(blobs)
            indexed = wanted
            asked = [_entry(chance.randrange(2 * wanted)) for _ in range(_ASKED)]
            began = time.process_time()
            hits = sum(known.find_earlier(entry.url, entry.payload_digest) is not None for entry in asked)
            spent = time.process_time() - began
            if not _ASKED // 4 < hits < _ASKED:
                raise WorkNotDoneError(f"{hits} of {_ASKED} were known among {wanted}, expected about half")
            found.append({"urls": wanted, "microseconds": round(spent / _ASKED * 1e6, 1)})
        known.close()
    return found


def _entry(number: int) -> CdxEntry:
    return CdxEntry(
        url=f"https://paper{number % 60}.example/news/{number}-{number * 2654435761 % 2**32:08x}/",
        captured_at=_WHEN,
        status=200,
        mime="text/html",
        payload_digest=f"sha256:{number:064x}",
        location=Location(warc="kakehashi-20261122T000000000Z-00000-growth.warc.gz", offset=number, length=1),
        record_id=f"<urn:uuid:00000000-0000-4000-8000-{number:012x}>",
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--pages", type=count, default=20_000, help="pages in the store at the end (default: %(default)s)"
    )
    parser.add_argument("--step", type=count, default=1000, help="pages a crawl (default: %(default)s)")
    parser.add_argument("--urls", type=count, default=1_000_000, help="URLs known at the end (default: %(default)s)")
    args = parser.parse_args()
    try:
        table = {"machine": describe_run(args.pages, 1), "steps": grow(args.pages, args.step), "known": ask(args.urls)}
    except WorkNotDoneError as problem:
        print(f"benchmarks.growth: {problem}", file=sys.stderr)
        return 1
    print(json.dumps(table, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())

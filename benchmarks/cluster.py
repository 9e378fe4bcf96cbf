"""How `process` gains by workers: one of them and four, each limited to a part of a core; and what bounds the rest.

    python -m benchmarks.cluster                          one worker of 0.3 core, then four
    python -m benchmarks.cluster --costs                  what the command itself reads, and CC-NEWS, on one core

Scheduler, store (a real S3 server) and the command have what is left of the machine. The workers are limited by the
kernel (cgroup, version 1 or 2), which root alone may do. Each count of workers gets a cluster of its own, and derives
the same pages of a store that has articles of them already (`process --dry-run`). Starting the workers is not measured,
starting the processes that they have for jobs is.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.options import count
from tests import commands
from tests.clusterstores import make_alone, upload
from tests.daskcluster import DaskCluster
from tests.s3server import S3Server

if TYPE_CHECKING:
    from collections.abc import Iterator

_PERIOD_US = 100_000
_ONE = Path("/sys/fs/cgroup/cpu")
_TWO = Path("/sys/fs/cgroup")


@contextmanager
def limited(share: float) -> Iterator[tuple[str, ...]]:
    """A command that runs what follows it, and all that this starts, on such a share of a core. Raises `OSError`."""
    version_two = (_TWO / "cgroup.controllers").exists()
    group = (_TWO if version_two else _ONE) / f"kakehashi-{os.getpid()}-{time.monotonic_ns()}"
    group.mkdir()
    try:
        quota = int(share * _PERIOD_US)
        if version_two:
            (group / "cpu.max").write_text(f"{quota} {_PERIOD_US}")
        else:
            (group / "cpu.cfs_period_us").write_text(str(_PERIOD_US))
            (group / "cpu.cfs_quota_us").write_text(str(quota))
        yield ("sh", "-c", f'echo $$ > {group}/cgroup.procs && exec "$@"', "sh")
    finally:
        for _ in range(50):
            try:
                group.rmdir()
                break
            except OSError:  # what ran in it is just ending
                time.sleep(0.2)


def measure(server: S3Server, store: str, count: int, share: float) -> dict[str, Any]:
    """Seconds of a dry `process` over so many workers, and the CPU seconds that it took beside them."""
    with ExitStack() as stack:
        limits = [stack.enter_context(limited(share)) for _ in range(count)]
        cluster = stack.enter_context(DaskCluster(0, server.environ))
        for before in limits:
            cluster.add_worker(*before)
        wait_for(cluster.address, count)
        began = time.monotonic()
        done = commands.run(
            "process", "--dry-run", "--store", store, "--cluster", cluster.address, "--json", env=server.environ,
            timeout=7200,
        )  # fmt: skip
        seconds = time.monotonic() - began
    assert done.code == 0, done.err
    return {"workers": count, "seconds": round(seconds, 1), "pages": done.report["pages"]}


def wait_for(address: str, count: int) -> None:
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(count, timeout=300)


def scaling(pages: int, warcs: int, share: float) -> None:
    with tempfile.TemporaryDirectory(prefix="kakehashi-bench-") as name, S3Server() as server:
        os.environ.update(server.environ)
        made = make_alone(Path(name), pages=pages, warcs=warcs)
        store = upload(made.alone, f"s3://{server.make_bucket('bench')}/store")
        load = os.getloadavg()[0]
        rows = [measure(server, store, count, share) for count in (1, 4)]
    print(f"{pages} pages in {warcs} WARCs, {share} core a worker, load {load:.1f} at the start")
    for row in rows:
        print(f"{row['workers']} workers: {row['seconds']} s, {row['pages'] / row['seconds']:.1f} pages/s")
    print(f"four are {rows[0]['seconds'] / rows[1]['seconds'] / 4:.2f} of four times one")


def costs() -> None:
    """CPU seconds of what one machine does alone."""
    with tempfile.TemporaryDirectory(prefix="kakehashi-bench-") as name:
        folder = Path(name)
        lines = 20_000
        print(f"lines of articles and dropped pages read: {lines / _read_lines(folder, lines):,.0f} a CPU second")
        packed, plain, seconds = _sieve(folder)
        print(
            f"CC-NEWS read for the hosts of 60 sources: {packed / seconds / 1e6:.1f} MB of gzip a CPU second, "
            f"{plain / seconds / 1e6:.0f} MB unpacked"
        )


def _read_lines(folder: Path, count: int) -> float:
    from archive.blobs import LocalBlobs
    from archive.layout import dropped_key
    from pipelines.process import article_warcs
    from pipelines.store_templates import pages_by_host

    made = make_alone(folder / "lines", pages=100, warcs=1)
    blobs = LocalBlobs(made.alone)
    (stem,) = article_warcs(blobs)
    line = json.dumps(
        {"url": "https://example.org/news/p", "reason": "off_topic", "detail": "x" * 60, "provenance": {
            "warc": "warc/2026/11/x.warc.gz", "offset": 1, "length": 2, "record_id": "urn:uuid:" + "0" * 36,
            "payload_digest": "sha1:" + "A" * 32, "captured_at": "2026-11-21T09:30:00Z", "software": {}, "rules": {}}}
    )  # fmt: skip
    blobs.put_bytes(dropped_key(stem, "0001"), (line + "\n").encode() * count)
    began = time.process_time()
    pages_by_host(blobs, [stem], "0001")
    return time.process_time() - began


def _sieve(folder: Path) -> tuple[int, int, float]:
    """Bytes as they come, bytes unpacked, and the CPU seconds that their reading took."""
    import random

    from archive.sieve import Sieve
    from crawler.ccnews import wants_hosts
    from crawler.config import load_catalogue
    from tests.pastserver import members, news_records
    from tests.test_process_scale import long_page

    chance = random.Random(4)
    noise = (chance.randbytes(6000).hex().encode() for _ in range(2000))  # packs as news does, to a fifth or so
    pages = {
        f"http://elsewhere.example/{number}": long_page(f"p{number}", chance) * 8 + next(noise)
        for number in range(2000)
    }
    records = news_records(pages)
    data = members(records)
    sources = list(load_catalogue())[:60]
    with (folder / "kept").open("w+b") as out:
        sieve = Sieve(out, wants_hosts(sources))
        began = time.process_time()
        for at in range(0, len(data), 8 * 1024 * 1024):
            sieve.feed(data[at : at + 8 * 1024 * 1024])
        sieve.end()
        return len(data), sum(map(len, records)), time.process_time() - began


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=count, default=1600)
    parser.add_argument("--warcs", type=count, default=32)
    parser.add_argument("--share", type=float, default=0.3, help="cores that each worker may use")
    parser.add_argument("--costs", action="store_true")
    args = parser.parse_args()
    if args.costs:
        costs()
    else:
        scaling(args.pages, args.warcs, args.share)
    return 0


if __name__ == "__main__":
    sys.exit(main())

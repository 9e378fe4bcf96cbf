"""A release whose articles the workers of a cluster gather: a job for each range of ids, as many as there are workers.

As long as it is made the export holds a lease of its own: nothing is taken down meanwhile, and no generation accepted.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive.blobs import LocalBlobs, open_blobs
from archive.errors import ArchiveError
from archive.layout import RANGES_FOLDER
from archive.leases import Held, Leases
from archive.live import holder_of_store, live_runs
from crawler.clock import new_run_id, utc_now
from crawler.cluster_jobs import GATHER, ClusterUnusable
from crawler.clustered import clustered
from crawler.console import JobBar
from crawler.heartbeat import Heartbeat
from pipelines.dataset.errors import NotGathered
from pipelines.dataset.parts import Span, folder_of, remove_parts, spans_of, take_part, write_plan

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from pathlib import Path

    from archive.blobs import BlobStore
    from archive.tombstones import Takedowns
    from crawler.cluster_jobs import Job
    from crawler.clustered import Clustered
    from pipelines.dataset.describe import Released
    from pipelines.dataset.gather import Gathered
    from pipelines.dataset.request import Request
    from pipelines.selection import Selection

# Several exports may go on at once, so each has a lease of its own.
_LEASES = "state/leases/dataset-"


def release_over_cluster(args: argparse.Namespace, request: Request) -> Released:
    """As `make_release`; what the workers gave up is listed on stderr. Raises `Held`, too."""
    from pipelines.dataset.release import make_release

    blobs = open_blobs(args.store)
    blobs.check_usable(write=False)  # a store that is not there is a slip of the hand, not one to be made
    blobs.check_usable(write=True)
    with JobBar("gathering articles", "ranges") as bar, _at_work(blobs, args.store) as (run, heartbeat):
        cluster = clustered(args, bar)
        assert cluster is not None
        cluster.look = heartbeat.look
        try:
            return make_release(args.store, args.out, request, _Ranges(cluster, blobs, run))
        except NotGathered:
            for job in cluster.given_up:
                print(f"kakehashi: {job}", file=sys.stderr)  # noqa: T201
            raise


@contextmanager
def _at_work(blobs: BlobStore, store: str) -> Iterator[tuple[str, Heartbeat]]:
    """The name of an export that goes on in the block, and its heartbeat. Raises `Held` when another has the store."""
    run = new_run_id(utc_now())
    leases = Leases(blobs, run)
    heartbeat = Heartbeat(leases, utc_now)
    try:
        leases.take([f"dataset-{run}"], utc_now())
        if (holder := holder_of_store(blobs, utc_now())) is not None:
            raise Held(f"the store {store}", holder)
        heartbeat.start()
        _remove_abandoned(blobs)
        yield run, heartbeat
    finally:
        with suppress(ArchiveError):  # the next export does it, and `verify` tells of it
            _remove(blobs, run)
        heartbeat.stop()
        leases.release()


def _remove_abandoned(blobs: BlobStore) -> None:
    """Remove what exports left whose process was killed, and their leases."""
    leases = {info.key.removeprefix(_LEASES).removesuffix(".json") for info in blobs.list(_LEASES)}
    runs = {info.key.removeprefix(RANGES_FOLDER).split("/")[0] for info in blobs.list(RANGES_FOLDER)}
    for run in runs.union(leases).difference(live_runs(blobs, utc_now())):
        _remove(blobs, run)
        blobs.delete(f"{_LEASES}{run}.json")


def _remove(blobs: BlobStore, run: str) -> None:
    """Remove the files of an export, and their folder where it is one."""
    remove_parts(blobs, run)
    if isinstance(blobs, LocalBlobs):
        with suppress(OSError):  # a part that has just come
            (blobs.root / folder_of(run)).rmdir()


@dataclass(frozen=True, slots=True)
class _Ranges:
    """Gathers on a cluster, for the export `run`."""

    cluster: Clustered
    blobs: BlobStore
    run: str

    def __call__(self, wanted: Selection, into: Gathered, *, takedowns: Takedowns, folder: Path) -> None:
        """As `pipelines.dataset.release.Elsewhere`."""
        try:
            spans = spans_of(self.cluster.count_workers())
            write_plan(self.blobs, self.run, wanted, folder)
            batch = self.cluster.run([self._job(span) for span in spans], lambda _ended: None)
        except ClusterUnusable as error:  # as an OSError it would be one of the place where the release goes
            raise NotGathered(str(error)) from error
        if batch.given_up:
            failed = f"{len(batch.given_up)} of {len(spans)} ranges of articles were not gathered"
            raise NotGathered(f"{self.cluster.store}: {failed}, nothing was written")
        for span in spans:
            take_part(self.blobs, self.run, span, into, takedowns=takedowns)

    def _job(self, span: Span) -> Job:
        order = {"run": self.run, "begin": span.begin, "end": span.end}
        return self.cluster.step(f"articles {span}", GATHER, order, {})

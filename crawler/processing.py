"""`process` over a store: who may do it when, the backlog of dead runs first, then derive, and maybe accept."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from archive.blobs import open_blobs
from archive.layout import links_key
from archive.leases import Leases
from archive.live import live_runs
from crawler.clock import new_run_id, utc_now
from crawler.heartbeat import Heartbeat
from crawler.publish import Publisher
from crawler.repairing import hold_store
from crawler.workplace import Workplace
from pipelines.backlog import Backlog
from pipelines.collecting import few_collections
from pipelines.keep import keep_in
from pipelines.link_stage import link_new
from pipelines.process import Processor, generation_in
from pipelines.worker import start_server

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from archive.blobs import BlobStore
    from crawler.clustered import Clustered
    from pipelines.article import Label
    from pipelines.made import Made
    from pipelines.process import Elsewhere, ProcessReport
    from pipelines.rules import PageRules

PROCESS_LEASE = "process"
"""The name of the lease that keeps two processes of one store apart."""


@few_collections()
def process_store(
    store: str,
    spool: Path | None,
    *,
    rules: Mapping[str, PageRules],
    keep: frozenset[Label] | None = None,
    since: dt.date | None,
    is_dry: bool,
    accepts: bool,
    reads_all: bool = False,
    on_progress: Callable[[int, int], None],
    cluster: Clustered | None = None,
) -> ProcessReport:
    """Derive the articles of a store again; `keep` are the labels that are stored, None: as before.

    With `reads_all` no page is dropped at a glance, and none stands that was derived a moment ago.

    `cluster` does it, None: this machine. What a cluster gave up is not accepted.
    Raises `Held` when another does, or, to accept, when a run goes on.
    """
    blobs = open_blobs(store)
    blobs.check_usable(write=False)  # a store that is not there is a slip of the hand, not one to be made
    if not is_dry:
        blobs.check_usable(write=True)
    if is_dry:
        return _try_out(
            blobs, rules=rules, keep=keep, since=since, reads_all=reads_all, on_progress=on_progress, cluster=cluster
        )
    run = new_run_id(utc_now())
    place = Workplace(blobs, store, spool, run=run)
    leases = Leases(blobs, run)
    heartbeat = Heartbeat(leases, utc_now)
    try:
        if accepts:
            hold_store(blobs, store, leases, run)
        leases.take([PROCESS_LEASE], utc_now())
        heartbeat.start()
        if cluster is not None:
            cluster.look = heartbeat.look
        elif next(iter(blobs.list("warc/")), None) is not None:
            start_server()  # while indexes are read
        made = finish_backlog_of(blobs, place, rules, cluster)
        processor = Processor(
            blobs,
            place.folder,
            rules=rules,
            processes=_processes(),
            keep=keep,
            is_live=place.is_live,
            on_progress=on_progress,
            reads_all=reads_all,
            elsewhere=_elsewhere(cluster),
        )
        report = _stage(processor, since=since, made=made)
        if accepts and report.staged is not None and not report.given_up:
            processor.accept(report.staged)
        elif accepts and not report.given_up:
            keep_in(blobs, processor.keep)
        return report
    finally:
        heartbeat.stop()
        leases.release()
        place.leave()


def _try_out(
    blobs: BlobStore,
    *,
    rules: Mapping[str, PageRules],
    keep: frozenset[Label] | None,
    since: dt.date | None,
    reads_all: bool,
    on_progress: Callable[[int, int], None],
    cluster: Clustered | None,
) -> ProcessReport:
    live = live_runs(blobs, utc_now())
    with tempfile.TemporaryDirectory(prefix="kakehashi-") as name:
        scratch = Path(name)
        root = getattr(blobs, "root", None)  # a folder is read where it lies; a bucket comes here first
        folder = root if isinstance(root, Path) else scratch
        processor = Processor(
            blobs,
            folder,
            rules=rules,
            processes=_processes(),
            keep=keep,
            is_live=live.__contains__,
            on_progress=on_progress,
            reads_all=reads_all,
            elsewhere=_elsewhere(cluster),
        )
        return _stage(processor, since=since, scratch=scratch / "staged")


def _stage(
    processor: Processor,
    *,
    since: dt.date | None,
    scratch: Path | None = None,
    made: Made | None = None,
) -> ProcessReport:
    try:
        report = processor.stage(since=since, scratch=scratch, made=made)
    except BaseException:
        processor.close(is_hurried=True)
        raise
    processor.close()
    return report


def _processes() -> int:
    return max(1, os.cpu_count() or 2)


def _elsewhere(cluster: Clustered | None) -> Elsewhere | None:
    if cluster is None:
        return None
    from crawler.cluster_process import WarcsElsewhere

    return WarcsElsewhere(cluster)


def finish_backlog_of(
    blobs: BlobStore, place: Workplace, rules: Mapping[str, PageRules], cluster: Clustered | None = None
) -> Made:
    """Finish and upload what dead runs left in a store, and link its articles if that made any.

    Back comes what was made.
    """
    generation = generation_in(blobs)
    backlog = Backlog(
        blobs, place.folder, generation=generation, rules=rules, is_live=place.is_live, processes=_processes(),
        elsewhere=_elsewhere(cluster),
    )  # fmt: skip
    report = backlog.finish()
    Publisher(blobs, place.folder).upload_leftovers(place.is_live)
    if report.warcs or blobs.stat(links_key(generation)) is None:
        link_new(blobs, generation, processes=_processes())
    return backlog.made

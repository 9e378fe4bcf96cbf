"""An article taken down by one that has the store alone: the lease, the backlog, the tombstone, the purge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive.blobs import open_blobs
from archive.dates import format_date
from archive.leases import Leases
from archive.tombstones import write_tombstone
from crawler.clock import new_run_id, utc_now
from crawler.heartbeat import Heartbeat
from crawler.processing import finish_backlog_of
from crawler.repairing import hold_store
from crawler.workplace import Workplace
from pipelines.quotes import Quoting
from pipelines.takedown import Purger, Report, find

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipelines.rules import PageRules


def take_down(
    store: str,
    spool: Path | None,
    target: str,
    *,
    reason: str,
    is_purge: bool,
    rules: Mapping[str, PageRules],
) -> Report | None:
    """Take down the article of a URL or id; None when the store knows nothing of it.

    Raises `Held` when a run, a repair or a process is at work, `StoreNotUsable`, `Malformed` for a damaged WARC.
    """
    blobs = open_blobs(store)
    blobs.check_usable(write=False)
    blobs.check_usable(write=True)
    run = new_run_id(utc_now())
    place = Workplace(blobs, store, spool, run=run)
    leases = Leases(blobs, run)
    heartbeat = Heartbeat(leases, utc_now)
    try:
        hold_store(blobs, store, leases, run)
        heartbeat.start()
        finish_backlog_of(blobs, place, rules)
        now = format_date(utc_now())
        found = find(blobs, target, reason=reason, now=now)
        if found is None:
            return None
        stone, texts = found
        quoting = Quoting()
        purger = Purger(blobs, place.folder)
        if is_purge:
            stone, quoting = purger.plan(stone, texts, now)
        write_tombstone(blobs, stone)
        if is_purge:
            stone = purger.purge(stone, format_date(utc_now()))
        return Report(tombstone=stone, captures=len(stone.record_ids), quoting=quoting)
    finally:
        heartbeat.stop()
        leases.release()
        place.leave()

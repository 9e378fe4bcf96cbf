"""A store repaired by one that has it alone: the lease on the store, the backlog of dead runs, then what is mended."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from archive.blobs import open_blobs
from archive.leases import Leases
from archive.live import STORE_LEASE, InUse, live_runs
from crawler.clock import new_run_id, utc_now
from crawler.heartbeat import Heartbeat
from crawler.publish import Publisher
from crawler.workplace import Workplace
from pipelines.backlog import Backlog
from pipelines.mend import Mended, Mender
from pipelines.verify import generation_of, verify_store

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from archive.blobs import BlobStore
    from archive.faults import Fault
    from pipelines.rules import PageRules
    from pipelines.tally import Tally

_MADE = ("cdxj/", "manifest/", "articles/", "dropped/", "text/")


def repair_store(
    store: str,
    spool: Path | None,
    tally: Tally,
    *,
    rules: Mapping[str, PageRules],
    is_deep: bool,
) -> Iterator[Mended | Fault]:
    """What was mended in a store, and the faults that cannot be; `tally` counts what was found before.

    `rules` are the page rules of every source by its id; `is_deep` derives every line again to find those that differ.
    Raises `Held` when a run is at work in the store, or another repair, `StoreNotUsable`.
    """
    with store_alone(store, spool) as (blobs, place):
        yield from _repair(blobs, place, tally, rules=rules, is_deep=is_deep)


@contextmanager
def store_alone(store: str, spool: Path | None) -> Iterator[tuple[BlobStore, Workplace]]:
    """A store that exists, held whole while the block runs, and the place to work in.

    Raises `Held` when a run, or another that wants it alone, is at work in it; `StoreNotUsable`.
    """
    blobs = open_blobs(store)
    blobs.check_usable(write=False)  # what is not there is a slip of the hand, not a store to be made
    blobs.check_usable(write=True)
    run = new_run_id(utc_now())
    place = Workplace(blobs, store, spool, run=run)
    leases = Leases(blobs, run)
    heartbeat = Heartbeat(leases, utc_now)
    try:
        hold_store(blobs, store, leases, run)
        heartbeat.start()
        yield blobs, place
    finally:
        heartbeat.stop()
        leases.release()
        place.leave()


def hold_store(blobs: BlobStore, store: str, leases: Leases, run: str) -> None:
    """Lease the whole store to a run. Raises `Held` when another has it, or any run goes on in it."""
    leases.take([STORE_LEASE], utc_now())
    # Looked at with the lease in hand: a run that begins now sees it, and one that began before is seen here.
    for other, lease in live_runs(blobs, utc_now()).items():
        if other != run:
            raise InUse(store, other, lease)


def _repair(
    blobs: BlobStore,
    place: Workplace,
    tally: Tally,
    *,
    rules: Mapping[str, PageRules],
    is_deep: bool,
) -> Iterator[Mended | Fault]:
    processes = max(1, os.cpu_count() or 2)
    try:
        generation = generation_of(blobs)
    except (ValueError, KeyError, TypeError):  # nobody knows then which articles are meant: they are left alone
        yield from verify_store(blobs, tally)
        return
    finish = Backlog(
        blobs, place.folder, generation=generation, rules=rules, is_live=place.is_live, processes=processes
    )
    before = _keys(blobs)
    report = finish.finish()
    Publisher(blobs, place.folder).upload_leftovers(place.is_live)
    if report.closed or report.cut_bytes:
        done = f"{report.closed} open WARCs closed, {report.cut_bytes} bytes of unfinished records cut"
        yield Mended(key="warc/", done=done)
    yield from (Mended(key=key, done="made, where there was none") for key in sorted(_keys(blobs) - before))
    faults = list(verify_store(blobs, tally, deep=rules if is_deep else None))
    mender = Mender(blobs, place.folder, generation=generation, rules=rules, processes=processes)
    try:
        yield from mender.mend(faults)
    finally:
        mender.close()


def _keys(blobs: BlobStore) -> set[str]:
    return {info.key for folder in _MADE for info in blobs.list(folder)}

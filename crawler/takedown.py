"""An article taken down by one that has the store alone: the lease, the backlog, the tombstone, the purge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive.dates import format_date
from archive.errors import StoreNotUsable
from archive.tombstones import write_tombstone
from crawler.clock import utc_now
from crawler.processing import finish_backlog_of
from crawler.repairing import store_alone
from pipelines.quotes import Quoting
from pipelines.takedown import Purger, Report, find
from reading import empty_room

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
    with store_alone(store, spool) as (blobs, place):
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
            _empty_room(store, place.folder / "state")  # with the tombstone in place it does not come back
            stone = purger.purge(stone, format_date(utc_now()))
        return Report(tombstone=stone, captures=len(stone.record_ids), quoting=quoting)


def _empty_room(store: str, folder: Path) -> None:
    try:
        empty_room(folder)
    except OSError as error:
        problem = f"the article is hidden and not purged yet, the reading room's index is held: {error}; try again"
        raise StoreNotUsable(store, problem) from error

"""What is known to be missing: pages that the runs announced and did not get, by their ledgers, and empty months."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from archive.errors import BlobNotFound

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from archive.blobs import BlobStore

_COUNTS = ("announced", "kept", "unchanged", "deferred")


@dataclass(slots=True, kw_only=True)
class Hole:
    """Of one source over all runs: counts of pages, `failed` by cause, and the entry points that announced nothing."""

    counts: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    dropped: int = 0
    problems: int = 0
    runs: int = 0


def read_holes(blobs: BlobStore) -> dict[str, Hole]:
    """The sums of all ledgers by source. A ledger that cannot be read is passed over: `verify` tells of it."""
    holes: dict[str, Hole] = {}
    for info in blobs.list("runs/"):
        try:
            sources: dict[str, dict[str, Any]] = json.loads(blobs.get(info.key))["sources"]
            for name, ledger in sources.items():
                _add(holes.setdefault(name, Hole()), ledger)
        except (ValueError, KeyError, TypeError, AttributeError, BlobNotFound):
            continue
    return holes


def _add(hole: Hole, ledger: dict[str, Any]) -> None:
    hole.counts.update({name: ledger[name] for name in _COUNTS})
    hole.failed.update(ledger["failed"])
    hole.dropped += sum(ledger["dropped"].values())
    hole.problems += len(ledger["problems"])
    hole.runs += 1


def empty_months(months: Iterable[str]) -> list[str]:
    """The months (`2026-11`) between the first and the last that are not among them."""
    known = sorted(month for month in months if len(month) == 7)
    if not known:
        return []
    begin, end = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (known[0], known[-1]))
    every = (f"{number // 12:04d}-{number % 12 + 1:02d}" for number in range(begin, end + 1))
    return [month for month in every if month not in set(known)]


def without_articles(months: Mapping[str, set[str]]) -> dict[str, list[str]]:
    """The empty months of each source that has any."""
    return {source: empty for source, found in sorted(months.items()) if (empty := empty_months(found))}

"""Tombstones: readable, in the manifest, their purges finished, and nothing left of what was purged."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from archive.errors import BlobNotFound, Malformed
from archive.faults import Fault, Kind
from archive.tombstones import FOLDER, Takedowns, manifest_key, read_tombstone
from pipelines.link_stage import read_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.blobs import BlobStore
    from archive.tombstones import Tombstone


def check_takedowns(blobs: BlobStore, generation: str) -> Iterator[Fault]:
    """What is wrong with the tombstones of a store."""
    purged: list[Tombstone] = []
    for info in blobs.list(FOLDER):
        try:
            stone = read_tombstone(blobs, info.key)
        except (Malformed, BlobNotFound) as error:
            yield _fault(info.key, f"nobody knows what it hides: {error}")
            continue
        if blobs.stat(manifest_key(info.key)) is None:
            yield _fault(info.key, f"{manifest_key(info.key)} is not there")
        if stone.purge is not None and stone.purge.finished is None:
            yield _fault(info.key, f"its purge was interrupted: `kakehashi takedown {stone.id} --purge` goes on")
        elif stone.purge is not None:
            purged.append(stone)
    if purged:
        yield from _left(blobs, generation, Takedowns(tuple(purged)))


def _left(blobs: BlobStore, generation: str, purged: Takedowns) -> Iterator[Fault]:
    """The articles of records that were purged; those of a capture that came later are hidden, and no fault."""
    records = {record for stone in purged.tombstones for record in stone.record_ids}
    for line in read_lines(blobs, generation):
        try:
            article = json.loads(line)
            place = article["provenance"]
            is_left = place["record_id"] in records
        except (ValueError, KeyError, TypeError):
            continue  # said elsewhere
        if is_left:
            yield _fault(f"articles/{generation}", f"{article['url']} was purged, and its article is still there")


def _fault(key: str, problem: str) -> Fault:
    return Fault(kind=Kind.TAKEDOWN, key=key, offset=None, problem=problem)

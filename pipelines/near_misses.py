"""Pages that were dropped for their topic, though by little: what an editor samples to see whether the judge errs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pipelines.process import generation_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.blobs import BlobStore

_MARK = b'"near_miss"'


def near_misses_in(blobs: BlobStore) -> Iterator[dict[str, Any]]:
    """Each page once, as it was dropped last, the latest capture first; a damaged line is passed over.

    A value has `url`, `captured_at`, `title`, `language`, `label`, `score`, `evidence`, and `warc` and `offset` of the
    record. Raises `StoreNotUsable`.
    """
    seen: set[str] = set()
    keys = (info.key for info in blobs.list(f"dropped/{generation_in(blobs)}/") if info.key.endswith(".jsonl"))
    for key in sorted(keys, reverse=True):  # named by the time they were begun
        lines = [line for line in blobs.get(key).split(b"\n") if _MARK in line]
        for line in reversed(lines):
            found = _near_miss(line)
            if found is not None and found["url"] not in seen:
                seen.add(found["url"])
                yield found


def _near_miss(line: bytes) -> dict[str, Any] | None:
    try:
        page = json.loads(line)
        place = page["provenance"]
        where = {"warc": place["warc"], "offset": place["offset"]}
        return {"url": page["url"], "captured_at": place["captured_at"], **page["near_miss"], **where}
    except (ValueError, KeyError, TypeError):
        return None  # `verify` names it

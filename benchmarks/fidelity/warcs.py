"""The exchanges in anybody's WARCs, read by warcio without a look into their blocks."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from warcio.archiveiterator import ArchiveIterator

from benchmarks.fidelity.marks import Kept

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def read_kept(warcs: Iterable[Path]) -> dict[str, Kept]:
    """What is kept of each URL: its last response, for a URL that was tried again, and all its requests."""
    responses: dict[str, tuple[bytes, str | None, str | None]] = {}
    requests: defaultdict[str, list[bytes]] = defaultdict(list)
    for path in warcs:
        with path.open("rb") as file:
            for record in ArchiveIterator(file, no_record_parse=True):
                url = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")  # as wget writes it
                block = record.content_stream().read()
                if record.rec_type == "response":
                    names = ("WARC-Payload-Digest", "WARC-Truncated")
                    responses[url] = (block, *map(record.rec_headers.get_header, names))
                elif record.rec_type == "request":
                    requests[url].append(block)
    return {
        url: Kept(response=block, payload_digest=digest, truncated=truncated, requests=tuple(requests[url]))
        for url, (block, digest, truncated) in responses.items()
    }

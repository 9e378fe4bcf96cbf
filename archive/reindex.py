"""An index made again from its WARC."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from archive.cdxj import format_line, parse_line
from archive.errors import Malformed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.faults import CheckedWarc, SeenCapture


def index_again(warc: CheckedWarc, before: bytes = b"") -> bytes:
    """The CDXJ of a WARC that was read: a line for each sound capture, sorted by bytes.

    What the index `before` said of records that can no longer be read is kept: nobody else knows it.
    """
    # What somebody else captured is no earlier capture of ours: nothing may count as unchanged from it.
    lines = {f"{_line(seen, is_known=not warc.is_imported)}\n".encode("ascii") for seen in warc.captures.values()}
    return b"".join(sorted(lines.union(_of_the_lost(warc, before))))


def _line(seen: SeenCapture, *, is_known: bool) -> str:
    # Without its metadata nobody knows what the page was to the crawl: nothing may then count as unchanged from it.
    return format_line(seen.entry if seen.is_described and is_known else replace(seen.entry, record_id=None))


def _of_the_lost(warc: CheckedWarc, before: bytes) -> Iterator[bytes]:
    name = warc.key.rsplit("/", 1)[-1]
    for raw in before.splitlines(keepends=True):
        try:
            place = parse_line(raw.decode("utf-8").removesuffix("\n")).location
        except (Malformed, UnicodeDecodeError):
            continue
        if raw.endswith(b"\n") and place.warc == name and not warc.is_readable(place.offset):
            yield raw

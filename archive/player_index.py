"""The index lines of a store that a player may have: all of them, without those that it would play wrongly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive.cdxj import format_line, parse_line
from archive.errors import BlobNotFound, Malformed
from archive.layout import cdxj_key, stem_of_key

if TYPE_CHECKING:
    from archive.blobs import BlobStore
    from archive.cdxj import CdxEntry
    from archive.keys import BlobInfo
    from archive.line_sort import LineSorter


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexOfWarc:
    """The entries of a WARC in the order of their offsets, and what is wrong with its index, one clause each."""

    entries: tuple[CdxEntry, ...]
    problems: tuple[str, ...]


def read_index(blobs: BlobStore, warc: BlobInfo) -> IndexOfWarc:
    """The index of one WARC; lines that are no CDXJ, or point behind the WARC's end, are problems and left out.

    Raises `StoreNotUsable`.
    """
    stem = stem_of_key(warc.key)
    key = cdxj_key(stem) if stem else None
    try:
        data = blobs.get(key) if key else None
    except BlobNotFound:
        data = None
    if key is None or data is None:
        return IndexOfWarc(entries=(), problems=(f"{warc.key}: has no index, `kakehashi verify --repair` makes it",))
    entries: list[CdxEntry] = []
    problems: list[str] = []
    for line in filter(None, data.split(b"\n")):
        try:
            entry = parse_line(line.decode("utf-8"), where=key)
        except (Malformed, UnicodeDecodeError) as error:
            problems.append(str(error) if isinstance(error, Malformed) else f"{key}: not a CDXJ line: {error}")
            continue
        if entry.location.offset + entry.location.length > warc.size:
            problems.append(f"{key}: a line for {entry.url} points behind the end of {warc.key}")
        else:
            entries.append(entry)
    return IndexOfWarc(
        entries=tuple(sorted(entries, key=lambda entry: entry.location.offset)), problems=tuple(problems)
    )


def add_lines(index: IndexOfWarc, sorter: LineSorter) -> int:
    """Give the lines for players to a sorter; back comes their count."""
    lines = [format_line(entry).encode("ascii") for entry in index.entries if not entry.is_unmodified]
    for line in lines:
        sorter.add(line)
    return len(lines)

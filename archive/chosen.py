"""Chosen captures of a store copied into one WARC, byte for byte, each with its request and metadata.

Its first record is a warcinfo of its own; before the records of each WARC comes the warcinfo of that WARC.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from archive.capture import Location
from archive.conversions import derived_id
from archive.errors import Malformed
from archive.player_index import IndexOfWarc, read_index
from archive.records import RecordWriter

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

    from archive.blobs import BlobStore
    from archive.cdxj import CdxEntry
    from archive.keys import BlobInfo

_STEP = 4 * 1024 * 1024


class Target(Protocol):
    """A WARC that is being written: its file name, and how many bytes it has."""

    @property
    def filename(self) -> str:
        """Without a folder."""

    @property
    def size(self) -> int:
        """In bytes, so far."""

    def write(self, data: bytes, /) -> int:
        """The count of bytes, all of them written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What the first record of the new WARC says, and where the wanted responses lie.

    `records` come WARC by WARC, in the order of their offsets.
    """

    records: Iterable[Location]
    latest: dt.datetime
    title: str
    software: str
    problems: list[str] = field(default_factory=list)


def copy_chosen(blobs: BlobStore, chosen: Chosen, target: Target) -> Iterator[IndexOfWarc]:
    """Copy the records; back comes, for each WARC that they lay in, the index of its copies.

    What an index promises and the store does not have goes into `chosen.problems`. Raises `Malformed` when a file of
    the store gets shorter while it is read.
    """
    name = target.filename
    fields = [
        ("software", chosen.software),
        ("format", "WARC File Format 1.1"),
        ("conformsTo", "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"),
        ("description", f"{chosen.title}; further warcinfo records are those of the WARCs they lay in"),
    ]
    record_id = derived_id(name, repr(fields))
    RecordWriter(target).write_warcinfo(filename=name, when=chosen.latest, fields=fields, record_id=record_id)
    for key, places in itertools.groupby(chosen.records, key=lambda place: place.warc):
        offsets = {place.offset for place in places}
        warc = blobs.stat(key)
        if warc is None:
            chosen.problems.append(f"{key}: is not in the store, {len(offsets)} of its captures are wanted")
            continue
        index = read_index(blobs, warc)
        chosen.problems.extend(index.problems)
        missing = offsets - {entry.location.offset for entry in index.entries}
        chosen.problems.extend(f"{key} at byte {offset}: no index line points to it" for offset in sorted(missing))
        yield replace(index, entries=copy_entries(blobs, warc, index, offsets, target))


def copy_entries(
    blobs: BlobStore, warc: BlobInfo, index: IndexOfWarc, offsets: set[int], target: Target
) -> tuple[CdxEntry, ...]:
    """Copy the warcinfo of a WARC, then what belongs to the responses at the offsets; back come their new entries.

    A response reaches to the next one: its request and metadata lie between them.
    """
    starts = [entry.location.offset for entry in index.entries]
    ends = [*starts[1:], warc.size]
    wanted = [(entry, end) for entry, end in zip(index.entries, ends, strict=True) if entry.location.offset in offsets]
    if wanted:
        _copy_range(blobs, warc.key, 0, starts[0], target)
    copied: list[CdxEntry] = []
    for entry, end in wanted:
        place = Location(warc=target.filename, offset=target.size, length=entry.location.length)
        _copy_range(blobs, warc.key, entry.location.offset, end, target)
        copied.append(replace(entry, location=place))
    return tuple(copied)


def _copy_range(blobs: BlobStore, key: str, start: int, end: int, target: Target) -> None:
    while start < end:
        part = blobs.get_range(key, start, min(_STEP, end - start))
        if not part:
            raise Malformed(key, start, f"the file ends here, {end} bytes were expected")
        target.write(part)
        start += len(part)

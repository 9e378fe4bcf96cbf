"""WARCs that a run left behind when it was killed: cut at the last whole record, closed, indexed.

What was flushed is kept to the last whole gzip member; only what follows it goes. A file whose process lives is left
alone (see `archive.locks`).
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from archive.cdxj import CdxEntry
from archive.digests import sha1_label
from archive.durable import sync
from archive.layout import OPEN_SUFFIX, cdxj_key, manifest_key, stem_of_key
from archive.locks import try_lock
from archive.reader import Finding, capture_of, read_records
from archive.scan import walk_records
from archive.writer import describe, write_index, write_manifest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import BinaryIO

    from archive.capture import Capture
    from archive.layout import Stem


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """A WARC that was closed: its path, None when nothing in it was worth keeping, and the bytes that were cut."""

    path: Path | None
    cut_bytes: int


def close_abandoned(folder: Path, is_live: Callable[[str], bool]) -> list[Closed]:
    """Close every `.open` WARC under `folder` that no living process holds, in the order of their names.

    `is_live` says of a run whether it goes on.
    """
    found = sorted((folder / "warc").rglob(f"*{OPEN_SUFFIX}"))
    stems = ((path, stem_of_key(path.name)) for path in found)
    ended = (path for path, stem in stems if stem is None or not is_live(stem.run))
    return [closed for path in ended if (closed := _close(path)) is not None]


def _close(path: Path) -> Closed | None:
    with path.open("r+b") as file:
        if not try_lock(file) or not path.exists():
            return None
        size = os.fstat(file.fileno()).st_size
        records, end = whole_records(file, size)
        if records <= 1:  # a warcinfo alone describes nothing
            path.unlink()
            return Closed(path=None, cut_bytes=size - end)
        file.truncate(end)
        os.fsync(file.fileno())
        final = path.with_name(path.name.removesuffix(OPEN_SUFFIX))
        path.rename(final)
    sync(final.parent)
    return Closed(path=final, cut_bytes=size - end)


def whole_records(file: BinaryIO, size: int) -> tuple[int, int]:
    """How many records a WARC begins with that are whole, checksum included, and where the last of them ends."""
    count = end = 0
    for item in walk_records(file, warc="", size=size, take=lambda _, __: None):
        if isinstance(item, Finding):
            break
        location = item[2]
        count, end = count + 1, location.offset + location.length
    return count, end


def complete(folder: Path, stem: Stem, path: Path) -> bool:
    """True when index or manifest of a finished WARC were missing and have been written."""
    if (folder / cdxj_key(stem)).exists() and (folder / manifest_key(stem)).exists():
        return False
    entries, records = _entries(path)
    closed = describe(stem, path, records, entries)
    write_index(folder, closed)
    write_manifest(folder, closed)
    return True


def _entries(path: Path) -> tuple[tuple[CdxEntry, ...], int]:
    entries: list[CdxEntry] = []
    described: set[str] = set()
    count = 0
    with path.open("rb") as file:
        for record in read_records(file, warc=path.name, size=path.stat().st_size):
            if isinstance(record, Finding):
                break
            count += 1
            if record.kind == "metadata":
                described.add(record.field("WARC-Refers-To") or "")
            elif (capture := capture_of(record)) is not None:
                entries.append(_entry(capture))
    return tuple(_known(entry, described) for entry in entries), count


def _entry(capture: Capture) -> CdxEntry:
    mime = (capture.header("Content-Type") or "").split(";")[0].strip().lower() or None
    return CdxEntry(
        url=capture.url,
        captured_at=capture.captured_at,
        status=capture.status,
        mime="warc/revisit" if capture.record_type == "revisit" else mime,
        payload_digest=capture.payload_digest or sha1_label(capture.payload),
        location=capture.location,
        record_id=capture.record_id,
        truncated=None if capture.record_type == "revisit" else capture.truncated,
    )


def _known(entry: CdxEntry, described: set[str]) -> CdxEntry:
    """The entry without its record id where the cut took the metadata: nothing may then count as unchanged from it."""
    return entry if entry.record_id in described else replace(entry, record_id=None)

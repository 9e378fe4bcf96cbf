"""WARCs that a run left behind when it was killed: cut at the last whole record, closed, indexed.

What was flushed is kept to the last whole gzip member; only what follows it goes. A file whose process lives is left
alone (see `archive.locks`).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive.blobs import LocalBlobs
from archive.closed import describe, write_manifest
from archive.durable import sync, write_atomically
from archive.faults import CheckedWarc
from archive.layout import IMPORT_PREFIX, OPEN_SUFFIX, cdxj_key, manifest_key, stem_of_key, warc_key
from archive.locks import try_lock
from archive.reader import Finding
from archive.reindex import index_again
from archive.scan import walk_records
from archive.warc_check import check_records

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import BinaryIO

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
    """True when index or manifest of a finished WARC were missing and have been written.

    What is there stays as it is: a manifest that says otherwise than its WARC is evidence. There is none for a WARC
    whose records are not sound.
    """
    has_index, has_manifest = (folder / cdxj_key(stem)).exists(), (folder / manifest_key(stem)).exists()
    if has_index and has_manifest:
        return False
    warc = CheckedWarc(key=warc_key(stem))
    faults = list(check_records(LocalBlobs(folder), warc, path.stat().st_size))
    if not has_index:
        write_atomically(folder / cdxj_key(stem), index_again(warc))
    if not has_manifest and not faults and stem.prefix != IMPORT_PREFIX:  # nobody else knows whose an imported one was
        write_manifest(folder, describe(stem, path, warc.records))
    return not has_index or not faults

"""A finished WARC, and what is written beside it: its index and its manifest."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive.cdxj import CdxEntry, format_line
from archive.durable import write_atomically
from archive.layout import Stem, manifest_key, warc_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedWarc:
    """A finished WARC: its stem, the local path, size in bytes, sha256 in hex, count of records, and its index.

    `index_size` is the bytes of its CDXJ file.
    """

    stem: Stem
    path: Path
    size: int
    sha256: str
    records: int
    entries: tuple[CdxEntry, ...] = ()
    index_size: int = 0


def describe(stem: Stem, path: Path, records: int) -> ClosedWarc:
    """A finished file with its size and sha256, read once from disk; without its index."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return ClosedWarc(stem=stem, path=path, size=path.stat().st_size, sha256=digest, records=records)


def index_text(entries: Iterable[CdxEntry]) -> str:
    """A CDXJ file of these entries, sorted by bytes as readers search it."""
    return "".join(f"{line}\n" for line in sorted(map(format_line, entries)))


def write_manifest(folder: Path, closed: ClosedWarc) -> None:
    """Write size, sha256 and count of records of a finished WARC, atomically."""
    data = manifest_text(key=warc_key(closed.stem), size=closed.size, sha256=closed.sha256, records=closed.records)
    write_atomically(folder / manifest_key(closed.stem), data)


def manifest_text(
    *, key: str, size: int, sha256: str, records: int, imported: Mapping[str, object] | None = None
) -> bytes:
    """The manifest of a WARC at a key; `imported` is what is known of the file that it was made from."""
    file = {"key": key, "size": size, "sha256": sha256, "records": records}
    file |= {} if imported is None else {"imported": dict(imported)}
    return (json.dumps({"schema_version": 1, "files": [file]}) + "\n").encode()

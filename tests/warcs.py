"""What lies in a store, read by other people's tools, so that our own reader cannot hide our own writer's faults."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warcio.archiveiterator import ArchiveIterator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Record:
    """A WARC record as warcio sees it without parsing its block."""

    kind: str
    headers: tuple[tuple[str, str], ...]
    block: bytes
    warc: str

    def get(self, name: str) -> str | None:
        """The first value of a WARC field."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def all(self, name: str) -> list[str]:
        """Every value of a WARC field."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    @property
    def url(self) -> str:
        """The target URI."""
        return self.get("WARC-Target-URI") or ""

    @property
    def facts(self) -> dict[str, str]:
        """The fields of a metadata record."""
        lines = (line.split(": ", 1) for line in self.block.decode().splitlines() if ": " in line)
        return {name: value for name, value in lines}  # noqa: C416  (pairs come as lists)


def records(store: Path) -> list[Record]:
    """Every record of every finished WARC of a store, in the order of the files."""
    return [record for path in sorted((store / "warc").rglob("*.warc.gz")) for record in _records(path)]


def _records(path: Path) -> Iterator[Record]:
    with path.open("rb") as file:
        for record in ArchiveIterator(file, no_record_parse=True):
            headers = tuple(record.rec_headers.headers)
            yield Record(record.rec_type, headers, record.content_stream().read(), path.name)


def lines(store: Path, kind: str) -> list[dict[str, Any]]:
    """Every line of the `.jsonl` files under a folder of a store, in the order of the files."""
    files = sorted((store / kind).rglob("*.jsonl"))
    return [json.loads(line) for path in files for line in path.read_text().splitlines()]


def unfinished(folder: Path) -> list[str]:
    """The files under a folder whose names say that they are not finished."""
    return [str(path) for path in folder.rglob("*") if path.name.endswith((".open", ".tmp", ".results", ".lock"))]


def torn(store: Path) -> list[str]:
    """The files with a final name that do not hold whole lines or whole gzip members."""
    found = []
    for path in sorted(path for path in store.rglob("*") if path.is_file()):
        if path.suffix in (".jsonl", ".cdxj") and path.read_bytes()[-1:] not in (b"\n", b""):
            found.append(str(path))
        elif path.suffix == ".json":
            json.loads(path.read_text())
        elif path.suffix == ".gz":
            gzip.decompress(path.read_bytes())
    return found

"""The records that a release cites, shipped with it: one WARC, its index, and nothing else of the store."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, Any, BinaryIO

from archive.capture import Location
from archive.chosen import Chosen, copy_chosen
from archive.dates import parse_date
from archive.line_sort import LineSorter
from archive.player_index import add_lines
from pipelines.dataset.tables import read_rows
from pipelines.software import software

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from archive.blobs import BlobStore
    from pipelines.dataset.stats import Counts

_NAME = "cited.warc.gz"
_INDEX = "cited.cdxj"


def ship_records(blobs: BlobStore, folder: Path, counts: Counts, name: str) -> list[str]:
    """Write `warc/` of a release from the rows in its `jsonl/`; back comes what could not be shipped, a clause each.

    Every row and version cites a response, never a revisit, so nothing in the WARC refers to a record outside it.
    Raises `OSError`, `Malformed`.
    """
    target = folder / "warc"
    target.mkdir()
    with LineSorter(folder=folder) as places, LineSorter(folder=folder) as lines, (target / _NAME).open("wb") as file:
        for place in _cited(folder):
            places.add(place)
        chosen = Chosen(
            records=_locations(places),
            latest=parse_date(counts.latest_capture),
            title=f"the records that the dataset {name} cites",
            software=f"kakehashi {software()['kakehashi']}",
        )
        for index in copy_chosen(blobs, chosen, _Target(_NAME, file)):
            add_lines(index, lines)
        with (target / _INDEX).open("wb") as out:
            out.writelines(line + b"\n" for line in lines)
    return chosen.problems


class _Target:
    def __init__(self, filename: str, file: BinaryIO) -> None:
        self.filename = filename
        self.size = 0
        self._file = file

    def write(self, data: bytes) -> int:
        self.size += len(data)
        return self._file.write(data)


def _cited(folder: Path) -> Iterator[bytes]:
    for path in sorted((folder / "jsonl").rglob("*.jsonl")):
        with path.open("rb") as lines:
            for line in lines:
                yield _packed(json.loads(line)["provenance"])
    for path in sorted((folder / "versions").glob("*.parquet")):
        for row in read_rows(path, ("before", "after")):
            yield from (_packed(row["before"]), _packed(row["after"]))


def _packed(place: dict[str, Any]) -> bytes:
    return f"{place['warc']}\x01{place['offset']:016d}\x01{place['length']}".encode()


def _locations(places: LineSorter) -> Iterator[Location]:
    for line, _ in groupby(places):
        warc, offset, length = line.decode().split("\x01")
        yield Location(warc=warc, offset=int(offset), length=int(length))

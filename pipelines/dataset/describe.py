"""What stands beside the tables of a release: the records they cite, plots, card, Croissant metadata, the manifest."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.dataset.card import card
from pipelines.dataset.cited import ship_records
from pipelines.dataset.croissant import croissant
from pipelines.dataset.former import KIND, MANIFEST
from pipelines.dataset.holes import read_holes
from pipelines.dataset.plots import bars_svg, columns_svg
from pipelines.dataset.tables import article_schema, columns_of, version_schema
from pipelines.software import software

if TYPE_CHECKING:
    from pathlib import Path

    from archive.blobs import BlobStore
    from archive.tombstones import Takedowns
    from pipelines.dataset.request import Cutoffs, Request
    from pipelines.dataset.stats import Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """What was made: the counts, files and bytes, and what is not as it should be, one clause each."""

    counts: Counts
    files: int
    size: int
    problems: tuple[str, ...] = ()


def describe(
    folder: Path,
    request: Request,
    counts: Counts,
    *,
    cutoffs: Cutoffs,
    blobs: BlobStore,
    takedowns: Takedowns,
    problems: list[str],
) -> Released:
    """Write all that follows from the tables in a folder; the manifest comes last. Raises `OSError`, `Malformed`."""
    found = list(problems)
    if request.with_warc:
        found += ship_records(blobs, folder, counts, request.name)
    tombstones = [stone.public() for stone in takedowns.tombstones]
    _write_plots(folder / "plots", counts)
    columns = columns_of(article_schema(request.edition))
    text = card(
        request, counts, cutoffs=cutoffs, columns=columns, holes=read_holes(blobs), takedowns=tombstones,
        software=f"kakehashi {software()['kakehashi']}",
    )  # fmt: skip
    (folder / "README.md").write_text(text, encoding="utf-8")
    _write_croissant(folder, request, counts, columns)
    files = _files_of(folder)
    manifest = {
        "kind": KIND,
        "schema_version": 1,
        "name": request.name,
        "edition": request.edition.value,
        "options": request.options(),
        "software": software(),
        "splits": cutoffs.as_json(),
        "counts": counts.as_json(),
        "takedowns": tombstones,
        "previous": request.previous.as_json() if request.previous else None,
        "delta_from": request.delta_from.as_json() if request.delta_from else None,
        "files": files,
    }
    data = (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode()
    (folder / MANIFEST).write_bytes(data)
    size = sum(item["size"] for item in files) + len(data)
    return Released(counts=counts, files=len(files) + 1, size=size, problems=tuple(found))


def _write_plots(folder: Path, counts: Counts) -> None:
    folder.mkdir()
    months = sorted(counts.by["month"].items())
    (folder / "months.svg").write_text(columns_svg("Articles by month", months), encoding="utf-8")
    (folder / "sources.svg").write_text(bars_svg("Articles by source", counts.by["source"]), encoding="utf-8")


def _write_croissant(folder: Path, request: Request, counts: Counts, columns: list[tuple[str, str]]) -> None:
    day = (counts.latest_capture or "1970-01-01")[:10]
    year, month, number = map(int, day.split("-"))
    text = croissant(
        name=request.name,
        description=f"News about Central Asia and Japan: {counts.articles} articles, each with the way to its record "
        f"({request.edition} edition).",
        day=day,
        version=f"{year}.{month}.{number}",
        cite_as=f"{request.name}, made with Kakehashi, last capture {day}",
        files=_files_of(folder),
        tables=[
            ("articles", "data", columns),
            ("versions", "versions", columns_of(version_schema(request.edition))),
        ],
    )
    (folder / "croissant.json").write_text(text, encoding="utf-8")


def _files_of(folder: Path) -> list[dict[str, Any]]:
    """Path, size and sha256 of every file below a folder, by path."""
    found = []
    for path in sorted(item for item in folder.rglob("*") if item.is_file()):
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        found.append({"path": path.relative_to(folder).as_posix(), "size": path.stat().st_size, "sha256": digest})
    return found

"""Manifests of earlier releases, for the chain and for deltas."""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive.blobs import LocalBlobs, open_blobs
from archive.errors import ArchiveError
from pipelines.dataset.errors import NotWanted
from pipelines.dataset.request import Former
from pipelines.dataset.spool import FIELD
from pipelines.dataset.tables import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.blobs import BlobStore
    from archive.line_sort import LineSorter

MANIFEST = "manifest.json"
KIND = "kakehashi-dataset"
_NEEDED = ("name", "edition", "options", "splits", "files", "counts", "takedowns", "delta_from")


def read_former(location: str) -> Former:
    """The release whose manifest lies at a path or `s3://…/manifest.json`. Raises `NotWanted` when it is none."""
    folder, _, name = location.rpartition("/")
    try:
        data = open_blobs(folder or ("/" if location.startswith("/") else ".")).get(name)
        manifest: dict[str, Any] = json.loads(data)
        if manifest["kind"] != KIND or manifest["schema_version"] != 1:
            raise ValueError(f"kind is {manifest['kind']!r}")  # noqa: TRY301
        _ = (
            [manifest[item] for item in _NEEDED],
            manifest["splits"]["test_since"],
            manifest["splits"]["validation_since"],
        )
    except (ArchiveError, ValueError, KeyError, TypeError) as error:
        raise NotWanted(
            f"{location}: expected the manifest.json of a release ({type(error).__name__}: {error})"
        ) from error
    return Former(location=location, sha256=hashlib.sha256(data).hexdigest(), manifest=manifest)


class FormerFiles:
    """The files of an earlier release, checked against its manifest before anything is read from them."""

    def __init__(self, former: Former) -> None:
        self._former = former
        self._blobs: BlobStore = open_blobs(former.location.rpartition("/")[0] or ".")
        self._files = {item["path"]: item for item in former.manifest["files"]}

    def rows(self, folder: str, columns: tuple[str, ...] | None = None) -> Iterator[dict[str, Any]]:
        """The rows of the tables in a folder of the release. Raises `NotWanted` for a file that is not what it was."""
        for path, item in sorted(self._files.items()):
            if path.startswith(f"{folder}/") and path.endswith(".parquet"):
                with tempfile.TemporaryDirectory(prefix="kakehashi-") as name:
                    yield from read_rows(self._checked(path, item, Path(name)), columns)

    def lines(self, folder: str) -> Iterator[dict[str, Any]]:
        """The values on the lines of the JSON Lines files in a folder of the release. Raises `NotWanted`."""
        for path, item in sorted(self._files.items()):
            if path.startswith(f"{folder}/") and path.endswith(".jsonl"):
                with (
                    tempfile.TemporaryDirectory(prefix="kakehashi-") as name,
                    self._checked(path, item, Path(name)).open("rb") as file,
                ):
                    yield from map(json.loads, file)

    def _checked(self, path: str, item: dict[str, Any], folder: Path) -> Path:
        try:
            if isinstance(self._blobs, LocalBlobs):
                local = self._blobs.path(path)
            else:
                local = folder / "table.parquet"
                self._blobs.download(path, local)
            with local.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except (ArchiveError, OSError) as error:
            raise NotWanted(
                f"{self._former.location}: names {path}, which cannot be read beside it: {error}"
            ) from error
        if digest != item["sha256"]:
            raise NotWanted(f"{self._former.location}: says {path} has the sha256 {item['sha256']}, it has {digest}")
        return local


def digests_by_id(former: Former, sorter: LineSorter) -> Iterator[tuple[str, str]]:
    """Id and digest of each row of an earlier release, by id."""
    for row in FormerFiles(former).rows("data", ("id", "row_sha256")):
        sorter.add(FIELD.join((row["id"], row["row_sha256"])).encode())
    for line in sorter:
        article, digest = line.decode().split(FIELD)
        yield article, digest

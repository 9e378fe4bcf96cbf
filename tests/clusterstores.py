"""Stores for tests of a cluster: what one machine alone makes of some WARCs, and the same WARCs on S3."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from archive.blobs import open_blobs
from tests import commands
from tests.test_process_scale import make_store

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Made:
    """The folder of `warcs` alone, and that of a store where `process` has been, with its report and its bytes."""

    warcs: Path
    alone: Path
    report: dict[str, Any]
    digests: dict[str, str]

    @property
    def files(self) -> list[Path]:
        """The WARCs."""
        return sorted((self.warcs / "warc").rglob("*.warc.gz"))


def make_alone(folder: Path, *, pages: int, warcs: int) -> Made:
    """Pages in WARCs, and what this machine makes of them."""
    make_store(folder / "warcs", pages, warcs=warcs)
    shutil.copytree(folder / "warcs", folder / "alone")
    done = commands.run("process", "--store", folder / "alone", "--json", timeout=580)
    assert done.code == 0, done.err
    return Made(folder / "warcs", folder / "alone", json.loads(done.out), digests(str(folder / "alone")))


def upload(folder: Path, store: str) -> str:
    """The files of a folder as a store on S3."""
    blobs = open_blobs(store)
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        if "state" not in path.relative_to(folder).parts:
            blobs.put_file(path.relative_to(folder).as_posix(), path)
    return store


def digests(store: str) -> dict[str, str]:
    """The digest of every file of a store that is no state."""
    blobs = open_blobs(store)
    keys = [info.key for info in blobs.list() if not info.key.startswith("state/")]
    return {key: hashlib.sha256(blobs.get(key)).hexdigest() for key in keys}

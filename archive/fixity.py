"""Manifests: size and sha256 of the files that cannot be made again, and the same of files as they are read."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from archive.blobs import BlobStore

_STEP = 1024 * 1024
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What the manifest at a key says of a file; `records` is None for what is no WARC.

    Of an imported WARC `origin` says whose it was, `original` is the sha256 of the file that was imported, in hex, and
    `original_size` its bytes.
    """

    manifest: str
    size: int
    sha256: str
    records: int | None = None
    origin: str | None = None
    original: str | None = None
    original_size: int | None = None


def read_promises(blobs: BlobStore, key: str) -> dict[str, Promise]:
    """The files that a manifest names, by their keys.

    Raises `ValueError`, `KeyError` or `TypeError` when it is none, `BlobNotFound` when it is not there.
    """
    manifest = json.loads(blobs.get(key))
    if (
        not isinstance(manifest, dict)
        or set(manifest) - {"schema_version", "files"}
        or manifest.get("schema_version", 1) != 1
    ):
        raise ValueError(f"says {str(manifest)[:100]}, expected files, and 1 as schema_version")
    return dict(_promise(key, file) for file in manifest["files"])


def _promise(manifest: str, file: dict[str, Any]) -> tuple[str, Promise]:
    size, sha256, records = file["size"], file["sha256"], file.get("records")
    odd = sorted(set(file) - {"key", "size", "sha256", "records", "imported"})
    if odd:
        raise ValueError(f"nobody knows what {', '.join(odd)} means")
    if not isinstance(size, int) or not isinstance(records, int | None) or _SHA256.fullmatch(sha256) is None:
        raise ValueError(f"size {size!r}, records {records!r} or sha256 {sha256!r} is not what it should be")
    imported = file.get("imported")
    origin, original = (str(imported["origin"]), str(imported["sha256"])) if imported is not None else (None, None)
    promise = Promise(manifest=manifest, size=size, sha256=sha256, records=records, origin=origin, original=original)
    if imported is not None and isinstance(imported.get("size"), int):
        promise = replace(promise, original_size=imported["size"])
    return str(file["key"]), promise


def ledger_manifest_key(run: str) -> str:
    """Where size and sha256 of a run's ledger are kept: a ledger cannot be derived from the WARCs."""
    return f"manifest/runs/{run}.json"


def manifest_of(key: str, data: bytes) -> bytes:
    """The manifest of one small file."""
    file = {"key": key, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    return (json.dumps({"schema_version": 1, "files": [file]}) + "\n").encode()


class Hashing:
    """A stream that notes size and sha256 of what is read from it."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._sha256 = hashlib.sha256()
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        """As `BinaryIO.read`."""
        data = self._source.read(size)
        self._sha256.update(data)
        self.size += len(data)
        return data

    def drain(self) -> None:
        """Read what is left."""
        while self.read(_STEP):
            pass

    @property
    def sha256(self) -> str:
        """Of the bytes so far, in hex."""
        return self._sha256.hexdigest()

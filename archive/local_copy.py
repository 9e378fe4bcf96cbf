"""A file of the store on this disk, for whoever reads it by offset or many times."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive.errors import BlobNotFound

if TYPE_CHECKING:
    from pathlib import Path

    from archive.blobs import BlobStore


def local_copy(blobs: BlobStore, folder: Path, key: str, *, downloads: str) -> Path | None:
    """Where the file at a key lies: below `folder` if it is there, else downloaded below `folder/downloads`.

    None when it is in neither. Raises `StoreNotUsable`, `OSError`.
    """
    if (folder / key).exists():
        return folder / key
    path = folder / downloads / key.rsplit("/", 1)[-1]
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            blobs.download(key, path)
        except BlobNotFound:
            return None
    return path

"""Finished files go to the store: at once when it is local, through one uploading thread when it is S3."""

from __future__ import annotations

import logging
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

from archive.blobs import BlobStore, LocalBlobs
from archive.layout import Stem, cdxj_key, manifest_key, warc_key

if TYPE_CHECKING:
    from pathlib import Path

logger = logging.getLogger(__name__)


class Publisher:
    """Uploads what lies under `folder` to the store under the same keys, each verified before the local copy goes."""

    def __init__(self, blobs: BlobStore, folder: Path) -> None:
        self._blobs = blobs
        self._folder = folder
        self._is_local = isinstance(blobs, LocalBlobs)
        self._thread: ThreadPoolExecutor | None = None
        self._uploads: list[Future[None]] = []

    def publish(self, stem: Stem, derived: list[str]) -> None:
        """Upload a WARC and all that belongs to it, the WARC first: an index must not name a file that is not there."""
        keys = [warc_key(stem), manifest_key(stem), cdxj_key(stem), *derived]
        if self._is_local:
            return
        if self._thread is None:
            self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="upload")
        self._uploads.append(self._thread.submit(self._upload, keys))

    def _upload(self, keys: list[str]) -> None:
        for key in keys:
            path = self._folder / key
            self._blobs.put_file(key, path)
            path.unlink()
            logger.debug("uploaded %s", key)

    def wait(self) -> None:
        """Wait for every upload. Raises the first error; the files that it left behind stay in the folder."""
        if self._thread is None:
            return
        self._thread.shutdown(wait=True)
        for upload in self._uploads:
            upload.result()

    def upload_leftovers(self) -> list[str]:
        """Upload what an earlier run left in the folder; back come the keys."""
        if self._is_local:
            return []
        keys = [key for kind in ("warc", "manifest", "cdxj", "articles", "dropped") for key in self._finished(kind)]
        self._upload(keys)
        return keys

    def _finished(self, kind: str) -> list[str]:
        files = sorted(path for path in (self._folder / kind).rglob("*") if path.is_file())
        return [str(path.relative_to(self._folder)) for path in files if path.suffix not in (".open", ".tmp")]

"""Finished files go to the store: at once when it is local, through one uploading thread when it is S3."""

from __future__ import annotations

import logging
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

from archive.blobs import LocalBlobs
from archive.durable import write_atomically
from archive.keys import UNFINISHED_SUFFIXES
from archive.layout import cdxj_key, manifest_key, run_key, stem_of_key, warc_key

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from archive.blobs import BlobStore
    from archive.layout import Stem

logger = logging.getLogger(__name__)
_KINDS = ("warc", "manifest", "cdxj", "dropped", "articles", "runs")


class Publisher:
    """Uploads what lies under `folder` to the store under the same keys, each verified before the local copy goes."""

    def __init__(self, blobs: BlobStore, folder: Path) -> None:
        self._blobs = blobs
        self._folder = folder
        self._is_local = isinstance(blobs, LocalBlobs)
        self._thread: ThreadPoolExecutor | None = None
        self._uploads: list[Future[None]] = []

    def publish(self, stem: Stem, derived: list[str]) -> None:
        """Upload a WARC and all that belongs to it, the WARC first: an index must not name a file that is not there.

        The articles come last: where they are, everything is.
        """
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

    def put_report(self, run: str, data: bytes) -> None:
        """Store a run's ledger; where the store is away it waits in the folder for the next run."""
        path = self._folder / run_key(run)
        write_atomically(path, data)
        if not self._is_local:
            self._upload([run_key(run)])

    def upload_leftovers(self, is_live: Callable[[str], bool]) -> list[str]:
        """Upload what ended runs left in the folder, those of `is_live` runs aside; back come the keys."""
        if self._is_local:
            return []
        keys = [key for kind in _KINDS for key in self._finished(kind) if not is_live(run_of(key))]
        self._upload(keys)
        return keys

    def _finished(self, kind: str) -> list[str]:
        files = sorted(path for path in (self._folder / kind).rglob("*") if path.is_file())
        return [path.relative_to(self._folder).as_posix() for path in files if path.suffix not in UNFINISHED_SUFFIXES]


def run_of(key: str) -> str:
    """The run whose file lies at a key: part of every stem, and the whole name of a ledger."""
    stem = stem_of_key(key)
    return stem.run if stem else key.rsplit("/", 1)[-1].split(".", 1)[0]

"""Finished files go to the store: at once when it is local, through one uploading thread when it is S3."""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING

from archive.blobs import LocalBlobs, open_blobs
from archive.durable import write_atomically
from archive.errors import StoreNotUsable
from archive.fixity import ledger_manifest_key, manifest_of
from archive.keys import UNFINISHED_SUFFIXES
from archive.layout import cdxj_key, manifest_key, run_key, stem_of_key, warc_key
from crawler.clock import utc_now
from crawler.uploads import PATIENCE_S, Uploads

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from archive.blobs import BlobStore
    from archive.layout import Stem

logger = logging.getLogger(__name__)
_KINDS = ("warc", "manifest", "cdxj", "dropped", "text", "articles", "runs")
# No upload of a living run takes a day; what is older was begun by one that died.
_STALE = dt.timedelta(days=1)


class Publisher:
    """Uploads what lies under `folder` to the store under the same keys, each verified before the local copy goes."""

    def __init__(self, blobs: BlobStore, folder: Path, *, patience_s: float = PATIENCE_S) -> None:
        self._blobs = blobs
        self._folder = folder
        self._is_local = isinstance(blobs, LocalBlobs)
        self._uploads = Uploads(folder, blobs, lambda: open_blobs(blobs.url), patience_s=patience_s)

    def publish(self, stem: Stem, derived: list[str]) -> None:
        """Upload a WARC and all that belongs to it, the WARC first: an index must not name a file that is not there.

        The articles come last: where they are, everything is.
        """
        if not self._is_local:
            self._uploads.add([warc_key(stem), manifest_key(stem), cdxj_key(stem), *derived])

    def wait(self, is_hurried: Callable[[], bool] = lambda: False) -> None:
        """Wait for every upload. Raises `StoreNotUsable` when the store does not take them within the patience.

        The error says how much waits in the folder for the next run; the thread tries on as long as the process lasts.
        Whoever is in a hurry gets that as a warning.
        """
        trouble = self._uploads.drain(is_hurried)
        if trouble is None:
            return
        files, size = self._uploads.left()
        waiting = f"{files} files with {size} bytes wait in {self._folder}, and the same command uploads them"
        if is_hurried():
            logger.warning("%s", waiting)
            return
        why = trouble.problem if isinstance(trouble, StoreNotUsable) else str(trouble)
        raise StoreNotUsable(self._blobs.url, f"{why}; {waiting}") from trouble

    @property
    def is_done(self) -> bool:
        """True when nothing waits to be uploaded."""
        return self._uploads.left()[0] == 0

    def put_report(self, run: str, data: bytes) -> None:
        """Store a run's ledger; where the store is away it waits in the folder for the next run."""
        write_atomically(self._folder / run_key(run), data)
        self._put_manifest(run, data)
        if not self._is_local:
            self._uploads.add([run_key(run), ledger_manifest_key(run)])

    def _put_manifest(self, run: str, ledger: bytes) -> None:
        write_atomically(self._folder / ledger_manifest_key(run), manifest_of(run_key(run), ledger))

    def complete_ledgers(self, is_live: Callable[[str], bool]) -> None:
        """Write the manifests of ledgers here whose run was ended between the two. Raises `OSError`."""
        for path in (self._folder / "runs").glob("*.json"):
            if not (self._folder / ledger_manifest_key(path.stem)).exists() and not is_live(path.stem):
                self._put_manifest(path.stem, path.read_bytes())

    def upload_leftovers(self, is_live: Callable[[str], bool]) -> list[str]:
        """Upload what ended runs left in the folder, those of `is_live` runs aside; back come the keys.

        Raises `StoreNotUsable` as `wait` does.
        """
        if self._is_local:
            return []
        keys = [key for kind in _KINDS for key in self._finished(kind) if not is_live(run_of(key))]
        self._abort_stale(keys)
        if keys:
            logger.info("%d files of earlier runs go to the store", len(keys))
            self._uploads.add(keys)
            self.wait()
        return keys

    def _abort_stale(self, leftovers: list[str]) -> None:
        """Uploads in parts that a dead run began cost space for ever: end them; those of this folder at once."""
        try:
            count = self._blobs.abort_stale(utc_now() - _STALE, leftovers)
        except StoreNotUsable as error:  # not every server has the call
            logger.debug("uploads in parts that were never finished cannot be listed: %s", error)
            return
        if count:
            logger.info("%d uploads that were never finished aborted", count)

    def _finished(self, kind: str) -> list[str]:
        files = sorted(path for path in (self._folder / kind).rglob("*") if path.is_file())
        return [path.relative_to(self._folder).as_posix() for path in files if path.suffix not in UNFINISHED_SUFFIXES]


def run_of(key: str) -> str:
    """The run whose file lies at a key: part of every stem, and the whole name of a ledger."""
    stem = stem_of_key(key)
    return stem.run if stem else key.rsplit("/", 1)[-1].split(".", 1)[0]

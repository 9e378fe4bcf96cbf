"""Where a run's files grow, and the sign that the run is alive; what every WARC says of who made it."""

from __future__ import annotations

import hashlib
import os
import socket
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from archive.blobs import LocalBlobs
from archive.errors import StoreNotUsable
from archive.locks import is_locked, try_lock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archive.blobs import BlobStore


class Workplace:
    """The folder where a run works: the store itself when it is local, else the spool.

    As long as the run lives it holds a file there, so that no other run takes its unpublished files for a dead one's.
    """

    def __init__(self, blobs: BlobStore, store: str, spool: Path | None, *, run: str) -> None:
        self.folder = folder_of(blobs, store, spool)
        self._sign = self._sign_of(run)
        try:
            self._sign.parent.mkdir(parents=True, exist_ok=True)
            self._held = self._sign.open("wb")
            try_lock(self._held)
        except OSError as error:
            raise StoreNotUsable(str(self.folder), error.strerror or str(error)) from error

    def is_live(self, run: str) -> bool:
        """True while the run of this name goes on, in this process or another of this machine."""
        return is_locked(self._sign_of(run))

    def leave(self) -> None:
        """Let go of the folder: the run has ended."""
        with suppress(OSError):  # where the folder has gone, the sign has, too
            self._sign.unlink(missing_ok=True)
        self._held.close()

    def _sign_of(self, run: str) -> Path:
        return self.folder / "state" / "live" / f"{run}.lock"


def folder_of(blobs: BlobStore, store: str, spool: Path | None) -> Path:
    """Where what belongs to a store lies on this disk: in the store when it is a folder, else below the spool."""
    if isinstance(blobs, LocalBlobs):
        return blobs.root
    # The digest keeps s3://a/b-c and s3://a-b/c apart.
    name = "".join(char if char.isalnum() else "-" for char in store.removeprefix("s3://"))
    digest = hashlib.sha256(store.encode()).hexdigest()[:8]
    base = spool or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kakehashi"
    return base.absolute() / f"{name}-{digest}"


def warcinfo(
    made_by: Mapping[str, str], operator: str | None, user_agent: str, robots: str
) -> tuple[tuple[str, str], ...]:
    """The fields of the warcinfo record (WARC 1.1, 6.2); `made_by` is the software with its versions."""
    versions = " ".join(f"{name}/{version}" for name, version in made_by.items())
    fields = [
        ("software", versions),
        ("format", "WARC File Format 1.1"),
        ("conformsTo", "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"),
        ("robots", robots),
        ("hostname", socket.gethostname()),
        ("http-header-user-agent", user_agent),
    ]
    return tuple(fields + ([("operator", operator)] if operator else []))

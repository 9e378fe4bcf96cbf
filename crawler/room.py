"""Room for what a run writes, watched: intake stops before the disk is full, while all that is open can be finished."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, cast

from archive.blobs import open_blobs
from archive.errors import StoreNotUsable
from archive.space import NO_ROOM, free_bytes, problem_of, total_bytes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from archive.blobs import LocalBlobs

DEFAULT_RESERVE = 64 * 1024**2
# A small disk is meant to be filled, too: of one below 3 GB the reserve is this part.
_RESERVE_PART = 50
DEFAULT_SPOOL_LIMIT = 10 * 1024**3
# Headers, the request and the metadata beside a response.
RECORD_OVERHEAD = 16 * 1024
_LOOK_EVERY_S = 0.5
_SURE_S = 0.1
_LITTLE = 1024**2
SAFE = "what was fetched so far is safe, and the same command goes on"


class Room:
    """The disk below `folder`, and the limit of the spool where the store is elsewhere.

    `reserve` bytes stay free, for the index, the articles and the ledger of what is open; None: 64 MB, and no more
    than a fiftieth of the disk; 0: write until the system refuses. `spool_limit` is how many bytes may wait in `folder`
    to be uploaded, None: any.
    """

    def __init__(
        self,
        store: str,
        folder: Path,
        *,
        reserve: int | None = None,
        spool_limit: int | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._folder = folder
        self._spool_limit = spool_limit
        self._clock = clock
        self._looked_at = float("-inf")
        self._sure_bytes, self._sure_until = 0, float("-inf")
        self._identity = identity_of(folder)
        total = total_bytes(folder)
        usual = DEFAULT_RESERVE if total is None else min(DEFAULT_RESERVE, total // _RESERVE_PART)
        self.reserve = usual if reserve is None else reserve

    def check(self, needed: int = 0) -> None:
        """Raise `StoreNotUsable` when `needed` more bytes would leave less than the reserve; without one, never."""
        if needed < self._sure_bytes and self._clock() < self._sure_until:
            self._sure_bytes -= needed
            return
        free = free_bytes(self._folder)
        if not self.reserve or free is None or free >= needed + self.reserve:
            # A tenth of what is there is not gone within a tenth of a second, and a look costs a hundredth of a page.
            self._sure_bytes = (free - needed - self.reserve) // 10 if free is not None else 0
            self._sure_until = self._clock() + _SURE_S
            return
        record = f"the record needs {needed} and " if needed else ""
        problem = f"the disk is nearly full: {free} bytes are free, {record}{self.reserve} are kept in reserve"
        raise StoreNotUsable(self._where, f"{problem}; {SAFE} when there is space", needed + self.reserve - free)

    def watch(self) -> None:
        """`check`, the spool's limit and whether the folder is still there, at most twice a second.

        Raises `StoreNotUsable`.
        """
        if self._clock() - self._looked_at < _LOOK_EVERY_S:
            return
        self._looked_at = self._clock()
        if identity_of(self._folder) != self._identity:
            raise StoreNotUsable(self._where, f"its folder is not there any more; {SAFE} when it is back")
        self.check()
        if self._spool_limit is None:
            return
        waiting = size_below(self._folder)
        if waiting > self._spool_limit:
            problem = f"{waiting} bytes wait in the spool {self._folder}, whose limit is {self._spool_limit}"
            raise StoreNotUsable(self._store, f"{problem}; {SAFE} when the store takes them")

    def refusal(self, error: OSError, needed: int = 0) -> StoreNotUsable:
        """The error of a file system as one of the store, for a write of up to `needed` bytes."""
        free = free_bytes(self._folder)
        problem, missing = problem_of(error), None
        if error.errno in NO_ROOM:
            what = f"the record needs up to {needed}" if needed else "what is to be written needs more"
            problem += f": {'an unknown number of' if free is None else free} bytes are free, {what}"
            missing = needed + self.reserve - free if free is not None and needed + self.reserve > free else None
        after = "when there is space" if error.errno in NO_ROOM else "when it can be written again"
        return StoreNotUsable(self._where, f"{problem}; {SAFE} {after}", missing)

    @property
    def _where(self) -> str:
        """The store as the user named it; the spool where the store is elsewhere and only the spool is full."""
        return f"spool {self._folder}" if is_elsewhere(self._store) else self._store


def identity_of(folder: Path) -> tuple[int, int] | None:
    """What makes a folder this one and no other, whatever its path; None when there is none."""
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def with_free_bytes(error: StoreNotUsable, store: str) -> StoreNotUsable:
    """The error of a store that could not be opened or written; where its disk is all but full, it says how full."""
    free = None if is_elsewhere(store) else free_bytes(cast("LocalBlobs", open_blobs(store)).root)
    if free is None or free > _LITTLE or " are free" in error.problem:
        return error
    problem = f"{error.problem}: {free} bytes are free, and what is to be written needs more"
    return StoreNotUsable(store, f"{problem}; {SAFE} when there is space", error.missing_bytes)


def is_elsewhere(store: str) -> bool:
    """True for a store that is reached over the network, and whose files grow in the spool."""
    return store.lower().startswith("s3://")


def size_below(folder: Path) -> int:
    """The bytes of the files below a folder that are meant for the store: all but its `state`."""
    total = 0
    for kind in ("warc", "manifest", "cdxj", "dropped", "articles", "text", "runs"):
        for path in (folder / kind).rglob("*"):
            try:
                total += path.stat().st_size if path.is_file() else 0
            except FileNotFoundError:  # uploaded and removed meanwhile
                continue
    return total

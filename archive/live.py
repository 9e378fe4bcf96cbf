"""Which runs of a store are alive: those that renew a lease, and on this machine those that hold their sign."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING

from archive.blobs import LocalBlobs
from archive.errors import BlobNotFound
from archive.leases import Held, LeaseRecord
from archive.locks import is_locked

if TYPE_CHECKING:
    import datetime as dt

    from archive.blobs import BlobStore

_LEASES = "state/leases/"
STORE_LEASE = "store"
"""The name of the lease on the whole store, for what must be alone in it."""


class InUse(Held):
    """The store cannot be had alone: `holder` is a run that goes on in it, with its lease where it has one."""

    def __init__(self, store: str, run: str, holder: LeaseRecord | None) -> None:
        known = holder or LeaseRecord(run=run, host=socket.gethostname(), pid=0, until="")
        super().__init__(store, known)
        self.has_lease = holder is not None

    def __str__(self) -> str:
        where = f" on {self.holder.host}, process {self.holder.pid}" if self.has_lease else " on this machine"
        return f"{self.name} is in use by run {self.holder.run}{where}; wait until it has ended"


def live_runs(blobs: BlobStore, now: dt.datetime) -> dict[str, LeaseRecord | None]:
    """The runs that go on, by their names, each with a lease that it holds; None for one that holds a sign alone."""
    found: dict[str, LeaseRecord | None] = dict.fromkeys(_signs(blobs))
    for info in blobs.list(_LEASES):
        record = _read(blobs, info.key)
        if record is not None and not record.is_over(now):
            found[record.run] = record
    return found


def holder_of(blobs: BlobStore, name: str) -> LeaseRecord | None:
    """Who held the lease of this name last, whether or not it is over; None when nobody does or gave it back."""
    return _read(blobs, f"{_LEASES}{name}.json")


def holder_of_store(blobs: BlobStore, now: dt.datetime) -> LeaseRecord | None:
    """Who holds the whole store; None when nobody does."""
    record = _read(blobs, f"{_LEASES}{STORE_LEASE}.json")
    return None if record is None or record.is_over(now) else record


def _signs(blobs: BlobStore) -> list[str]:
    if not isinstance(blobs, LocalBlobs):
        return []
    signs = sorted((blobs.root / "state" / "live").glob("*.lock"))
    return [path.stem for path in signs if is_locked(path)]


def _read(blobs: BlobStore, key: str) -> LeaseRecord | None:
    try:
        return LeaseRecord(**json.loads(blobs.get(key)))
    except (BlobNotFound, ValueError, TypeError):
        return None

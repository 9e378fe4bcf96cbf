"""A source is leased to one run at a time, whichever machine it is on: a small blob with a heartbeat.

A lease is a courtesy that keeps two crawls from asking one site twice as fast; no data rests on it, since every run
writes keys of its own. A holder that dies loses it: at once where the taker is on the same machine and can see that
the process is gone, else when the heartbeat has been silent for `TTL`.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import socket
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from archive.errors import ArchiveError, BlobNotFound

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archive.blobs import BlobStore

TTL = dt.timedelta(seconds=45)
HEARTBEAT = dt.timedelta(seconds=15)
# Where conditional writes are not kept: longer than a write takes, so that two takers both see the later one.
_SETTLE_S = 2.0


class Held(ArchiveError):  # noqa: N818  (it says what is the case)
    """Another run holds `name`: `holder` is its run, `host` and `pid` where it lives, `until` when the lease ends."""

    def __init__(self, name: str, holder: LeaseRecord) -> None:
        super().__init__(name, holder)
        self.name = name
        self.holder = holder

    def __str__(self) -> str:
        where = f"run {self.holder.run} on {self.holder.host}, process {self.holder.pid}"
        return f"{self.name} is held by {where}; its lease ends at {self.holder.until} unless it is renewed"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseRecord:
    """What a lease blob says; `until` is RFC 3339 UTC."""

    run: str
    host: str
    pid: int
    until: str

    def is_over(self, now: dt.datetime) -> bool:
        """True when the heartbeat stopped too long ago, or the holder's process on this machine is gone."""
        if dt.datetime.fromisoformat(self.until) <= now:
            return True
        return self.host == socket.gethostname() and not is_alive(self.pid)


class Lease:
    """A lease that is held. `renew` it every `HEARTBEAT`; `release` it at the end.

    `ttl` is how long it lasts without a heartbeat, `host` the name of the machine that it is held on.
    """

    def __init__(
        self, blobs: BlobStore, name: str, run: str, *, ttl: dt.timedelta = TTL, host: str | None = None
    ) -> None:
        self._blobs = blobs
        self._name = name
        self._key = f"state/leases/{name}.json"
        self._run = run
        self._ttl = ttl
        self._host = host or socket.gethostname()
        self._renewed_at: dt.datetime | None = None

    def take(self, now: dt.datetime) -> None:
        """Take the lease. Raises `Held` when another run has it."""
        mine = self._record(now)
        holder = self._read()
        self._refuse(holder, now)
        if not self._blobs.put_bytes(self._key, mine, if_absent=holder is None):
            self._refuse(self._read(), now)
            self._blobs.put_bytes(self._key, mine)
        if not self._blobs.has_conditional_writes:
            time.sleep(_SETTLE_S)
        # Of two that wrote at one moment the later has it; the other sees that here.
        self._refuse(self._read(), now)
        self._renewed_at = now

    def renew(self, now: dt.datetime) -> None:
        """Prolong the lease if a heartbeat is due. Raises `Held` when it ran out meanwhile and another run took it."""
        if self._renewed_at is None or now - self._renewed_at < HEARTBEAT:
            return
        if now - self._renewed_at >= self._ttl:
            self._refuse(self._read(), now)
        self._blobs.put_bytes(self._key, self._record(now))
        self._renewed_at = now

    def release(self) -> None:
        """Give the lease back, if it is still this run's."""
        holder = self._read()
        if holder is not None and holder.run == self._run:
            self._blobs.delete(self._key)
        self._renewed_at = None

    def _refuse(self, holder: LeaseRecord | None, now: dt.datetime) -> None:
        if holder is not None and holder.run != self._run and not holder.is_over(now):
            raise Held(self._name, holder)

    def _record(self, now: dt.datetime) -> bytes:
        until = (now + self._ttl).isoformat(timespec="milliseconds")
        record = LeaseRecord(run=self._run, host=self._host, pid=os.getpid(), until=until)
        return json.dumps(asdict(record)).encode()

    def _read(self) -> LeaseRecord | None:
        try:
            return LeaseRecord(**json.loads(self._blobs.get(self._key)))
        except BlobNotFound:
            return None
        except (ValueError, TypeError):
            return None  # a torn or foreign blob holds nothing


class Leases:
    """The leases of one run."""

    def __init__(self, blobs: BlobStore, run: str) -> None:
        self._blobs = blobs
        self._run = run
        self._held: list[Lease] = []

    def take(self, names: Iterable[str], now: dt.datetime, *, is_all: bool = True) -> list[str]:
        """Lease `names`; back come those that are held now.

        Raises `Held` for the first that another run has, and none is held then; with `is_all` False, only when others
        have all of them.
        """
        taken: list[str] = []
        refusals: list[Held] = []
        for name in names:
            lease = Lease(self._blobs, name, self._run)
            try:
                lease.take(now)
            except Held as error:
                refusals.append(error)
                if is_all:
                    break
            else:
                self._held.append(lease)
                taken.append(name)
        if refusals and (is_all or not taken):
            self.release()
            raise refusals[0]
        return taken

    def renew(self, now: dt.datetime) -> None:
        """Prolong those for which a heartbeat is due. Raises `Held` for one that another run has by now."""
        for lease in list(self._held):
            lease.renew(now)

    def release(self) -> None:
        """Give all back."""
        held, self._held = self._held, []
        for lease in held:
            lease.release()


def is_alive(pid: int) -> bool:
    """True when a process of this machine has this id, whoever owns it."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

"""One run: a store, an open WARC, the page workers and a ledger for each source, tied together.

What happens in which order: the exchange is written and flushed; its page goes to a worker by location; what the
worker made waits for the WARC to close; then WARC, index, manifest, articles and dropped pages go to the store
together. All methods are for one thread; workers answer into a queue that `drain` empties.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import os
import queue
import secrets
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive.blobs import LocalBlobs, open_blobs
from archive.errors import ArchiveError, BlobNotFound, StoreNotUsable
from archive.known import KnownCaptures
from archive.layout import CURRENT_GENERATION_KEY, cdxj_key, run_key
from archive.writer import DEFAULT_MAX_AGE, DEFAULT_MAX_BYTES, ClosedWarc, WarcWriter
from crawler.ledger import Fate, SourceLedger
from crawler.publish import Publisher
from pipelines.links import write_links
from pipelines.results import PendingResults, current_generation
from pipelines.software import software
from pipelines.worker import Derived, Job, Workers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from archive.capture import Exchange, Stored
    from archive.layout import Stem
    from pipelines.rules import PageRules

logger = logging.getLogger(__name__)


def utc_now() -> dt.datetime:
    """The present, aware, UTC, in milliseconds: what records hold."""
    now = dt.datetime.now(dt.UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def new_run_id(now: dt.datetime) -> str:
    """A name for a run that sorts by time and that no other run has."""
    return now.strftime("%Y%m%dT%H%M%SZ") + secrets.token_hex(3)


class _OpenResults:
    """The pages of one WARC: how many are under way, what came of the others, whether the file is closed."""

    def __init__(self, pending: PendingResults) -> None:
        self.pending = pending
        self.under_way = 0
        self.closed: ClosedWarc | None = None


class Run:
    """A run over one or more sources. Open it with `Run.start`; end it with `finish`, or with `abandon` on a crash."""

    def __init__(
        self,
        *,
        store: str,
        command: str,
        rules: Mapping[str, PageRules],
        spool: Path | None = None,
        operator: str | None = None,
        user_agent: str = "",
        robots: str = "obey",
        processes: int | None = None,
        max_bytes: int = DEFAULT_MAX_BYTES,
        max_age: dt.timedelta = DEFAULT_MAX_AGE,
        now: Callable[[], dt.datetime] = utc_now,
    ) -> None:
        self.began_at = now()
        self.id = new_run_id(self.began_at)
        self.store = store
        self.command = command
        self.blobs = open_blobs(store)
        self.blobs.check_usable(write=True)
        self.folder = _working_folder(self.blobs, store, spool)
        self.ledgers: dict[str, SourceLedger] = {}
        self.fatal: StoreNotUsable | None = None
        self.interrupted = False
        self.on_tick: Callable[[], None] = lambda: None
        self.wire_bytes = 0
        self.warcs: list[str] = []
        self._now = now
        self._generation = current_generation(_get(self.blobs, CURRENT_GENERATION_KEY))
        self._known = KnownCaptures(self.folder / "state" / "captures.sqlite")
        for problem in self._known.sync(self.blobs):
            logger.warning("%s", problem)
        self._results: dict[str, _OpenResults] = {}
        self._answers: queue.SimpleQueue[Derived] = queue.SimpleQueue()
        self._publisher = Publisher(self.blobs, self.folder)
        self._rules = rules
        self._processes = processes or max(1, (os.cpu_count() or 2))
        self._workers: Workers | None = None
        self._writer = WarcWriter(
            self.folder,
            run=self.id,
            now=now,
            info=_warcinfo(operator, user_agent, robots),
            find_earlier=self._known.find_earlier,
            on_closed=self._warc_closed,
            max_bytes=max_bytes,
            max_age=max_age,
        )

    def ledger(self, source: str) -> SourceLedger:
        """The ledger of a source in this run, made at the first call."""
        return self.ledgers.setdefault(source, SourceLedger(source=source))

    def record(self, exchange: Exchange) -> Stored:
        """Write an exchange. Raises `StoreNotUsable` when the disk does not take it; the run must stop then."""
        try:
            stored = self._writer.write(exchange)
        except OSError as error:
            self.fatal = _store_error(self.store, error)
            raise self.fatal from error
        self._known.add(stored)
        self.wire_bytes += exchange.response_length
        return stored

    def derive(
        self, stored: Stored, *, url: str, source: str | None, account: str, keeps_all: bool = False
    ) -> None:
        """Hand a recorded page to the workers; its fate is settled in the ledger of `account` when they answer."""
        job = Job(
            path=str(self.folder / stored.location.warc),
            location=stored.location,
            url=url,
            source=source,
            account=account,
            keeps_all=keeps_all,
        )
        self._results_of(stored.location.warc).under_way += 1
        self._pool().submit(job, self._answers.put)

    def _pool(self) -> Workers:
        if self._workers is None:  # a run that finds nothing new starts no process
            self._workers = Workers(self._rules, processes=self._processes)
        return self._workers

    def _results_of(self, warc: str) -> _OpenResults:
        if warc not in self._results:
            path = self.folder / "state" / "pending" / (warc.rsplit("/", 1)[-1] + ".results")
            self._results[warc] = _OpenResults(PendingResults(path))
        return self._results[warc]

    @property
    def pages_under_way(self) -> int:
        """How many pages wait for a worker's answer."""
        return sum(results.under_way for results in self._results.values())

    def tick(self) -> None:
        """What is due now: answers of the workers, a WARC that is full or old. Call it a few times a second."""
        self.drain()
        self._writer.roll_if_due()
        self.on_tick()

    def drain(self, *, wait_s: float = 0.0) -> None:
        """Take in what the workers have answered, waiting up to `wait_s` for the first answer."""
        try:
            derived = self._answers.get(timeout=wait_s) if wait_s else self._answers.get_nowait()
            while True:
                self._take(derived)
                derived = self._answers.get_nowait()
        except queue.Empty:
            return

    def _take(self, derived: Derived) -> None:
        results = self._results_of(derived.job.location.warc)
        results.pending.add(derived)
        results.under_way -= 1
        self._settle(derived)
        self._publish_if_complete(derived.job.location.warc)

    def _settle(self, derived: Derived) -> None:
        fate = {"article": Fate.KEPT, "dropped": Fate.DROPPED, "failed": Fate.FAILED}[derived.kind]
        ledger = self.ledger(derived.job.account)
        if ledger.is_open(derived.job.url):
            ledger.settle(derived.job.url, fate, derived.reason, derived.detail)

    def _warc_closed(self, closed: ClosedWarc) -> None:
        key = str(closed.path.relative_to(self.folder))
        self.warcs.append(key)
        self._known.commit(cdxj_key(closed.stem))
        self._results_of(key).closed = closed
        self._publish_if_complete(key)

    def _publish_if_complete(self, key: str) -> None:
        results = self._results[key]
        if results.closed is None or results.under_way:
            return
        stem: Stem = results.closed.stem
        derived = results.pending.publish(self.folder, stem, self._generation)
        del self._results[key]
        self._publisher.publish(stem, derived)

    def finish(self) -> dict[str, Any]:
        """Close the WARC, wait for the workers, publish, link, write the ledger; back comes the ledger as JSON values.

        Raises `StoreNotUsable` when the store no longer takes it: everything is then safe in the working folder.
        """
        self._guarded(self._writer.close)
        while self.pages_under_way:
            self.drain(wait_s=0.5)
        if self._workers is not None:
            self._workers.close()
        for ledger in self.ledgers.values():
            ledger.defer_open()
        self._known.close()
        self._guarded(self._publisher.wait)
        report = self.report()
        self._guarded(lambda: self._write_report(report))
        if self.fatal is not None:
            raise self.fatal
        return report

    def _guarded(self, step: Callable[[], None]) -> None:
        # A store that is gone must not keep the other steps from saving what they can.
        try:
            step()
        except StoreNotUsable as error:
            self.fatal = self.fatal or error
        except (OSError, ArchiveError) as error:
            self.fatal = self.fatal or _store_error(self.store, error)

    def _write_report(self, report: dict[str, Any]) -> None:
        write_links(self.blobs, self._generation)
        data = json.dumps(report, ensure_ascii=False, indent=1).encode()
        self.blobs.put_bytes(run_key(self.id), data + b"\n")

    def fail(self, error: StoreNotUsable | OSError) -> None:
        """Note that the store does not take what it is given; `finish` will save the rest and say so."""
        self.fatal = self.fatal or (error if isinstance(error, StoreNotUsable) else _store_error(self.store, error))

    def report(self) -> dict[str, Any]:
        """The ledger of the run as it stands."""
        ended = self._now()
        sources = {name: ledger.as_json() for name, ledger in sorted(self.ledgers.items())}
        return {
            "schema_version": 1,
            "run": self.id,
            "command": self.command,
            "began_at": self.began_at.isoformat().replace("+00:00", "Z"),
            "ended_at": ended.isoformat().replace("+00:00", "Z"),
            "seconds": round((ended - self.began_at).total_seconds(), 3),
            "software": software(),
            "store": self.store,
            "warcs": self.warcs,
            "bytes": self.wire_bytes,
            "sources": sources,
            "adds_up": all(ledger.adds_up for ledger in self.ledgers.values()),
            "interrupted": self.interrupted,
        }


def _get(blobs: Any, key: str) -> bytes | None:
    try:
        data: bytes = blobs.get(key)
    except BlobNotFound:
        return None
    return data


def _working_folder(blobs: object, store: str, spool: Path | None) -> Path:
    """The folder where files grow: the store itself when it is local, else the spool."""
    if isinstance(blobs, LocalBlobs):
        return blobs.root
    name = "".join(char if char.isalnum() else "-" for char in store.removeprefix("s3://"))
    base = spool or Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "kakehashi"
    folder = base / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _store_error(str(folder), error) from error
    return folder


def _store_error(store: str, error: BaseException) -> StoreNotUsable:
    reason = getattr(error, "strerror", None) or str(error)
    return StoreNotUsable(store, f"{reason}; what was fetched so far is safe")


def _warcinfo(operator: str | None, user_agent: str, robots: str) -> tuple[tuple[str, str], ...]:
    versions = " ".join(f"{name}/{version}" for name, version in software().items())
    fields = [
        ("software", versions),
        ("format", "WARC File Format 1.1"),
        ("conformsTo", "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"),
        ("robots", robots),
        ("hostname", socket.gethostname()),
        ("http-header-user-agent", user_agent),
    ]
    return tuple(fields + ([("operator", operator)] if operator else []))



"""One run: a store, an open WARC, the page workers and a ledger for each source, tied together.

What happens in which order: the exchange is written and flushed; its page goes to a worker by location; what the
worker made waits for the WARC to close; then WARC, index, manifest, dropped pages and articles go to the store
together. Before all that, what a killed run left behind is finished. All methods are for one thread.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import os
import secrets
from typing import TYPE_CHECKING, Any

from archive.blobs import open_blobs
from archive.errors import BlobNotFound, StoreNotUsable
from archive.known import KnownCaptures
from archive.layout import CURRENT_GENERATION_KEY, cdxj_key
from archive.leases import Held, Leases
from archive.writer import DEFAULT_MAX_AGE, DEFAULT_MAX_BYTES, ClosedWarc, WarcWriter
from crawler.harvest import Harvest
from crawler.ledger import Fate, SourceLedger
from crawler.publish import Publisher
from crawler.workplace import Workplace, warcinfo
from pipelines.article import Reason
from pipelines.backlog import Backlog
from pipelines.links import write_links
from pipelines.results import DroppedForTopic, current_generation
from pipelines.software import software
from pipelines.worker import Derived, Job, dropped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from archive.blobs import BlobStore
    from archive.capture import Earlier, Exchange, Stored
    from pipelines.rules import PageRules

logger = logging.getLogger(__name__)


def utc_now() -> dt.datetime:
    """The present, aware, UTC, in milliseconds: what records hold."""
    now = dt.datetime.now(dt.UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def new_run_id(now: dt.datetime) -> str:
    """A name for a run that sorts by time and that no other run has."""
    return now.strftime("%Y%m%dT%H%M%SZ") + secrets.token_hex(3)


class Run:
    """A run over one or more sources; end it with `finish`. Raises `StoreNotUsable` when the store takes nothing.

    `rules` are the page rules of every source that the catalogue knows, crawled or not: a killed run's pages may be
    of any of them. `spiders` maps each source that was begun to `open` or to the reason why its spider was closed.
    """

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
        is_asked_for: bool = False,
    ) -> None:
        self.began_at = now()
        self.id = new_run_id(self.began_at)
        self.store = store
        self.command = command
        self.ledgers: dict[str, SourceLedger] = {}
        self.spiders: dict[str, str] = {}
        self.fatal: StoreNotUsable | None = None
        self.on_tick: Callable[[], None] = lambda: None
        self.wire_bytes = 0
        self.warcs: list[str] = []
        self._now = now
        self._blobs = open_blobs(store)
        self._blobs.check_usable(write=True)
        self._leases = Leases(self._blobs, self.id)
        self._place = Workplace(self._blobs, store, spool, run=self.id)
        self._publisher = Publisher(self._blobs, self._place.folder)
        self._generation = current_generation(_get(self._blobs, CURRENT_GENERATION_KEY))
        processes = processes or max(1, (os.cpu_count() or 2))
        self.backlog = self._finish_backlog(rules, processes)
        self._known = KnownCaptures(self._place.folder / "state" / "captures.sqlite")
        for problem in self._known.sync(self._blobs):
            logger.warning("%s", problem)
        # A page that a crawl dropped for its topic has no article yet: asked for by URL, it is stored whole again.
        self._off_topic = DroppedForTopic(self._blobs, self._generation) if is_asked_for else None
        self._harvest = Harvest(
            self._place.folder,
            rules=rules,
            processes=processes,
            generation=self._generation,
            now=now,
            settle=self._settle,
            publish=self._publisher.publish,
        )
        self._writer = WarcWriter(
            self._place.folder,
            run=self.id,
            now=now,
            info=warcinfo(operator, user_agent, robots),
            find_earlier=self._find_earlier,
            on_closed=self._warc_closed,
            max_bytes=max_bytes,
            max_age=max_age,
        )

    def _finish_backlog(self, rules: Mapping[str, PageRules], processes: int) -> dict[str, Any]:
        backlog = Backlog(
            self._blobs,
            self._place.folder,
            generation=self._generation,
            rules=rules,
            is_live=self._place.is_live,
            processes=processes,
        )
        try:
            report = backlog.finish()
            self._publisher.upload_leftovers(self._place.is_live)
        except OSError as error:
            raise store_error(self.store, error) from error
        if report.has_news:
            logger.info("%s", report)
        return report.as_json()

    def hold(self, names: Iterable[str]) -> None:
        """Lease the sources of this run. Raises `Held` for the first that another run has; the run is then over."""
        try:
            self._leases.take(names, self._now())
        except Held:
            self._known.close()
            self._place.leave()
            raise

    def _find_earlier(self, url: str, payload_digest: str) -> Earlier | None:
        earlier = self._known.find_earlier(url, payload_digest)
        if earlier is None or self._off_topic is None:
            return earlier
        return None if self._off_topic.has(earlier.record_id, earlier.warc) else earlier

    def ledger(self, source: str) -> SourceLedger:
        """The ledger of a source in this run, made at the first call."""
        return self.ledgers.setdefault(source, SourceLedger(source=source))

    def record(self, exchange: Exchange) -> Stored:
        """Write an exchange. Raises `StoreNotUsable` when the disk does not take it; the run must stop then."""
        try:
            stored = self._writer.write(exchange)
        except OSError as error:
            self.fatal = store_error(self.store, error)
            self._writer.abandon()
            raise self.fatal from error
        self._known.add(stored)
        self.wire_bytes += exchange.response_length
        return stored

    def derive(self, stored: Stored, *, url: str, source: str | None, account: str, keeps_all: bool = False) -> None:
        """Hand a recorded page to the workers; its fate is settled in the ledger of `account` when they answer."""
        self._harvest.derive(self._job(stored, url, source, account, keeps_all=keeps_all))

    def drop(self, stored: Stored, *, url: str, account: str, detail: str) -> None:
        """Drop a page that a redirect led away from its source, without reading it."""
        job = self._job(stored, url, None, account)
        self._harvest.add(
            dropped(
                job,
                url=stored.url,
                reason=Reason.REDIRECT,
                detail=detail,
                record_id=stored.record_id,
                digest=stored.payload_digest,
                captured_at=stored.captured_at,
            )
        )

    def _job(self, stored: Stored, url: str, source: str | None, account: str, *, keeps_all: bool = False) -> Job:
        return Job(
            path=str(self._place.folder / stored.location.warc),
            location=stored.location,
            url=url,
            source=source,
            account=account,
            keeps_all=keeps_all,
        )

    @property
    def pages_under_way(self) -> int:
        """How many pages wait for a worker's answer."""
        return self._harvest.pages_under_way

    def tick(self) -> None:
        """What is due now: answers of the workers, a WARC that is full or old. Call it a few times a second."""
        self._harvest.tick()
        self._writer.roll_if_due()
        self._leases.renew(self._now())
        self.on_tick()

    def _settle(self, derived: Derived) -> None:
        fate = {"article": Fate.KEPT, "dropped": Fate.DROPPED, "failed": Fate.FAILED}[derived.kind]
        ledger = self.ledger(derived.job.account)
        if ledger.is_open(derived.job.url):
            ledger.settle(derived.job.url, fate, derived.reason, derived.detail)

    def _warc_closed(self, closed: ClosedWarc) -> None:
        key = closed.path.relative_to(self._place.folder).as_posix()
        self.warcs.append(key)
        self._harvest.warc_closed(key, closed.stem)
        self._known.commit(cdxj_key(closed.stem))

    def finish(self) -> dict[str, Any]:
        """Close the WARC, wait for the workers, publish, link, write the ledger; back comes the ledger as JSON values.

        Raises `StoreNotUsable` when the store no longer takes it: everything is then safe in the working folder.
        """
        self._guarded(self._writer.close)
        self._guarded(self._harvest.finish)
        for ledger in self.ledgers.values():
            ledger.defer_open()
        self._guarded(self._harvest.publish_all)
        self._known.close()
        self._guarded(self._publisher.wait)
        self._guarded(lambda: write_links(self._blobs, self._generation))
        report = self.report()
        data = json.dumps(report, ensure_ascii=False, indent=1).encode() + b"\n"
        self._guarded(lambda: self._publisher.put_report(self.id, data))
        self._guarded(self._leases.release)
        self._place.leave()
        if self.fatal is not None:
            raise self.fatal
        return report

    def _guarded(self, step: Callable[[], object]) -> None:
        # A store that is gone must not keep the other steps from saving what they can.
        try:
            step()
        except Exception as error:  # noqa: BLE001
            self.fail(error)

    def fail(self, error: Exception) -> None:
        """Note that the store does not take what it is given; `finish` will save the rest and say so."""
        self.fatal = self.fatal or (error if isinstance(error, StoreNotUsable) else store_error(self.store, error))

    @property
    def interrupted(self) -> bool:
        """True when a spider was stopped by a signal."""
        return any(state in ("shutdown", "open") for state in self.spiders.values())

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
            "backlog": self.backlog,
            "sources": sources,
            "adds_up": all(ledger.adds_up for ledger in self.ledgers.values()),
            "interrupted": self.interrupted,
        }


def _get(blobs: BlobStore, key: str) -> bytes | None:
    try:
        return blobs.get(key)
    except BlobNotFound:
        return None


def store_error(store: str, error: BaseException) -> StoreNotUsable:
    """The error of a file system as one of the store that it broke."""
    reason = getattr(error, "strerror", None) or str(error)
    return StoreNotUsable(store, f"{reason}; what was fetched so far is safe")

"""One run: a store, an open WARC, the page workers and a ledger for each source, tied together.

What happens in which order: the exchange is written and flushed; its page goes to a worker by location; what the
worker made waits for the WARC to close; then WARC, index, manifest, dropped pages and articles go to the store
together. Before all that, what a killed run left behind is finished. All methods are for one thread.
"""

from __future__ import annotations

import json
import logging
import os
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from archive.blobs import LocalBlobs, open_blobs
from archive.errors import ArchiveError, StoreNotUsable
from archive.known import KnownCaptures
from archive.layout import cdxj_key
from archive.leases import Held, Leases
from archive.live import holder_of_store
from archive.tombstones import read_takedowns
from archive.writer import DEFAULT_MAX_AGE, DEFAULT_MAX_BYTES, WarcWriter
from crawler.clock import new_run_id, utc_now
from crawler.earlier import EarlierRecords
from crawler.harvest import Harvest
from crawler.heartbeat import Heartbeat
from crawler.interrupts import Interrupts
from crawler.ledger import Fate, SourceLedger
from crawler.prepare import finish_backlog, generation_in
from crawler.publish import Publisher
from crawler.report import report_of
from crawler.revisits import due_articles
from crawler.room import DEFAULT_SPOOL_LIMIT, RECORD_OVERHEAD, Room, with_free_bytes
from crawler.uploads import PATIENCE_S
from crawler.workplace import Workplace, warcinfo
from pipelines.article import Reason
from pipelines.collecting import few_collections
from pipelines.keep import keep_in, kept_in
from pipelines.link_stage import link_new
from pipelines.page_job import Derived, Job, dropped
from pipelines.results import DroppedForTopic
from pipelines.software import software
from pipelines.store_templates import in_force

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from archive.capture import Exchange, Rendered, Stored
    from archive.closed import ClosedWarc
    from archive.looks import Due
    from pipelines.article import Label
    from pipelines.rules import PageRules

logger = logging.getLogger(__name__)


class Run:
    """A run over one or more sources; end it with `finish`. Raises `StoreNotUsable` when the store takes nothing.

    `keep` are the labels that the store is to keep from now on; None: those that it keeps.
    `reserve` and `spool_limit` are bytes, as in `Room`. `fatal` is what keeps the run from going on, None if nothing.
    `rules` are the page rules of every source that the catalogue knows, crawled or not: a killed run's pages may be
    of any of them. `spiders` maps each source that was begun to `open` or to the reason why its spider was closed.
    `on_settled` is told account, URL and fate of each page that the workers answered.
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
        keep: frozenset[Label] | None = None,
        reserve: int | None = None,
        spool_limit: int = DEFAULT_SPOOL_LIMIT,
        upload_patience_s: float = PATIENCE_S,
    ) -> None:
        self.began_at = now()
        self.id = new_run_id(self.began_at)
        self.store = store
        self.command = command
        self.ledgers: dict[str, SourceLedger] = {}
        self.spiders: dict[str, str] = {}
        self.fatal: ArchiveError | None = None
        self.interrupts = Interrupts()
        self.on_tick: Callable[[], None] = lambda: None
        self.on_fatal: list[Callable[[], None]] = []
        self.on_settled: list[Callable[[str, str, Fate], None]] = []
        self.on_report: Callable[[dict[str, Any]], None] = lambda _: None
        self.on_end: Callable[[], object] = lambda: None
        self.wire_bytes = 0
        self.warcs: list[str] = []
        self._now = now
        self._seldom = ExitStack()
        self.blobs = open_blobs(store)
        self.blobs.check_usable(write=True)
        self._is_local = isinstance(self.blobs, LocalBlobs)
        self._leases = Leases(self.blobs, self.id)
        self._heartbeat = Heartbeat(self._leases, now)
        self._place = Workplace(self.blobs, store, spool, run=self.id)
        self._refuse_while_repaired()
        limit = None if self._is_local else spool_limit
        self._room = Room(store, self._place.folder, reserve=reserve, spool_limit=limit)
        self._publisher = Publisher(self.blobs, self._place.folder, patience_s=upload_patience_s)
        self._generation = generation_in(self.blobs)
        self.keep = (kept_in(self.blobs) if keep is None else keep_in(self.blobs, keep)).labels
        self._takedowns = read_takedowns(self.blobs)
        self._processes = processes = processes or max(1, (os.cpu_count() or 2))
        self.backlog = finish_backlog(
            self.blobs,
            self._place,
            generation=self._generation,
            rules=rules,
            processes=processes,
            publisher=self._publisher,
            room=self._room,
        )
        self._known = KnownCaptures(self._place.folder / "state" / "captures.sqlite")
        for problem in self._known.sync(self.blobs):
            logger.warning("%s", problem)
        # A page that a crawl dropped for its topic has no article yet: asked for by URL, it is stored whole again.
        off_topic = DroppedForTopic(self.blobs, self._generation) if is_asked_for else None
        self.earlier = EarlierRecords(self._known, self.blobs, self._place.folder, off_topic)
        self._harvest = Harvest(
            self._place.folder,
            rules=in_force(self.blobs, self._generation, rules),
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
            info=warcinfo(software(), operator, user_agent, robots),
            find_earlier=self.earlier.find,
            on_closed=self._warc_closed,
            # Small files go up before a small spool is full.
            max_bytes=min(max_bytes, limit // 4) if limit else max_bytes,
            max_age=max_age,
        )
        self._seldom.enter_context(few_collections())

    def _refuse_while_repaired(self) -> None:
        """Raise `Held` while a repair has the store for itself: it looks for runs as this looks for it."""
        if (holder := holder_of_store(self.blobs, self._now())) is not None:
            self._leases.release()
            self._leave_place()
            raise Held(f"the store {self.store}", holder)

    def hold(self, names: Iterable[str], *, is_all: bool = True) -> list[str]:
        """Lease sources; back come those held. Raises `Held` as `Leases.take` does; the run is then over."""
        try:
            held = self._leases.take(names, self._now(), is_all=is_all)
            self._refuse_while_repaired()
        except ArchiveError as error:
            self._known.close()
            self._leave_place()
            if isinstance(error, StoreNotUsable):
                raise with_free_bytes(error, self.store) from error
            raise
        self._heartbeat.start()
        return held

    def leave(self) -> None:
        """End a run that has nothing to do after all; no ledger is written."""
        self._heartbeat.stop()
        self._known.close()
        self._leases.release()
        self._leave_place()

    def _leave_place(self) -> None:
        self._place.leave()
        self._seldom.close()

    def ledger(self, source: str) -> SourceLedger:
        """The ledger of a source in this run, made at the first call."""
        found = self.ledgers.get(source)
        if found is None:  # asked for several times a page
            found = self.ledgers[source] = SourceLedger(source=source)
        return found

    def is_taken_down(self, url: str) -> bool:
        """True for an address whose article was taken down: it is not to be fetched again."""
        return self._takedowns.hides_url(url)

    def record(self, exchange: Exchange) -> Stored:
        """Write an exchange. Raises `StoreNotUsable` when the disk does not take it; the run must stop then."""
        stored = self._written(lambda: self._writer.write(exchange), exchange.response_length + RECORD_OVERHEAD)
        self._known.add(stored)
        self.wire_bytes += exchange.response_length
        return stored

    def record_rendered(self, rendered: Rendered) -> Stored:
        """Write a page that a browser made; otherwise as `record`."""
        stored = self._written(lambda: self._writer.write_rendered(rendered), len(rendered.html) + RECORD_OVERHEAD)
        self._known.add(stored)
        return stored

    def _written(self, write: Callable[[], Stored], needed: int) -> Stored:
        try:
            self._room.check(needed)
            return write()
        except OSError as error:
            self._writer.abandon()
            refusal = self._room.refusal(error, needed)
            self.fail(refusal)
            raise refusal from error
        except StoreNotUsable as error:
            self.fail(error)
            raise

    def due_articles(self, hosts: Iterable[str]) -> Iterator[Due]:
        """The articles of these hosts that are due for another look by their age, the latest first."""
        return due_articles(self._known, self.blobs, self._generation, hosts=hosts, now=self._now())

    def derive(
        self,
        stored: Stored,
        *,
        url: str,
        source: str | None,
        account: str,
        keeps_all: bool = False,
        is_memento: bool = False,
    ) -> None:
        """Hand a recorded page to the workers; its fate is settled in the ledger of `account` when they answer."""
        self._harvest.derive(self._job(stored, url, source, account, keeps_all=keeps_all, is_memento=is_memento))

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

    def _job(
        self,
        stored: Stored,
        url: str,
        source: str | None,
        account: str,
        *,
        keeps_all: bool = False,
        is_memento: bool = False,
    ) -> Job:
        return Job(
            path=str(self._place.folder / stored.location.warc),
            location=stored.location,
            url=url,
            source=source,
            account=account,
            keeps_all=keeps_all,
            keep=self.keep,
            is_memento=is_memento,
        )

    @property
    def pages_under_way(self) -> int:
        """How many pages wait for a worker's answer."""
        return self._harvest.pages_under_way

    def tick(self) -> None:
        """What is due now: answers of the workers, a WARC that is full or old. Call it a few times a second."""
        self._harvest.tick()
        self._writer.roll_if_due()
        self._room.watch()
        if self._heartbeat.lost is not None:
            self.fail(self._heartbeat.lost)
        self.on_tick()

    def _settle(self, derived: Derived) -> None:
        fate = self.ledger(derived.job.account).settle_derived(derived)
        if fate is not None:
            for tell in self.on_settled:
                tell(derived.job.account, derived.job.url, fate)

    def _warc_closed(self, closed: ClosedWarc) -> None:
        key = closed.path.relative_to(self._place.folder).as_posix()
        self.warcs.append(key)
        self._harvest.warc_closed(key, closed.stem)
        self._known.commit(cdxj_key(closed.stem), closed.index_size)

    def finish(self) -> dict[str, Any]:
        """Close the WARC, wait for the workers, publish, write the ledger, link; back comes the ledger as JSON values.

        Raises `StoreNotUsable` when the store no longer takes it: everything is then safe in the working folder. Who
        interrupts twice is waited for by nothing: what was not done is done by the next run.
        """
        is_hurried = self.interrupts.hurry()
        self._guarded(self._writer.close)
        self._guarded(lambda: self._harvest.finish(is_hurried))
        for ledger in self.ledgers.values():
            ledger.defer_open()
        self._guarded(self._harvest.publish_all)
        self._known.close()
        report = report_of(self, self._now())
        data = json.dumps(report, ensure_ascii=False, indent=1).encode() + b"\n"
        self._guarded(lambda: self._publisher.put_report(self.id, data))
        self._guarded(lambda: self._publisher.wait(is_hurried))
        self._heartbeat.stop()
        if self._is_local or self._publisher.is_done:  # else each would wait once more for a store that is away
            if not is_hurried():
                self._guarded(lambda: link_new(self.blobs, self._generation, processes=self._processes))
            self._guarded(lambda: self.on_report({**report, "interrupted": self.interrupted}))
            self._guarded(self._leases.release)
            self.on_end()
        self._leave_place()
        if self.fatal is not None:
            raise self.fatal
        return {**report, "interrupted": self.interrupted}

    def _guarded(self, step: Callable[[], object]) -> None:
        # A store that is gone must not keep the other steps from saving what they can.
        try:
            step()
        except Exception as error:  # noqa: BLE001
            self.fail(error)

    def _refusal(self, error: Exception) -> ArchiveError:
        if isinstance(error, OSError):
            return self._room.refusal(error)
        if isinstance(error, StoreNotUsable):
            return with_free_bytes(error, self.store)
        return error if isinstance(error, ArchiveError) else StoreNotUsable(self.store, repr(error))

    def fail(self, error: Exception) -> None:
        """Note what keeps the run from going on: intake stops, and `finish` will save the rest and say so."""
        self.fatal = self.fatal or self._refusal(error)
        for stop in self.on_fatal:
            stop()

    @property
    def interrupted(self) -> bool:
        """True when a spider was stopped by a signal, or the end of the run was."""
        return self.interrupts.is_asked or any(state in ("shutdown", "open") for state in self.spiders.values())

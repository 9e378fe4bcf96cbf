"""A crawl over an archive: the spiders ask it instead of the net, and nothing is stored.

A `Rehearsal` stands where a spider expects its run, and `archived_handler` where it expects the net. What a page gives
is found out by the same workers, under the rules of today.
"""

from __future__ import annotations

import logging
import os
from collections import defaultdict
from typing import TYPE_CHECKING, Any, cast

from archive.capture import Location, Stored
from archive.errors import ArchiveError, StoreNotUsable
from archive.tombstones import read_takedowns
from crawler.clock import new_run_id, utc_now
from crawler.comparing import compare
from crawler.harvest import Harvest
from crawler.interrupts import Interrupts
from crawler.ledger import Fate, SourceLedger
from crawler.report import report_of
from crawler.visits import Role
from pipelines.keep import kept_in
from pipelines.page_job import Job

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from archive.blobs import BlobStore
    from crawler.archived_runs import ArchivedRun
    from pipelines.page_job import Derived
    from pipelines.rules import PageRules

logger = logging.getLogger(__name__)
# Enough of a response and of its metadata to know what the page was to the crawl.
_FACTS_BYTES = 64 * 1024


class _KnownThen:
    """What the runs that are replayed knew from before."""

    def __init__(self, archived: Iterable[ArchivedRun]) -> None:
        self._archived = tuple(archived)

    def is_known(self, url: str) -> bool:
        """True for a page that the archive held already when one of the runs began."""
        return any(run.is_known(url) for run in self._archived)


class Rehearsal:
    """What a run is to spiders and recorder, without a store that it writes to; end it with `finish`.

    `archived` are the runs that are asked again, by source. `folder` is for temporary files. `rendering` names the
    sources whose articles are made of what a browser made.
    """

    def __init__(
        self,
        archived: Mapping[str, ArchivedRun],
        *,
        archive: str,
        blobs: BlobStore,
        rules: Mapping[str, PageRules],
        folder: Path,
        rendering: Collection[str] = (),
    ) -> None:
        self.began_at = utc_now()
        self.id = new_run_id(self.began_at)
        self.store = archive
        self.command = "crawl --from-archive"
        self.archived = dict(archived)
        self.ledgers: dict[str, SourceLedger] = {}
        self.spiders: dict[str, str] = {}
        self.fatal: ArchiveError | None = None
        self.interrupts = Interrupts()
        self.on_tick: Callable[[], None] = lambda: None
        self.on_fatal: list[Callable[[], None]] = []
        self.not_archived: defaultdict[str, set[str]] = defaultdict(set)
        self.wire_bytes = 0
        self.warcs: list[str] = []
        self.backlog: dict[str, Any] = {}
        self._blobs = blobs
        self._takedowns = read_takedowns(blobs)
        self.earlier = _KnownThen(archived.values())
        self.keep = kept_in(blobs).labels
        self._rendering = frozenset(rendering)
        self._folder = folder
        self._copies = 0
        self._harvest = Harvest(
            folder,
            rules=rules,
            processes=max(1, os.cpu_count() or 2),
            generation="",
            now=utc_now,
            settle=self._settle,
            publish=lambda _stem, _keys: None,
        )

    def ledger(self, source: str) -> SourceLedger:
        """The ledger of a source, made at the first call."""
        return self.ledgers.setdefault(source, SourceLedger(source=source))

    def is_taken_down(self, url: str) -> bool:
        """True for an address whose article was taken down, as in a crawl."""
        return self._takedowns.hides_url(url)

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
        """Hand a page to the workers; its fate is settled in the ledger of `account` when they answer."""
        made = self.archived[account].rendered(stored.url) if source in self._rendering else None
        path, place = self._on_disk(made.location if made else stored.location)
        self._harvest.derive(
            Job(
                path=path,
                location=place,
                url=url,
                source=source,
                account=account,
                keeps_all=keeps_all,
                keep=self.keep,
                is_memento=is_memento,
            )
        )

    def _on_disk(self, place: Location) -> tuple[str, Location]:
        root = getattr(self._blobs, "root", None)
        if root is not None:
            return str(root / place.warc), place
        self._copies += 1
        path = self._folder / f"{self._copies}.warc.gz"
        path.write_bytes(self._blobs.get_range(place.warc, place.offset, place.length))
        return str(path), Location(warc=path.name, offset=0, length=place.length)

    def drop(self, stored: Stored, *, url: str, account: str, detail: str) -> None:  # noqa: ARG002
        """Drop a page that a redirect led away from its source."""
        if self.ledger(account).is_open(url):
            self.ledger(account).settle(url, Fate.DROPPED, "redirect", detail)

    def tick(self) -> None:
        """Take in what the workers have answered."""
        self._harvest.tick()
        self.on_tick()

    def _settle(self, derived: Derived) -> None:
        self.ledger(derived.job.account).settle_derived(derived)
        if getattr(self._blobs, "root", None) is None:
            (self._folder / derived.job.location.warc).unlink(missing_ok=True)

    def finish(self) -> dict[str, Any]:
        """Wait for the workers; back comes the ledger as JSON values. Raises `StoreNotUsable` when the archive went."""
        self._harvest.finish(self.interrupts.hurry())
        for ledger in self.ledgers.values():
            ledger.defer_open()
        if self.fatal is not None:
            raise self.fatal
        return {**report_of(cast("Any", self), utc_now()), "interrupted": self.interrupted}

    def compared(self, report: dict[str, Any]) -> dict[str, Any]:
        """The ledger with what differs from the live one of each source, under `from_archive`."""
        sources = {name: self._compare(name, report["sources"][name]) for name in report["sources"]}
        return {**report, "from_archive": {"archive": self.store, "sources": sources}}

    def _compare(self, name: str, ledger: dict[str, Any]) -> dict[str, Any]:
        archived, pages = self.archived[name], self.ledgers[name].pages
        run = archived.run
        before = run.sources.get(name) if run else None
        return {
            "run": run.id if run and before is not None else None,
            "differs": compare(before, ledger) if before is not None else {},
            "new": sorted(archived.elsewhere | self.not_archived[name]) if before is not None else [],
            "gone": sorted(self._gone(archived, pages)),
            "not_archived": sorted(self.not_archived[name]),
        }

    def _gone(self, archived: ArchivedRun, pages: Mapping[str, Fate | None]) -> Iterator[str]:
        """The articles of the source that the run fetched and nobody asks for now."""
        for entry in archived.not_asked():
            try:
                capture = archived.past.recall(entry, limit=_FACTS_BYTES).capture
            except ArchiveError:
                continue
            is_article = capture.fact("kakehashi-role") in (Role.ARTICLE.value, Role.SHELL.value)
            if is_article and capture.fact("kakehashi-source") == archived.source and entry.url not in pages:
                yield entry.url

    def fail(self, error: Exception) -> None:
        """Note what keeps the rehearsal from going on."""
        self.fatal = self.fatal or (
            error if isinstance(error, ArchiveError) else StoreNotUsable(self.store, repr(error))
        )
        for stop in self.on_fatal:
            stop()

    @property
    def interrupted(self) -> bool:
        """True when a spider was stopped by a signal."""
        return self.interrupts.is_asked or any(state in ("shutdown", "open") for state in self.spiders.values())

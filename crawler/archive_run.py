"""A run that only archives: a store, an open WARC, what is known of earlier captures, and the ledger of what came.

What a killed run left behind is closed and indexed first. There are no sources, no page workers and no articles. All
methods are for one thread, `settle` aside.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from typing import TYPE_CHECKING, Any

from archive.blobs import LocalBlobs, open_blobs
from archive.errors import StoreNotUsable
from archive.known import KnownCaptures
from archive.layout import cdxj_key, stem_of_key, warc_key
from archive.repair import close_abandoned, complete
from archive.writer import WarcWriter
from crawler.clock import new_run_id, utc_now
from crawler.publish import Publisher
from crawler.room import DEFAULT_SPOOL_LIMIT, RECORD_OVERHEAD, Room
from crawler.workplace import Workplace, warcinfo

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from archive.capture import Exchange, Stored
    from archive.closed import ClosedWarc

logger = logging.getLogger(__name__)
# WARCs of a project that knows nothing of sources: no articles are made of them unless somebody asks.
PREFIX = "scrapy"
_LISTED = 1000


class ArchiveRun:
    """A run of one spider; end it with `close`, then `settle`. Raises `StoreNotUsable` when the store takes nothing.

    `software` maps names to versions. Of `exchanges` in all, `counts` says what became: `responses`, `revisits`,
    `unanswered` (nothing came over the wire), `not_archived`. Whoever hands them in keeps both.
    """

    def __init__(
        self,
        *,
        store: str,
        spider: str,
        software: Mapping[str, str],
        spool: Path | None = None,
        operator: str | None = None,
        user_agent: str = "",
        robots: str = "obey",
        now: Callable[[], dt.datetime] = utc_now,
    ) -> None:
        self.began_at = now()
        self.id = new_run_id(self.began_at)
        self.store = store
        self.spider = spider
        self.exchanges = 0
        self.counts: Counter[str] = Counter()
        self.fatal: StoreNotUsable | None = None
        self._software = dict(software)
        self._now = now
        self._problems: list[dict[str, str]] = []
        self._warcs: list[str] = []
        self._wire_bytes = 0
        self._truncated = 0
        self._blobs = open_blobs(store)
        self._blobs.check_usable(write=True)
        self._place = Workplace(self._blobs, store, spool, run=self.id)
        is_local = isinstance(self._blobs, LocalBlobs)
        self._room = Room(store, self._place.folder, spool_limit=None if is_local else DEFAULT_SPOOL_LIMIT)
        self._publisher = Publisher(self._blobs, self._place.folder)
        self._backlog = self._finish_backlog()
        self._known = KnownCaptures(self._place.folder / "state" / "captures.sqlite")
        for problem in self._known.sync(self._blobs):
            logger.warning("%s", problem)
        self._writer = WarcWriter(
            self._place.folder,
            run=self.id,
            now=now,
            info=warcinfo(software, operator, user_agent, robots),
            find_earlier=self._known.find_earlier,
            on_closed=self._warc_closed,
            prefix=PREFIX,
        )

    def _finish_backlog(self) -> dict[str, int]:
        """Close and index what ended runs left open, and upload what they left behind."""
        folder, is_live = self._place.folder, self._place.is_live
        try:
            closed = close_abandoned(folder, is_live)
            for path in sorted((folder / "warc").rglob("*.warc.gz")):
                stem = stem_of_key(path.name)
                if stem is not None and not is_live(stem.run):
                    complete(folder, stem, folder / warc_key(stem))
            for sign in (folder / "state" / "live").glob("*.lock"):
                if not is_live(sign.stem):
                    sign.unlink(missing_ok=True)
            self._publisher.complete_ledgers(is_live)
            self._publisher.upload_leftovers(is_live)
        except OSError as error:
            raise self._room.refusal(error) from error
        report = {
            "closed": sum(item.path is not None for item in closed),
            "cut_bytes": sum(i.cut_bytes for i in closed),
        }
        if any(report.values()):
            logger.info("closed what an earlier run left open: %(closed)s WARCs, %(cut_bytes)s bytes cut", report)
        return report

    def record(self, exchange: Exchange) -> Stored:
        """Write an exchange. Raises `StoreNotUsable` when the disk does not take it; the run must stop then."""
        try:
            self._room.check(exchange.response_length + RECORD_OVERHEAD)
            stored = self._writer.write(exchange)
        except OSError as error:
            self._writer.abandon()
            self.fatal = self._room.refusal(error, exchange.response_length + RECORD_OVERHEAD)
            raise self.fatal from error
        except StoreNotUsable as error:
            self.fatal = error
            raise
        self._known.add(stored)
        self._wire_bytes += exchange.response_length
        self._truncated += stored.truncated is not None
        return stored

    def note_problem(self, url: str, problem: str) -> None:
        """List an exchange that came over the wire and is not in the archive."""
        if len(self._problems) < _LISTED:
            self._problems.append({"url": url, "problem": problem})

    def fail(self, error: OSError) -> None:
        """Note that there is no room even for what comes over the wire: nothing more is taken in."""
        self.fatal = self.fatal or self._room.refusal(error)

    def tick(self) -> None:
        """What is due now: a WARC that is full or old, a look at the disk. Call it a few times a second.

        What breaks is in `fatal` afterwards.
        """
        if self.fatal is None:
            self._guarded(self._room.watch)
            self._guarded(self._writer.roll_if_due)

    def _warc_closed(self, closed: ClosedWarc) -> None:
        self._warcs.append(warc_key(closed.stem))
        self._known.commit(cdxj_key(closed.stem), closed.index_size)
        self._publisher.publish(closed.stem, [])

    def close(self) -> None:
        """Close the WARC; nothing more may be recorded."""
        self._guarded(self._writer.close)
        self._known.close()

    def settle(self, reason: str) -> None:
        """Wait for the uploads and write the ledger; `reason` is why the spider was closed. May run in any thread.

        Raises `StoreNotUsable` when the store no longer takes it: everything is then safe in the working folder.
        """
        data = json.dumps(self._report(reason), ensure_ascii=False, indent=1).encode() + b"\n"
        self._guarded(lambda: self._publisher.put_report(self.id, data))
        self._guarded(self._publisher.wait)
        self._place.leave()
        if self.fatal is not None:
            raise self.fatal

    def _guarded(self, step: Callable[[], object]) -> None:
        # A store that is gone must not keep the other steps from saving what they can.
        try:
            step()
        except StoreNotUsable as error:
            self.fatal = self.fatal or error
        except OSError as error:
            self.fail(error)

    def _report(self, reason: str) -> dict[str, Any]:
        ended = self._now()
        return {
            "schema_version": 1,
            "run": self.id,
            "command": f"scrapy {self.spider}",
            "began_at": self.began_at.isoformat().replace("+00:00", "Z"),
            "ended_at": ended.isoformat().replace("+00:00", "Z"),
            "seconds": round((ended - self.began_at).total_seconds(), 3),
            "software": self._software,
            "store": self.store,
            "warcs": self._warcs,
            "bytes": self._wire_bytes,
            "backlog": self._backlog,
            "sources": {},
            "captures": {
                **{kind: self.counts[kind] for kind in ("responses", "revisits", "not_archived", "unanswered")},
                "truncated": self._truncated,
            },
            "problems": self._problems,
            "finish_reason": reason,
            "adds_up": self.exchanges == self.counts.total(),
            "interrupted": reason == "shutdown",
        }

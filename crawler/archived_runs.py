"""An archive as a rehearsal asks it: which run is replayed for a source, and what answered a request then.

A store is read where it lies. WARCs and those within a WACZ are first taken into a store of their own in the temporary
folder, as an import would take them in; they have no ledger, so all that is in them counts as one run.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive.blobs import LocalBlobs, open_blobs
from archive.capture import RENDERED
from archive.dates import parse_date
from archive.durable import write_atomically
from archive.errors import ArchiveError, StoreNotUsable
from archive.intake import take_in
from archive.layout import IMPORT_PREFIX, OWN_PREFIX, Stem, cdxj_key, stem_of_key, warc_key
from archive.past import open_past
from archive.reindex import index_again
from crawler.clock import utc_now
from crawler.incoming import Refused, warcs_in

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from archive.cdxj import CdxEntry
    from archive.past import Past, Recalled

_CRAWLS = ("crawl", "demo", "scrapy crawl", "schedule")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class NoSuchRunError(Exception):
    """The archive holds no crawl of this name or day; the message says what there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveRun:
    """A crawl that was: its name, when it ended, and the ledgers of its sources as `runs/<run>.json` holds them."""

    id: str
    began_at: dt.datetime
    ended_at: dt.datetime
    sources: dict[str, dict[str, Any]]

    def failure(self, source: str, url: str) -> tuple[str, str] | None:
        """Cause and detail of a page that had failed; None where it had not, or is not among those listed."""
        listed = self.sources.get(source, {}).get("failures", ())
        return next(((item["cause"], item["detail"]) for item in listed if item["url"] == url), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the archive has for a request. `is_of_run` is False for a capture of another run than the one replayed."""

    recalled: Recalled
    is_of_run: bool


@dataclass(slots=True)
class ArchivedRun:
    """One run of one source, asked again. `run` is None where the archive holds no ledger of it.

    `asked` counts the requests by URL; `elsewhere` are the pages that captures of other runs answered.
    """

    past: Past
    source: str
    run: LiveRun | None
    asked: Counter[str] = field(default_factory=Counter)
    elsewhere: set[str] = field(default_factory=set)

    def captures(self, url: str) -> tuple[list[CdxEntry], bool]:
        """The captures of a URL that the run made, else the one nearest to it in time: earlier rather than later.

        The second value is False for one of another run.
        """
        found = self.past.captures_of(url)
        own = [entry for entry in found if self.is_own(entry)]
        if own or not found:
            return own, True
        assert self.run is not None
        before = [entry for entry in found if entry.captured_at <= self.run.ended_at]
        return (before[-1:] or found[:1]), False

    def is_known(self, url: str) -> bool:
        """True for a page that the archive held already when the run began."""
        began = self.run.began_at if self.run else None
        return began is not None and any(
            entry.captured_at < began and not self.is_own(entry) for entry in self.past.captures_of(url)
        )

    def is_own(self, entry: CdxEntry) -> bool:
        """True for a capture of the run that is replayed."""
        stem = stem_of_key(entry.location.warc)
        return self.run is None or (stem is not None and stem.prefix == OWN_PREFIX and stem.run == self.run.id)

    def next_of(self, url: str) -> tuple[CdxEntry | None, bool, bool]:
        """The capture that answers the next request for a URL, whether it is the run's, and whether it is a new one.

        Asked more often than the run asked, the last capture answers again.
        """
        entries, is_own = self.captures(url)
        number = self.asked[url]
        self.asked[url] += 1
        if not entries:
            return None, True, False
        return entries[min(number, len(entries) - 1)], is_own, number < len(entries)

    def not_asked(self) -> Iterator[CdxEntry]:
        """The captures of the run whose URL nobody asked for."""
        return (
            entry for entry in self.past
            if self.is_own(entry) and entry.url not in self.asked and not entry.url.startswith(RENDERED)
        )  # fmt: skip

    def rendered(self, url: str) -> CdxEntry | None:
        """What a browser made of the page at a URL: in the run, else nearest to it; None where none did."""
        entries, _ = self.captures(RENDERED + url)
        return entries[-1] if entries else None


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive that is open: `runs` are the crawls whose ledgers it holds, the oldest first."""

    name: str
    past: Past
    runs: tuple[LiveRun, ...]
    problems: tuple[str, ...]

    def run_of(self, source: str, wanted: str | None) -> ArchivedRun:
        """The crawl of a source to be replayed: the last one; with `wanted`, that run or the last up to that day.

        Raises `NoSuchRunError`.
        """
        return ArchivedRun(self.past, source, self._live_run(source, wanted))

    def _live_run(self, source: str, wanted: str | None) -> LiveRun | None:
        runs = [run for run in self.runs if source in run.sources]
        if wanted is None or not self.runs:
            return runs[-1] if runs else None
        if _DAY.fullmatch(wanted):
            found = [run for run in runs if run.began_at.date().isoformat() <= wanted]
        else:
            found = [run for run in self.runs if run.id == wanted]
        if not found:
            there = ", ".join(run.id for run in runs[-5:]) or "none"
            raise NoSuchRunError(f"{self.name} holds no crawl of {source} as {wanted!r}; the last ones are: {there}")
        return found[-1]

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources of all its crawls."""
        return tuple(sorted({name for run in self.runs for name in run.sources}))


@contextmanager
def open_archive(location: str) -> Iterator[Archive]:
    """A store, a WARC or a WACZ. Raises `StoreNotUsable` for what is none of them; `OSError` when the disk is full."""
    path = None if "://" in location else Path(location)
    if path is None or not path.is_file():
        blobs = open_blobs(location)
        blobs.check_usable(write=False)
        with open_past(blobs) as past:
            runs = tuple(_runs(blobs))
            yield Archive(location, past, runs, past.problems)
        return
    with tempfile.TemporaryDirectory(prefix="kakehashi-") as name:
        problems = _take_in(path, Path(name))
        with open_past(LocalBlobs(Path(name))) as past:
            yield Archive(location, past, (), (*problems, *past.problems))


def _take_in(path: Path, folder: Path) -> list[str]:
    problems: list[str] = []
    for number, item in enumerate(warcs_in(path)):
        if isinstance(item, Refused):
            problems.append(f"{item.name}: {item.problem}")
            continue
        stem = Stem(began_at=utc_now(), serial=number, run="archived", prefix=IMPORT_PREFIX)
        with item.open() as source:
            taken = take_in(source, folder, warc_key(stem))
        problems += [f"{item.name} at byte {fault.offset}: {fault.problem}" for fault in taken.faults if fault.is_wrong]
        write_atomically(folder / cdxj_key(stem), index_again(taken.warc))
    if not (folder / "warc").exists():
        raise StoreNotUsable(str(path), problems[0] if problems else "expected a store, a WARC or a WACZ")
    return problems


def _runs(blobs: Any) -> Iterator[LiveRun]:
    found: list[LiveRun] = []
    for info in blobs.list("runs/"):
        try:
            report = json.loads(blobs.get(info.key))
            if report["command"] in _CRAWLS and report["sources"]:
                began, ended = parse_date(report["began_at"]), parse_date(report["ended_at"])
                found.append(LiveRun(id=report["run"], began_at=began, ended_at=ended, sources=report["sources"]))
        except (ArchiveError, ValueError, KeyError, TypeError):  # `verify` tells of a ledger that is damaged
            continue
    yield from sorted(found, key=lambda run: run.began_at)

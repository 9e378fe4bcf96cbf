"""Ledgers that add up, and pages that have neither article nor dropped line, against what the ledgers say. Streams."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from archive.errors import BlobNotFound
from archive.faults import Fault, Kind
from archive.verify import run_of
from pipelines.imported_pages import is_imported_page
from pipelines.mementos import ROLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.blobs import BlobStore
    from archive.faults import CheckedWarc, SeenCapture

_ROLES = ("article", "foreign", ROLE)
# Answers that a crawl asks for again, or counts as failed: they have no line.
_FAILING = frozenset({0, 408, 425, 429})
_COUNTS = ("announced", "kept", "unchanged", "deferred")


@dataclass(slots=True, kw_only=True)
class RunLedger:
    """What the ledger of one run says of pages without a line: `failed` are URLs, `unnamed` how many more there are."""

    failed: set[str] = field(default_factory=set)
    unnamed: int = 0
    software: str = ""


class Ledgers:
    """The ledgers of a store; `check` says what is wrong with each, `Pages` asks them."""

    def __init__(self, blobs: BlobStore) -> None:
        self._blobs = blobs
        self.runs: dict[str, RunLedger] = {}
        self.failed_in_backlogs = 0
        self._faults: list[Fault] = []
        for info in blobs.list("runs/"):
            try:
                self._read(info.key, json.loads(blobs.get(info.key)))
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError, BlobNotFound) as error:
                self._fault(info.key, f"is no ledger: {type(error).__name__}: {error}")

    @property
    def software(self) -> frozenset[str]:
        """The software of every run, as lines are compared by it."""
        return frozenset(run.software for run in self.runs.values())

    def check(self) -> Iterator[Fault]:
        """The ledgers that cannot be read, or do not add up."""
        yield from self._faults

    def _fault(self, key: str, problem: str) -> None:
        self._faults.append(Fault(kind=Kind.LEDGER, key=key, offset=None, problem=problem))

    def _read(self, key: str, report: dict[str, Any]) -> None:
        run = run_of(key)
        if report["run"] != run:
            self._fault(key, f"is the ledger of run {report['run']!r}")
        ledger = RunLedger(software=json.dumps(report["software"], sort_keys=True))
        for name, source in report["sources"].items():
            self._read_source(key, name, source, ledger)
        if report["adds_up"] is not all(source["adds_up"] for source in report["sources"].values()):
            self._fault(key, f"says adds_up {report['adds_up']}, its sources do not")
        for warc in report["warcs"]:
            if self._blobs.stat(warc) is None:
                self._fault(key, f"names {warc}, which is not there")
        self.failed_in_backlogs += _count(report.get("backlog", {}).get("failed", 0))
        self.runs[run] = ledger

    def _read_source(self, key: str, name: str, source: dict[str, Any], ledger: RunLedger) -> None:
        announced, kept, unchanged, deferred = (_count(source[what]) for what in _COUNTS)
        dropped, failed = (sum(map(_count, source[what].values())) for what in ("dropped", "failed"))
        ended = kept + unchanged + dropped + failed + deferred
        if announced != ended or source["adds_up"] is not True:
            sums = f"{kept} kept + {unchanged} unchanged + {dropped} dropped + {failed} failed + {deferred} deferred"
            self._fault(key, f"{name}: announced {announced}, but {sums} are {ended}")
        named = {failure["url"] for failure in source["failures"]}
        ledger.failed |= named
        ledger.unnamed += failed - len(source["failures"]) + deferred


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError(f"expected a count, got {value!r}")
    return value


class Pages:
    """Pages that should have a line and have none, run by run."""

    def __init__(self, ledgers: Ledgers) -> None:
        self._ledgers = ledgers
        self._lost: dict[str, list[Fault]] = {}
        self.excused = 0

    def take(self, warc: CheckedWarc, lines: set[int]) -> None:
        """Note the pages of a WARC that are not among the offsets `lines`."""
        run = run_of(warc.key)
        ledger = self._ledgers.runs.get(run)
        for offset, seen in warc.captures.items():
            if offset in lines or not is_page(warc, seen):
                continue
            if ledger is not None and seen.url in ledger.failed:
                self.excused += 1
                continue
            problem = f"{seen.url} has neither an article nor a line in dropped/"
            fault = Fault(kind=Kind.PAGE, key=warc.key, offset=offset, problem=problem)
            self._lost.setdefault(run, []).append(fault)

    def faults(self) -> Iterator[Fault]:
        """The pages that no ledger accounts for. What a killed run left was finished by another, which counts it."""
        for run, lost in self._lost.items():
            ledger = self._ledgers.runs.get(run)
            others = self._ledgers.failed_in_backlogs
            room = others if ledger is None else ledger.unnamed + len(ledger.failed)
            if len(lost) <= room:  # redirected pages are listed under another URL than their record's
                self.excused += len(lost)
            else:
                yield from lost


def is_page(warc: CheckedWarc, seen: SeenCapture) -> bool:
    """True for what a run hands to its workers and what then has a line, whatever came of it."""
    if warc.is_imported:
        return is_imported_page(seen)
    is_whole = seen.kind in ("response", "resource") and not seen.is_cut and not 300 <= seen.status < 400
    return is_whole and seen.fact("kakehashi-role") in _ROLES and seen.status < 500 and seen.status not in _FAILING

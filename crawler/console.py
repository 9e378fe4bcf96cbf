"""What people see: a progress bar on a terminal, plain lines elsewhere, tables at the end. The one importer of rich."""

from __future__ import annotations

import logging
import sys
import time
from typing import TYPE_CHECKING, Any, Self

from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as RichProgress
from rich.table import Table

from crawler.ledger import Fate

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crawler.run import Run

logger = logging.getLogger(__name__)
_LINE_EVERY_S = 10.0
_MIB = 1024 * 1024
_LISTED = 20


class Progress:
    """Pages, kept, dropped, bytes and rate of a run while it goes on; on stderr."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._began = time.monotonic()
        self._last_line = self._began
        self._bar: RichProgress | None = None
        if sys.stderr.isatty():
            self._bar = RichProgress(
                TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[facts]}"), TimeElapsedColumn(),
                console=Console(stderr=True),
            )  # fmt: skip

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
            self._bar.add_task("crawling", total=None, facts="")
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self.show()
            self._bar.stop()

    def show(self) -> None:
        """Bring the bar up to date, or write a line when one is due."""
        if self._bar is not None:
            announced, done = self._pages()
            self._bar.update(self._bar.task_ids[0], total=announced or None, completed=done, facts=self._facts())
        elif time.monotonic() - self._last_line >= _LINE_EVERY_S:
            self._last_line = time.monotonic()
            logger.info("%s", self._facts())

    def _pages(self) -> tuple[int, int]:
        ledgers = self._run.ledgers.values()
        return sum(ledger.announced for ledger in ledgers), sum(ledger.counts.total() for ledger in ledgers)

    def _facts(self) -> str:
        announced, done = self._pages()
        ledgers = self._run.ledgers.values()
        kept = sum(ledger.counts[Fate.KEPT] for ledger in ledgers)
        dropped = sum(ledger.counts[Fate.DROPPED] for ledger in ledgers)
        seconds = max(0.001, time.monotonic() - self._began)
        return (
            f"pages {done}/{announced}, kept {kept}, dropped {dropped}, "
            f"{self._run.wire_bytes / _MIB:.1f} MiB, {done / seconds:.1f} pages/s"
        )


class JobBar:
    """A bar of WARCs, or of other units of work, on a terminal, a line now and then elsewhere; on stderr."""

    def __init__(self, what: str, unit: str = "WARCs") -> None:
        self._what = what
        self._unit = unit
        self._last_line = time.monotonic()
        self._bar: RichProgress | None = None
        if sys.stderr.isatty():
            columns = (
                TextColumn("{task.description}"),
                BarColumn(),
                TextColumn(f"{{task.completed}}/{{task.total}} {unit}{{task.fields[facts]}}"),
            )
            self._bar = RichProgress(*columns, TimeElapsedColumn(), console=Console(stderr=True))

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
            self._bar.add_task(self._what, total=None, facts="")
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def show(self, done: int, total: int, facts: str = "") -> None:
        """Bring the bar up to date, or write a line when one is due; `facts` is what else there is to say."""
        more = f", {facts}" if facts else ""
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], total=total, completed=done, facts=more)
        elif time.monotonic() - self._last_line >= _LINE_EVERY_S:
            self._last_line = time.monotonic()
            logger.info("%s: %s/%s %s%s", self._what, done, total, self._unit, more)


def print_report(report: dict[str, Any]) -> None:
    """The summary of a run on stdout: one row a source, then what failed and why."""
    columns = ("source", "announced", "kept", "unchanged", "dropped", "failed", "deferred", "MiB")
    rows = [
        (
            name,
            str(ledger["announced"]),
            str(ledger["kept"]),
            str(ledger["unchanged"]),
            _counted(ledger["dropped"]),
            _counted(ledger["failed"]),
            str(ledger["deferred"]),
            f"{ledger['bytes'] / _MIB:.2f}",
        )
        for name, ledger in report["sources"].items()
    ]
    print_table(columns, rows, title=f"run {report['run']}, {report['seconds']:.1f} s")
    for name, ledger in report["sources"].items():
        if again := ledger.get("revisited"):
            print(f"looked again {name}: {again} articles, by their age")  # noqa: T201
        if parts := ledger.get("requisites"):
            print(f"parts of pages {name}: {', '.join(f'{what} {count}' for what, count in parts.items())}")  # noqa: T201
        failures = [f"{item['url']}: {item['cause']}: {item['detail']}" for item in ledger["failures"]]
        problems = [f"{item['url']}: {item['problem']}" for item in ledger["problems"]]
        _print_listed(f"failed {name}", failures, total=sum(ledger["failed"].values()))
        _print_listed(f"problem {name}", problems, total=len(problems))


def _print_listed(what: str, lines: Sequence[str], *, total: int) -> None:
    for line in lines[:_LISTED]:
        print(f"{what}: {line}")  # noqa: T201
    if total > _LISTED:
        print(f"{what}: and {total - _LISTED} more, listed in the run's ledger")  # noqa: T201


def _counted(counts: dict[str, int]) -> str:
    total = sum(counts.values())
    parts = ", ".join(f"{reason} {count}" for reason, count in counts.items())
    return f"{total} ({parts})" if parts else "0"


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, title: str | None = None) -> None:
    """A table on stdout: ruled on a terminal, plain and whole elsewhere, since a program may read it."""
    console = Console(width=None if sys.stdout.isatty() else 240, soft_wrap=not sys.stdout.isatty(), highlight=False)
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, justify="left" if column in ("source", "dropped", "failed") else "right")
    for row in rows:
        table.add_row(*row)
    console.print(table)

"""What is sent to a cluster: command lines, one per unit of work, and what comes of them. Pure.

The unit is a source (or several that share a host, which belongs to one worker at a time, so that its delay holds over
the whole cluster) or a WARC. A job is the very command that a person would give on one machine.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from crawler.exits import Exit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from crawler.options import FetchOptions
    from crawler.sources import Source

TRIES = 3
"""How often a job is begun before it is listed as failed."""
SOURCES_PLACE = "{sources}"
"""Stands in a command line where the worker puts the folder with the job's files."""
ORDER = "order.json"
"""The file of a job that says what is to be done, where that is more than a command line."""
TEMPLATES = "templates.json"
NEWS = "news.json"
"""What changed in the templates since a WARC was made, for a job that renews it."""
DERIVE = "derive-warc"
IMPORT = "import-warc"
CCNEWS = "read-ccnews"
GATHER = "gather-articles"
STEPS = frozenset({DERIVE, IMPORT, CCNEWS, GATHER})
STAYING = STEPS - {CCNEWS}
"""Steps after which the process is there for the next: what crawls can do so once in a process."""
_AWAY = "no answer from"


class ClusterUnusable(OSError):  # noqa: N818 (like StoreNotUsable)
    """The cluster at `address` cannot be used; `reason` says why."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(address, reason)
        self.address = address
        self.reason = reason

    def __str__(self) -> str:
        return f"cluster {self.address}: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A command line (`argv`, without the program) and the files, by name, that it wants in a folder.

    Beside the commands there are the steps of `crawler.cluster_steps`.
    """

    name: str
    argv: tuple[str, ...]
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a command ended on a worker: exit code, what it wrote on stdout, and the end of what it wrote on stderr."""

    name: str
    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenUp:
    """A job that failed as often as it may; `why` is what it said the last time."""

    name: str
    tries: int
    why: str

    def __str__(self) -> str:
        return f"{self.name}: failed {self.tries} times: {self.why}"


def is_final(ended: Ended) -> bool:
    """Whether a job did what it could: done, or done with failures that its report lists."""
    return ended.code in (Exit.DONE, Exit.FAILURES) and report_of(ended) is not None


def report_of(ended: Ended) -> dict[str, Any] | None:
    """What a job reported; None where it reported nothing, as one that crashed."""
    try:
        report = json.loads(ended.out)
    except ValueError:
        return None
    return report if isinstance(report, dict) else None


def may_pass(ended: Ended) -> bool:
    """Whether a job waits for what passes by itself: a lease, which a dead worker holds for a minute, or the store."""
    return ended.code == Exit.HELD or (ended.code == Exit.STORE and _AWAY in last_word(ended))


def last_word(ended: Ended) -> str:
    """The last line that a job wrote on stderr."""
    said = ended.err.strip().splitlines()
    return said[-1] if said else "no word"


def by_host(sources: Iterable[Source]) -> list[tuple[Source, ...]]:
    """The sources in groups, none of which shares a host with another, in the order of their first."""
    groups: list[list[Source]] = []
    for source in sources:
        near = [group for group in groups if any(_share_a_host(source, other) for other in group)]
        merged = [other for group in near for other in group] + [source]
        groups = [group for group in groups if not any(group is other for other in near)] + [merged]
    return [tuple(group) for group in groups]


def _share_a_host(one: Source, other: Source) -> bool:
    return any(_overlap(mine, theirs) for mine in one.scope.hosts for theirs in other.scope.hosts)


def _overlap(one: str, other: str) -> bool:
    """The same host, or one that is a part of the other: what they are asked for may come from the same machine."""
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def fetch_arguments(options: FetchOptions) -> tuple[str, ...]:
    """The options of a command that fetches, as they are given on the command line."""
    found: list[str] = []
    for field in fields(options):
        value = getattr(options, field.name)
        name = f"--{field.name.replace('_', '-')}"
        if isinstance(value, frozenset):
            found += [name, ",".join(sorted(value))]
        elif isinstance(value, tuple):
            found += [part for item in value for part in (name, item)]
        elif value is not None:
            found += [name, f"{value}"]
    return tuple(found)


def merge_reports(ended: Sequence[Ended]) -> dict[str, Any]:
    """The ledgers of several runs as one: `runs` names them, `sources` holds them all.

    Raises ValueError when a job printed something else than a ledger.
    """
    reports = [_ledger_of(one) for one in sorted(ended, key=lambda one: one.name)]
    first = reports[0] if reports else {}
    return {
        "schema_version": 1,
        "run": ", ".join(report["run"] for report in reports),
        "runs": [report["run"] for report in reports],
        "command": first.get("command"),
        "began_at": min((report["began_at"] for report in reports), default=None),
        "ended_at": max((report["ended_at"] for report in reports), default=None),
        "seconds": round(sum(report["seconds"] for report in reports), 3),
        "software": first.get("software"),
        "store": first.get("store"),
        "warcs": [warc for report in reports for warc in report["warcs"]],
        "bytes": sum(report["bytes"] for report in reports),
        "sources": {name: ledger for report in reports for name, ledger in report["sources"].items()},
        "adds_up": all(report["adds_up"] for report in reports),
        "interrupted": any(report["interrupted"] for report in reports),
    }


def _ledger_of(ended: Ended) -> dict[str, Any]:
    report = report_of(ended)
    if report is None or "sources" not in report:
        raise ValueError(f"{ended.name}: expected a ledger as JSON, got {ended.out[:200]!r} {ended.err[-200:]!r}")
    return report

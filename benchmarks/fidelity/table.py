"""The table: totals a mark, then a line a case. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.fidelity.marks import NAMES, Marks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TITLES = {
    "wire": "response, every byte",
    "head": "status line and header block",
    "payload": "payload",
    "digest": "payload digest",
    "request": "request, every byte",
    "flag": "cut answer is marked as cut",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an archiver did over one protocol: its marks by case, and the cases of which it has no response record."""

    marks: Mapping[str, Marks]
    missing: frozenset[str]

    def told(self, case: str) -> str:
        """What is wrong with a case, in a few words; empty when nothing is."""
        return "no record" if case in self.missing else ", ".join(self.marks[case].wrong)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one archiver did, by protocol: `http` and `https`."""

    name: str
    version: str
    outcomes: Mapping[str, Outcome]


def totals(outcome: Outcome) -> dict[str, tuple[int, int]]:
    """For each mark how many cases are right, of how many that can be judged."""
    columns = {name: [getattr(marks, name) for marks in outcome.marks.values()] for name in NAMES}
    return {name: (column.count(True), len(column) - column.count(None)) for name, column in columns.items()}


def format_table(results: Sequence[Result]) -> str:
    """The totals, then a line a case, as Markdown."""
    names = [f"{result.name} {result.version}" for result in results]
    top = [
        [protocol, title, *(_total(result.outcomes[protocol], mark) for result in results)]
        for protocol in results[0].outcomes
        for mark, title in TITLES.items()
    ]
    cases = next(iter(results[0].outcomes.values())).marks
    lines = [[f"`{case}`", *(_cell(result, case) for result in results)] for case in cases]
    return f"{_grid(['', 'right', *names], top)}\n\n{_grid(['case', *(result.name for result in results)], lines)}\n"


def _total(outcome: Outcome, mark: str) -> str:
    right, of = totals(outcome)[mark]
    return f"{right} of {of}"


def _cell(result: Result, case: str) -> str:
    told = {protocol: outcome.told(case) or "✓" for protocol, outcome in result.outcomes.items()}
    if len(set(told.values())) == 1:
        return next(iter(told.values()))
    return "; ".join(f"{protocol}: {text}" for protocol, text in told.items())


def _grid(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)

"""The lint of WARC and CDXJ files: every rule that a writer can break, each with a code of its own.

`lint_warc` and `lint_index` say what breaks which rule; `RULES` is the table of all. Rules with E are errors (the
standard says shall), those with W warnings (it recommends, or the community's annotations do). The rules are in
`archive.lint_rules`, `lint_blocks`, `lint_http`, `lint_file` and `lint_cdxj`; `docs/verify.md` lists them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from archive.lint_blocks import BLOCK_RULES
from archive.lint_cdxj import CDXJ_RULES, check_lines
from archive.lint_file import FILE_RULES, LARGEST_FILE, FileRules
from archive.lint_http import HTTP_RULES
from archive.lint_record import read_for_lint
from archive.lint_rules import RECORD_RULES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from archive.lint_record import LintRecord
    from archive.lint_rule import Rule

RULES: dict[str, Rule] = {
    rule.code: rule for rule in (*RECORD_RULES, *BLOCK_RULES, *HTTP_RULES, *FILE_RULES, *CDXJ_RULES)
}
"""Every rule by its code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A rule that is broken: by the record (or line) at byte `offset` of `file`; `record_id` is empty where unknown."""

    rule: Rule
    file: str
    offset: int
    record_id: str
    problem: str

    @property
    def is_error(self) -> bool:
        """True for what the standard forbids, False for what it advises against."""
        return self.rule.code.startswith("E")

    def __str__(self) -> str:
        record = f" {self.record_id}" if self.record_id else ""
        where = f"{self.file} at byte {self.offset}{record}"
        return f"{self.rule.code} ({self.rule.section}): {where}: {self.problem}"


def lint_warc(source: BinaryIO, *, name: str, size: int, largest: int = LARGEST_FILE) -> Iterator[Breach]:
    """Every rule that a WARC breaks, read from front to back; memory stays flat.

    `name` is the file's path or key, `size` its length in bytes, `largest` what a file may have.
    """
    state = FileRules(name.rsplit("/", 1)[-1], size, largest=largest)
    for record in read_for_lint(source):
        if record.broken is not None:
            yield _breach("E07", name, record, record.broken)
            continue
        for rule in (*RECORD_RULES, *BLOCK_RULES, *HTTP_RULES):
            problem = rule.check(record)
            if problem is not None:
                yield _breach(rule.code, name, record, problem)
        for code, other, problem in state.take(record):
            yield _breach(code, name, other, problem)
    for code, other, problem in state.end():
        yield _breach(code, name, other, problem)


def lint_index(lines: Iterable[bytes], *, name: str) -> Iterator[Breach]:
    """Every rule that the lines of a CDXJ break."""
    for code, offset, problem in check_lines(lines):
        yield Breach(rule=RULES[code], file=name, offset=offset, record_id="", problem=problem)


def _breach(code: str, name: str, record: LintRecord, problem: str) -> Breach:
    return Breach(rule=RULES[code], file=name, offset=record.offset, record_id=record.id, problem=problem)

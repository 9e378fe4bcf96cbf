"""What a rule of the lint is, and the checks that many rules are made of. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

    from archive.lint_record import LintRecord

TYPES = ("warcinfo", "response", "resource", "request", "metadata", "revisit", "conversion", "continuation")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule by its code: where it stands, what it says, and what a record has that breaks it (None: nothing)."""

    code: str
    section: str
    says: str
    check: Callable[[LintRecord], str | None] = lambda _: None

    @classmethod
    def of(cls, code: str, section: str, says: str, check: Callable[[LintRecord], str | None]) -> Rule:
        """A rule in one row of a table."""
        return cls(code=code, section=section, says=says, check=check)


def needed(name: str, kinds: tuple[str, ...] | None = None) -> Callable[[LintRecord], str | None]:
    """A check: the field is there, on all records or on those of `kinds`."""

    def check(record: LintRecord) -> str | None:
        is_meant = kinds is None or record.kind in kinds
        return f"has no {name}" if is_meant and not record.get(name) else None

    return check


def forbidden(name: str, *kinds: str) -> Callable[[LintRecord], str | None]:
    """A check: the field is not on records of these kinds."""

    def check(record: LintRecord) -> str | None:
        is_wrong = record.kind in kinds and record.get(name) is not None
        return f"{name} stands on a {record.kind} record" if is_wrong else None

    return check


def only_on(name: str, *kinds: str) -> Callable[[LintRecord], str | None]:
    """A check: the field is on records of these kinds alone."""
    return forbidden(name, *(kind for kind in TYPES if kind not in kinds))


def spelled(name: str, pattern: re.Pattern[str], expected: str) -> Callable[[LintRecord], str | None]:
    """A check: every value of the field fits the pattern."""

    def check(record: LintRecord) -> str | None:
        wrong = next((value for value in record.all(name) if pattern.fullmatch(value) is None), None)
        return None if wrong is None else f"{name} is {wrong[:200]!r}, expected {expected}"

    return check


def block_field(record: LintRecord, name: str) -> str | None:
    """The value of a field in the block of a warcinfo or metadata record."""
    for line in record.start.decode("utf-8", "replace").splitlines():
        key, colon, value = line.partition(":")
        if colon and key.strip().lower() == name.lower():
            return value.strip()
    return None

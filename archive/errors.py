"""Errors of the archive room. Each carries data; its message is made from them. All survive pickling.

ArchiveError                what a caller of `archive` may catch as a whole
├── StoreNotUsable          the store as a whole: stop, or spool and wait
├── BlobNotFound            this key is not there: go on without it
├── ChecksumMismatch        these bytes are not what was meant: keep the other copy
├── Malformed               these bytes, or this key, do not follow their format: report, and go on
├── EnvironmentNotMade      the program that was asked for cannot be installed: say so, and go on without it
└── PlayerFailed            the player did not start, or ended by itself
"""

# ruff: noqa: N818 (each name says what is wrong; "Error" would not add to it)

from __future__ import annotations


class ArchiveError(Exception):
    """The base of the tree; never raised itself."""


class StoreNotUsable(ArchiveError):
    """The store cannot be reached, read or written: `store` as the user named it, and what was expected of it.

    `missing_bytes` is how much space must be freed before the same write can succeed; None when that is not
    the cause, or not known.
    """

    def __init__(self, store: str, problem: str, missing_bytes: int | None = None) -> None:
        super().__init__(store, problem, missing_bytes)
        self.store = store
        self.problem = problem
        self.missing_bytes = missing_bytes

    def __str__(self) -> str:
        missing = "" if self.missing_bytes is None else f" ({self.missing_bytes} bytes more are needed)"
        return _one_line(f"store {self.store} is not usable: {self.problem}{missing}")


class BlobNotFound(ArchiveError):
    """No blob has this key."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key

    def __str__(self) -> str:
        return f"no blob at {self.key}"


class ChecksumMismatch(ArchiveError):
    """The bytes at `key` are not those that were meant.

    `algorithm` is `sha256` or `size`; `expected` and `computed` are hex digests, or bytes in decimal. `computed` is
    None when the other side refused the bytes without saying what it had computed.
    """

    def __init__(self, key: str, algorithm: str, expected: str, computed: str | None) -> None:
        super().__init__(key, algorithm, expected, computed)
        self.key = key
        self.algorithm = algorithm
        self.expected = expected
        self.computed = computed

    def __str__(self) -> str:
        return f"{self.key}: {self.algorithm} should be {self.expected}, is {self.computed or 'refused by the store'}"


class Malformed(ArchiveError):
    """Bytes or a key that do not follow their format.

    `where` is a file or key, `offset` counts bytes in it and is None when all of it is meant.
    """

    def __init__(self, where: str, offset: int | None, problem: str) -> None:
        super().__init__(where, offset, problem)
        self.where = where
        self.offset = offset
        self.problem = problem

    def __str__(self) -> str:
        place = self.where if self.offset is None else f"{self.where} at byte {self.offset}"
        return _one_line(f"{place}: {self.problem}")


class EnvironmentNotMade(ArchiveError):
    """The environment of a program could not be made: `name` of the program, the `step` that failed, what it said."""

    def __init__(self, name: str, step: str, said: str) -> None:
        super().__init__(name, step, said)
        self.name = name
        self.step = step
        self.said = said

    def __str__(self) -> str:
        lines = self.said.strip().splitlines() or ["nothing was said"]
        errors = [line for line in lines if line.lower().startswith("error")]
        return _one_line(f"{self.name} cannot be installed: {(errors or lines)[-1]} (at: {self.step})")


class PlayerFailed(ArchiveError):
    """The program that plays an archive is not there any more, or never was: `problem` says why, in one clause."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem

    def __str__(self) -> str:
        return _one_line(self.problem)


def _one_line(text: str) -> str:
    return " ".join(text.split())

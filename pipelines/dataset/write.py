"""Rows into the files of a release: `data/`, `jsonl/` and `versions/` below a folder, by year, language and split."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, BinaryIO, Self

from pipelines.dataset.request import Edition
from pipelines.dataset.rows import LANGUAGE_UNKNOWN, dumped, pointer_of, version_pointer_of
from pipelines.dataset.tables import TableWriter, article_schema, typed, typed_version, version_schema

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.dataset.rows import Row

MAX_ROWS = 200_000
"""Of one file; the next has the next number."""


class ArticleWriter:
    """Takes full rows partition by partition, in order. Use it in a `with` block. Raises `OSError`."""

    def __init__(self, folder: Path, edition: Edition) -> None:
        self._folder = folder
        self._edition = edition
        self._schema = article_schema(edition)
        self._partition: tuple[str, str, str] | None = None
        self._number = 0
        self._open = ExitStack()
        self._table: TableWriter | None = None
        self._lines: BinaryIO | None = None
        self.rows: dict[str, int] = {}
        self._path = ""

    def add(self, row: Row, line: str) -> None:
        """Take a row and its line of JSON; of a pointer neither has words."""
        partition = (f"{row['year'] or 0:04d}", row["language"] or LANGUAGE_UNKNOWN, row["split"])
        if partition != self._partition:
            self._partition, self._number = partition, 0
            self._begin()
        elif self._table is not None and self._table.rows >= MAX_ROWS:
            self._number += 1
            self._begin()
        assert self._table is not None
        assert self._lines is not None
        if self._edition is Edition.POINTERS:
            characters = 200
            row = pointer_of(row)
            line = dumped(row)
        else:
            characters = row["characters"]
        self._table.add(typed(row), characters=characters)
        self._lines.write(line.encode() + b"\n")
        self.rows[self._path] += 1

    def add_nothing(self) -> None:
        """An empty file for training, so that a release without rows loads too."""
        self._partition = ("0000", LANGUAGE_UNKNOWN, "train")
        self._begin()

    def _begin(self) -> None:
        self._open.close()
        assert self._partition is not None
        year, language, split = self._partition
        self._path = f"{year}/{language}/{split}-{self._number:05d}"
        data, lines = (self._folder / kind / f"{self._path}.{kind_suffix}" for kind, kind_suffix in _KINDS)
        for path in (data, lines):
            path.parent.mkdir(parents=True, exist_ok=True)
        self._open = ExitStack()
        self._table = self._open.enter_context(TableWriter(data, self._schema))
        self._lines = self._open.enter_context(lines.open("wb"))
        self.rows[self._path] = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._open.close()
        else:
            self._open.__exit__(kind, None, None)


_KINDS = (("data", "parquet"), ("jsonl", "jsonl"))


class VersionWriter:
    """Takes full pairs of versions by the id of their article. Use it in a `with` block. Raises `OSError`."""

    def __init__(self, folder: Path, edition: Edition) -> None:
        self._folder = folder / "versions"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._edition = edition
        self._schema = version_schema(edition)
        self._table: TableWriter | None = None
        self._number = 0
        self.rows = 0

    def add(self, row: Row) -> None:
        """Take a pair."""
        if self._table is not None and self._table.rows >= MAX_ROWS:
            self._end(None)
        self._table = self._table or self._begin()
        pair = row if self._edition is Edition.FULL else version_pointer_of(row)
        self._table.add(typed_version(pair), characters=len(row["text_after"]) + len(row["text_before"]))
        self.rows += 1

    def _begin(self) -> TableWriter:
        path = self._folder / f"part-{self._number:05d}.parquet"
        self._number += 1
        return TableWriter(path, self._schema)

    def _end(self, kind: type[BaseException] | None) -> None:
        if self._table is not None:
            self._table.__exit__(kind)
        self._table = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None and self._number == 0:
            self._table = self._begin()  # a table without a row loads, a folder without a file does not
        self._end(kind)
